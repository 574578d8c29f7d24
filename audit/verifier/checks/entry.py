"""Each entry for itself: canonical form, schema, and its place in the package."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.entry import Leaf, schema_faults
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding


@package_check("entry.canonical")
def canonical(package: Package) -> Iterator[Finding]:
    for leaf in (*package.leaves, *_apart(package)):
        if not leaf.is_canonical:
            yield Finding(leaf.path, "canonical JSON", leaf.data[:100], leaf.record)


@package_check("entry.schema")
def schema(package: Package) -> Iterator[Finding]:
    for leaf in (*package.leaves, *_apart(package)):
        for expected, found in schema_faults(leaf):
            yield Finding(leaf.path, expected, found, leaf.record)


@package_check("entry.place")
def place(package: Package) -> Iterator[Finding]:
    for leaf in package.leaves:
        expected = paths.record_of(leaf.path)
        if leaf.record != expected:
            yield Finding(leaf.path, expected, leaf.record, expected)


def _apart(package: Package) -> tuple[Leaf, ...]:
    """Entries outside `data/`."""
    seal = () if package.seal is None else (package.seal,)
    return (*package.enrolments.values(), *package.beginning.values(), *seal)
