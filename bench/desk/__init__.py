"""Lists, case pages and acts of a whole desk, with 10,000 and 100,000 cases behind it."""
