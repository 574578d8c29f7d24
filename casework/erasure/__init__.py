"""Carrying out what two administrators decided: keys, files and rows of a case go, proofs stay."""
