"""The demonstration: by itself (`auto`), or at its doors with scripted people on request."""
