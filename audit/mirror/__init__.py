"""A mirror: it reads every entry of a log, and cosigns only a log whose chains are whole."""
