"""The log as the public sees it: its files over HTTP, and the page of a receipt.

Nothing here reaches database, private keys or sessions, so that the same handlers stand in the desk
and, beside a copy of the log's public files, in `yunchuang gateway`.
"""
