"""What the scripted people do together, step by step."""
