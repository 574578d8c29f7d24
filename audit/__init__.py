"""The ground: entries, commitments, the Merkle log and its proofs, evidence packages.

Imports nothing here and, in all its modules, nothing beyond the standard library and
`cryptography`. `audit.verifier` is a second implementation and shares no code with the first.
"""
