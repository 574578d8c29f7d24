"""`yunchuang witness`: a small program that somebody else than the operator runs. It knows nothing
of the desk: no case, no database, no page.
"""
