"""`data/case.json`: its derived members must follow from the package; the rest is a statement."""

from collections.abc import Iterator

from audit.verifier import jsonform, paths
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

MEMBERS = frozenset({
    "v", "form", "package_id", "case_id", "case_number", "origin", "chains", "attachments",
    "statement",
})  # fmt: skip
SALT_SIZE = 32


@package_check("case.canonical")
def canonical(package: Package) -> Iterator[Finding]:
    if jsonform.canonical(package.case) != package.text(paths.CASE):
        yield Finding(paths.CASE, "canonical JSON", "another form")


@package_check("case.members")
def members(package: Package) -> Iterator[Finding]:
    case = package.case
    if (
        case.keys() != MEMBERS
        or case.get("v") != 1
        or case.get("form") not in ("sealed", "archive")
    ):
        yield Finding(paths.CASE, " ".join(sorted(MEMBERS)), " ".join(sorted(case)))


@package_check("case.chains")
def chains(package: Package) -> Iterator[Finding]:
    """Chains, their lengths and heads, as the entries give them; the case's own is among them."""
    expected = [
        {"chain": chain, "count": len(leaves), "head": leaves[-1].hash.hex()}
        for chain, leaves in sorted(package.chains.items())
    ]
    if package.case.get("chains") != expected:
        yield Finding(paths.CASE, f"chains {expected}", package.case.get("chains"))
    own = package.own_chain
    if own not in package.chains:
        yield Finding(paths.CASE, f"the chain {own}", "missing", own)


@package_check("case.salt")
def salt(package: Package) -> Iterator[Finding]:
    if package.has(paths.SALT) and package.source.size(paths.SALT) != SALT_SIZE:
        yield Finding(paths.SALT, f"{SALT_SIZE} bytes", package.source.size(paths.SALT))


@package_check("keys.canonical")
def keys(package: Package) -> Iterator[Finding]:
    """Shown for convenience and never trusted, yet held to its form: text, lines, LF."""
    for path in (paths.KEYS, paths.POLICY):
        data = package.text(path)
        if package.has(path) and not data.endswith(b"\n"):
            yield Finding(path, "lines that end with LF", data[-20:])
