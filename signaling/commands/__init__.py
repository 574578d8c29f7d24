"""What each message of a page does: parse happened, now act, then answer."""
