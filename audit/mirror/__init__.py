"""A mirror: it reads every entry of a log, and cosigns only if chains and actors' signatures are whole."""
