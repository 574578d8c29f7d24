"""Evidence packages: one case, its calls' recordings and their proofs, as BagIt 1.0 folder or zip.

Made in two steps, because the seal is the case chain's next entry: `prepare` gives the facts of
`package.sealed`; the caller appends that entry and has it logged; `seal` adds it with its proof.
The same contents, entry and checkpoints give the same bytes again. docs/evidence-package.md is the
format.
"""
