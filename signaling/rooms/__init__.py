"""The desk's side of rooms: who sits where, what is admitted, what the recorder reports."""
