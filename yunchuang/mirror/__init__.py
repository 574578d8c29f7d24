"""`yunchuang mirror`: a small program that somebody else than the operator runs, and who may read the
log's entries. Like a witness it knows nothing of the desk.
"""
