"""Verification of a whole log folder: tiles, root, signature, and every chain in it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from audit.verifier.actor_keys import ActorKeys
from audit.verifier.beginning import Beginning
from audit.verifier.chains import ChainCheck, Chains
from audit.verifier.device import is_of_device
from audit.verifier.devices import Devices
from audit.verifier.digest import HASH_SIZE
from audit.verifier.limits import MAX_NOTE, MAX_PROBLEMS
from audit.verifier.note import Checkpoint, parse_checkpoint
from audit.verifier.package import Receipt
from audit.verifier.processes import forks, shared_out
from audit.verifier.registry import CHECK_ENDS, UNREADABLE
from audit.verifier.report import Finding, Problem, UnreadableError
from audit.verifier.stretch import BUNDLES, Bundle, EntryCheck, Examiner
from audit.verifier.successor import SUCCESSOR, Succession
from audit.verifier.tile_tree import TileTree
from audit.verifier.tiles import Tiles
from audit.verifier.trust import Trust

CHECKPOINT = "checkpoint"
COSIGNED = "checkpoint.cosigned"
WORTH_SHARING = 4
"""Stretches from which on processes are started: below, they cost more than they bring."""


@dataclass
class LogScan:
    """A log folder, what the caller brought along, and what the pass over the entries gathers.

    With `hashes_only` no entry is taken apart: tiles, root and signature are checked, chains not.
    """

    root: Path
    trust: Trust
    since: Checkpoint | None = None
    receipt: Receipt | None = None
    hashes_only: bool = False
    tree: TileTree = field(default_factory=TileTree)
    chains: Chains = field(default_factory=Chains)
    actor_keys: ActorKeys = field(default_factory=ActorKeys)
    devices: Devices = field(default_factory=Devices)

    @cached_property
    def note(self) -> bytes:
        with (self.root / CHECKPOINT).open("rb") as file:
            return file.read(MAX_NOTE + 1)

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """Raises UnreadableError."""
        return parse_checkpoint(self.note, CHECKPOINT)

    @cached_property
    def cosigned(self) -> Checkpoint | None:
        """The newest one that witnesses cosigned; None if it is not there, or cannot be read."""
        with (
            suppress(FileNotFoundError, UnreadableError),
            (self.root / COSIGNED).open("rb") as file,
        ):
            return parse_checkpoint(file.read(MAX_NOTE + 1), COSIGNED)
        return None

    @cached_property
    def tiles(self) -> Tiles:
        return Tiles(self.root, self.checkpoint.size)

    @cached_property
    def beginning(self) -> Beginning:
        """Raises UnreadableError."""
        return Beginning(self.checkpoint.origin)

    @property
    def succession(self) -> Succession:
        """As far as the pass over the entries has come; all of it stands at the beginning."""
        return self.beginning.succession

    def began_with(self, origin: str, size: int, root: bytes) -> bool:
        """As `devices.ThisLog` asks. Trees of the logs before are not built again."""
        return origin != self.checkpoint.origin or self.tree.root(size) == root


LogCheck = Callable[[LogScan], Iterable[Finding]]
ENTRY_CHECKS: dict[str, EntryCheck] = {}
"""Run on every entry for itself, in any order and process."""
CHAIN_CHECKS: dict[str, ChainCheck] = {}
"""Run on every entry of the log, in order."""
LOG_CHECKS: dict[str, LogCheck] = {}
"""Run once, after the pass over the entries."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Which checks are run: all of them, but for tests that leave one out."""

    entry: Mapping[str, EntryCheck] = field(default_factory=lambda: ENTRY_CHECKS)
    chain: Mapping[str, ChainCheck] = field(default_factory=lambda: CHAIN_CHECKS)
    log: Mapping[str, LogCheck] = field(default_factory=lambda: LOG_CHECKS)


def entry_check(name: str) -> Callable[[EntryCheck], EntryCheck]:
    return lambda function: ENTRY_CHECKS.setdefault(name, function)


def chain_check(name: str) -> Callable[[ChainCheck], ChainCheck]:
    return lambda function: CHAIN_CHECKS.setdefault(name, function)


def log_check(name: str) -> Callable[[LogCheck], LogCheck]:
    return lambda function: LOG_CHECKS.setdefault(name, function)


def is_log_folder(path: Path) -> bool:
    with suppress(OSError):
        return (path / CHECKPOINT).is_file()
    return False


def run_log_checks(scan: LogScan, checks: Checks) -> list[Problem]:
    """At most MAX_PROBLEMS of each check."""
    names = (UNREADABLE, *checks.entry, *checks.chain, *checks.log)
    found: dict[str, list[Finding]] = {name: [] for name in names}
    try:
        _read_all(scan, checks, found)
        for name, check in checks.log.items():
            found[name] += islice(check(scan), MAX_PROBLEMS)
    except UnreadableError as error:
        found[UNREADABLE].append(error.finding)
    except Exception as error:  # noqa: BLE001 - no input may end a verification without a verdict
        found[UNREADABLE].append(Finding("", CHECK_ENDS, type(error).__name__))
    return [item.as_problem(name) for name, items in found.items() for item in items]


def _read_all(scan: LogScan, checks: Checks, found: Mapping[str, list[Finding]]) -> None:
    """Every entry in order. Raises UnreadableError where a bundle or a tile is not whole."""
    examiner = Examiner(scan.tiles, checks.entry, reads=not scan.hashes_only)
    is_small = len(scan.tiles.numbers(0)) < WORTH_SHARING * BUNDLES
    processes = 1 if is_small else forks()
    for stretch in shared_out(examiner.examine, examiner.stretches(), processes):
        for name, findings in stretch.found.items():
            found[name].extend(findings[: MAX_PROBLEMS - len(found[name])])
        for bundle in stretch.bundles:
            _add(scan, bundle, checks.chain, found)
        if stretch.torn is not None:
            raise UnreadableError.of(stretch.torn)


def _add(
    scan: LogScan,
    bundle: Bundle,
    checks: Mapping[str, ChainCheck],
    found: Mapping[str, list[Finding]],
) -> None:
    first = scan.tree.size
    scan.tree.add_tile(bundle.hashes, bundle.above)
    for index, leaf in bundle.marked:
        if leaf.type == SUCCESSOR:
            scan.beginning.add(index, leaf)
        if is_of_device(leaf):
            scan.devices.add(index, leaf, scan.succession.origin_at(index), scan)
        else:
            scan.actor_keys.add(index, leaf, scan.succession.origin_at(index))
    for position, link in enumerate(bundle.links):
        if link is None:
            continue
        value = bundle.hashes[position * HASH_SIZE : (position + 1) * HASH_SIZE]
        place = scan.chains.add(first + position, bundle.path, link, value)
        for name, check in checks.items():
            finding = check(place)
            if finding is not None and len(found[name]) < MAX_PROBLEMS:
                found[name].append(finding)
