"""Limits on hostile input. Nothing is read, kept or looped over beyond them."""

MAX_FILES = 60_000
MAX_PATH = 200
MAX_TEXT = 32 * 1024 * 1024
"""Bytes of a manifest, a record file or a JSON file, which are read whole."""
MAX_NOTE = 64 * 1024
MAX_ENTRY = 65_535
"""An entry bundle gives the length of an entry in two bytes (C2SP tlog-tiles)."""
MAX_DEPTH = 32
MAX_INTEGER = 2**53
MAX_PROOF_HASHES = 63
MAX_SIGNATURES = 16
MAX_SEGMENT = 16 * 1024 * 1024
MAX_PROBLEMS = 50
"""Problems reported by one check; the rest is counted."""
MAX_SUCCESSORS = 100
"""Logs before one that are looked at."""
MAX_PERSONS = 1_000
"""Whose enrolments are listed; the rest is counted."""
MAX_TIMES = 20
"""Of one person's enrolments."""
MAX_QUOTE = 200
"""Characters of foreign text quoted in a problem."""
CHUNK = 1024 * 1024
