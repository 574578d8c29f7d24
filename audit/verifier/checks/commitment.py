"""Opened commitments and attached files."""

import hmac
from collections.abc import Iterator

from audit.verifier import jsonform, paths
from audit.verifier.digest import HASH_SIZE
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

OPENING = frozenset({"chain", "seq", "field", "key", "value"})


@package_check("opening.canonical")
def canonical(package: Package) -> Iterator[Finding]:
    """One canonical list, sorted by chain, seq and field, each opening once."""
    openings = package.openings
    if jsonform.canonical(list(openings)) != package.text(paths.OPENINGS):
        yield Finding(paths.OPENINGS, "canonical JSON", "another form")
    order = [
        (str(o.get("chain")), str(o.get("seq")).zfill(16), str(o.get("field"))) for o in openings
    ]
    if order != sorted(set(order)):
        yield Finding(paths.OPENINGS, "sorted by chain, seq and field", "another order")
    for opening in openings:
        if opening.keys() != OPENING:
            yield Finding(paths.OPENINGS, " ".join(sorted(OPENING)), " ".join(sorted(opening)))


@package_check("opening.value")
def value(package: Package) -> Iterator[Finding]:
    """C = HMAC-SHA256(key, canonical JSON of the value), as the entry has it."""
    for opening in package.openings:
        chain, seq, name = opening.get("chain"), opening.get("seq"), opening.get("field")
        record = f"{chain}#{seq}"
        leaf = package.entry(chain, seq)
        encoded = jsonform.canonical(opening.get("value"))
        key = opening.get("key")
        expected = leaf.c.get(name) if leaf is not None and isinstance(name, str) else None
        if expected is None or encoded is None or not isinstance(key, str) or not _is_key(key):
            yield Finding(paths.OPENINGS, f"a commitment {name}", "none", record)
            continue
        found = hmac.digest(bytes.fromhex(key), encoded, "sha256").hex()
        if found != expected:
            yield Finding(paths.OPENINGS, f"{name} {expected}", found, record)


@package_check("file.bound")
def bound(package: Package) -> Iterator[Finding]:
    """Each attached file is fixed by an entry: its ciphertext by a plain hash, its readable form
    by an opened commitment to its hash.
    """
    listed: set[str] = set()
    for item in package.attachments:
        path, record = str(item.get("path")), f"{item.get('chain')}#{item.get('seq')}"
        if path in listed or not paths.ATTACHED.fullmatch(path):
            yield Finding(path, "an attached file, named once", "named otherwise", record)
        listed.add(path)
        leaf = package.entry(item.get("chain"), item.get("seq"))
        if leaf is None:
            yield Finding(path, f"the entry {record}", "missing", record)
            continue
        if item.get("form") == "ciphertext":
            expected = leaf.facts.get("ciphertext_sha256")
        else:
            expected = package.opened(leaf).get("sha256")
        found = package.digest(path) if package.has(path) else "missing"
        if found != expected and not (found == "missing" and package.is_erased(leaf.chain)):
            yield Finding(path, f"SHA-256 {expected}", found, record)
    for path in package.source.paths:
        if paths.ATTACHED.fullmatch(path) and path not in listed:
            yield Finding(path, f"named in {paths.CASE}", "not named")


@package_check("file.complete")
def complete(package: Package) -> Iterator[Finding]:
    """No entry that stores a file lacks its file."""
    named = [(item.get("chain"), item.get("seq")) for item in package.attachments]
    for leaf in package.leaves:
        if "ciphertext_sha256" in leaf.facts and (leaf.chain, leaf.seq) not in named:
            yield Finding(leaf.path, "the file of this entry", "missing", leaf.record)


def _is_key(text: str) -> bool:
    return len(text) == 2 * HASH_SIZE and all(c in "0123456789abcdef" for c in text)
