"""Chains: seq without gaps, prev, refs to other chains, and the order in the log."""

from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.package import Package
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

CALLED = "desk.case.called"


@package_check("chain.seq")
def seq(package: Package) -> Iterator[Finding]:
    """By file names, which `entry.place` ties to the entries."""
    for chain, leaves in package.chains.items():
        for expected, leaf in enumerate(leaves):
            if leaf.path != paths.leaf_path(chain, expected):
                record = f"{chain}#{expected}"
                yield Finding(paths.leaf_path(chain, expected), record, "missing", record)
                break


@package_check("chain.prev")
def prev(package: Package) -> Iterator[Finding]:
    for leaves in package.chains.values():
        before = None
        for leaf in leaves:
            if leaf.prev != before:
                yield Finding(leaf.path, f"prev {before}", f"prev {leaf.prev}", leaf.record)
            before = leaf.hash.hex()


@package_check("chain.refs")
def refs(package: Package) -> Iterator[Finding]:
    """A ref must be a head of its chain. Chains of other cases are not in the package, nor are
    other calls of a call; the calls of the case are.
    """
    own = package.own_chain
    for leaf in package.leaves:
        for chain, head in sorted(leaf.refs.items()):
            others = package.chains.get(chain)
            if others is None:
                if leaf.chain == own and chain.startswith("call:"):
                    yield Finding(leaf.path, f"the chain {chain}", "missing", leaf.record)
            elif head not in {other.hash.hex() for other in others}:
                yield Finding(leaf.path, f"an entry of {chain}", f"head {head}", leaf.record)


@package_check("chain.called")
def called(package: Package) -> Iterator[Finding]:
    """Every call the case was in is here with its chain, and with it its recording."""
    for leaf in package.chains.get(package.own_chain, ()):
        if leaf.type == CALLED and f"call:{leaf.facts.get('call')}" not in package.chains:
            chain = f"call:{leaf.facts.get('call')}"
            yield Finding(leaf.path, f"the chain {chain}", "missing", leaf.record)


@package_check("chain.calls")
def calls(package: Package) -> Iterator[Finding]:
    """A call's chain that the case does not name is another case's."""
    own = package.own_chain
    named = {own}
    for leaf in package.chains.get(own, ()):
        named |= {*leaf.refs, f"call:{leaf.facts.get('call')}"}
    for chain, leaves in package.chains.items():
        if chain not in named:
            yield Finding(leaves[0].path, "a chain the case names", chain, leaves[0].record)


@package_check("chain.order")
def order(package: Package) -> Iterator[Finding]:
    """The log took the entries of a chain in their order, the seal last."""
    for chain, leaves in package.chains.items():
        before = -1
        names = [paths.proof_path(chain, leaf.seq) for leaf in leaves]
        if package.seal is not None and package.seal.chain == chain:
            names.append(paths.SEAL_PROOF)
        for name in names:
            proof = package.proofs.get(name)
            if proof is None:
                continue
            if proof.index <= before:
                record = paths.record_of(name)
                yield Finding(name, f"an index after {before}", proof.index, record)
            before = proof.index
