"""The verifier: a second implementation of every algorithm the evidence rests on.

It imports the standard library and `cryptography` and nothing else of `audit`, so that an error
in the first implementation is not repeated here. It reads evidence packages (folder or zip) and
log folders; docs/evidence-package.md and docs/recording-format.md describe what it demands.
"""
