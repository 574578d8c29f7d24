"""The seal: the case chain's next entry, which fixes manifest, static files and entries.

BagIt validation alone passes after a segment is dropped and the manifests are made again; it does
not pass here, because the hashes of the manifests stand in the log.
"""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.digest import sha256_hex
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

SEAL_TYPE = "package.sealed"
SEAL_FACTS = frozenset({"package_id", "manifest_sha256", "static_sha256", "leaves_sha256", "count"})


@package_check("seal.position")
def position(package: Package) -> Iterator[Finding]:
    seal, chain = package.seal, package.own_chain
    if seal is None:
        return
    leaves = package.chains.get(chain, ())
    head = leaves[-1].hash.hex() if leaves else None
    expected = (SEAL_TYPE, chain, len(leaves), head)
    found = (seal.type, seal.chain, seal.seq, seal.prev)
    if found != expected:
        yield Finding(paths.SEAL, expected, found, seal.record)


@package_check("seal.facts")
def facts(package: Package) -> Iterator[Finding]:
    if package.seal is not None and package.seal.facts.keys() != SEAL_FACTS:
        found = " ".join(sorted(package.seal.facts))
        yield Finding(paths.SEAL, " ".join(sorted(SEAL_FACTS)), found, package.seal.record)


@package_check("seal.package_id")
def package_id(package: Package) -> Iterator[Finding]:
    yield from _sealed(package, "package_id", package.case.get("package_id"), paths.CASE)


@package_check("seal.manifest")
def manifest(package: Package) -> Iterator[Finding]:
    found = sha256_hex(package.text(paths.PAYLOAD_MANIFEST))
    yield from _sealed(package, "manifest_sha256", found, paths.PAYLOAD_MANIFEST)


@package_check("seal.static")
def static(package: Package) -> Iterator[Finding]:
    found = sha256_hex(package.text(paths.STATIC))
    yield from _sealed(package, "static_sha256", found, paths.STATIC)


@package_check("seal.leaves")
def leaves(package: Package) -> Iterator[Finding]:
    listed = sorted((leaf.path, leaf.hash.hex()) for leaf in package.leaves)
    text = "".join(f"{digest}  {path}\n" for path, digest in listed)
    yield from _sealed(package, "leaves_sha256", sha256_hex(text.encode()), "data/entries")
    yield from _sealed(package, "count", len(listed), "data/entries")


def _sealed(package: Package, name: str, found: object, path: str) -> Iterator[Finding]:
    if package.seal is None:
        return
    expected = package.seal.facts.get(name)
    if expected != found:
        yield Finding(path, f"{name} {expected}", found, package.seal.record)
