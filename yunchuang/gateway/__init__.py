"""`yunchuang gateway`: the log and the page of a receipt for telephones, beside a copy of the log's public
files. It has no database, no private key and nobody who signs in, so that it can stand where the desk
must not (docs/gateway.md).
"""
