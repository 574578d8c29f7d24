"""One verification: find out what PATH is, check it, and say what was found."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from audit.verifier import checks, paths
from audit.verifier.actor import enrolled_key, signing_key
from audit.verifier.checks.clock import bounded, steps
from audit.verifier.checks.decision import CONFIRMED
from audit.verifier.checks.log_cosigned import vouched
from audit.verifier.device import REQUESTED
from audit.verifier.limits import MAX_NOTE
from audit.verifier.log_folder import Checks, LogScan, is_log_folder, run_log_checks
from audit.verifier.note import Checkpoint
from audit.verifier.package import Package, Receipt
from audit.verifier.registry import PACKAGE_CHECKS, UNREADABLE, PackageCheck, run_package_checks
from audit.verifier.report import Problem, Report, UnreadableError, Verdict, quote
from audit.verifier.source import FolderSource, Source, read_whole
from audit.verifier.successor import Succession
from audit.verifier.trust import Policy, Trust, make_trust, parse_keys, parse_policy, signers
from audit.verifier.zip_form import ZipSource, looks_like_zip

__all__ = ["checks", "verify"]

T = TypeVar("T")


def verify(
    path: Path,
    trust: Trust | None = None,
    *,
    since: Checkpoint | None = None,
    receipt: Receipt | None = None,
    hashes_only: bool = False,
    package_checks: Mapping[str, PackageCheck] = PACKAGE_CHECKS,
    log_checks: Checks | None = None,
) -> Report:
    """Verify a package folder, a package zip or a log folder.

    `trust` holds the keys from outside; None means there are none, and then the best verdict is
    `unanchored`. With `hashes_only` the entries of a log are hashed and not read: the report says
    that its chains were not checked. The checks are the registries; tests leave one check out.
    """
    if is_log_folder(path):
        known = trust or make_trust((), None, outside=False)
        scan = LogScan(path, known, since, receipt, hashes_only)
        return _log_report(scan, run_log_checks(scan, log_checks or Checks()))
    try:
        source = _open(path)
    except UnreadableError as error:
        problem = error.finding.as_problem(UNREADABLE)
        return Report(Verdict.TAMPERED, trust is not None, problems=(problem,))
    except OSError:
        source = None
    if source is None:
        return Report(Verdict.NO_PACKAGE)
    package = Package(source, trust or _inside(source), receipt, since)
    problems = run_package_checks(package, package_checks.items())
    return _report(package, problems)


def _open(path: Path) -> Source | None:
    """None if PATH is nothing that could be a package, damaged or not."""
    if path.is_dir():
        names = {name.name for name in path.iterdir()}
        marks = {paths.BAGIT, paths.PAYLOAD_MANIFEST, paths.TAG_MANIFEST}
        return FolderSource(path) if names & marks or {"data", "proof"} <= names else None
    return ZipSource(path) if path.is_file() and looks_like_zip(path) else None


def _inside(source: Source) -> Trust:
    """The package's own keys: good for a test of consistency, never for trust."""
    keys = _attempt(source, paths.KEYS, parse_keys) or ()
    policy: Policy | None = _attempt(source, paths.POLICY, parse_policy)
    return make_trust(keys, policy, outside=False)


def _attempt(source: Source, path: str, parse: Callable[[bytes, str], T]) -> T | None:
    try:
        return parse(read_whole(source, path, MAX_NOTE), path)
    except (UnreadableError, KeyError):
        return None


def _log_report(scan: LogScan, problems: list[Problem]) -> Report:
    try:
        checkpoint = scan.checkpoint
    except UnreadableError as error:
        problem = error.finding.as_problem(UNREADABLE)
        return Report(Verdict.TAMPERED, problems=[problem])
    anchored = scan.trust.outside and signers(checkpoint, scan.trust).log is not None
    verdict = Verdict.GOOD if anchored else Verdict.UNANCHORED
    return Report(
        verdict=Verdict.TAMPERED if problems else verdict,
        anchored=anchored,
        origin=quote(checkpoint.origin),
        size=checkpoint.size,
        entries=scan.tree.size,
        status={
            "logged": True,
            "witnessed": _witnessed(scan),
            "chains": "not checked" if scan.hashes_only else len(scan.chains),
            "enrolments": scan.actor_keys.persons(),
            "devices": {"enrolled": len(scan.devices), "requests": scan.devices.requests},
            **_before(scan.succession, scan.receipt, scan.since),
        },
        problems=problems,
    )


def _witnessed(scan: LogScan) -> dict[str, int]:
    """How many witnesses vouch for the log, and for how many of its entries."""
    checkpoint = vouched(scan)
    count = len(signers(checkpoint, scan.trust).cosigned)
    size = checkpoint.size if count else 0
    return {"k": count, "n": len(scan.trust.witnesses), "size": size}


def _before(
    succession: Succession, receipt: Receipt | None, since: Checkpoint | None
) -> dict[str, object]:
    """The logs before this one, what is left to compare them with, and where the entry of a paper of
    one of them stands now.
    """
    if not succession.before:
        return {}
    told: dict[str, object] = {"succeeds": [one.said() for one in succession.before]}
    if since is None or since.origin not in {one.origin for one in succession.before}:
        told["succeeds_check"] = SUCCEEDS_CHECK.format(quote(succession.before[0].origin))
    steps = succession.steps_to(receipt.origin) if receipt is not None else None
    if receipt is not None and steps is not None:
        told["receipt"] = {
            "origin": receipt.origin,
            "index": receipt.index,
            "index_here": receipt.index + steps,
        }
    return told


def _report(package: Package, problems: list[Problem]) -> Report:
    seal, checkpoint = package.seal, package.seal_checkpoint or package.checkpoint
    anchored = package.trust.outside and checkpoint is not None
    if checkpoint is not None:
        anchored = anchored and signers(checkpoint, package.trust).log is not None
    return Report(
        verdict=_verdict(package, problems, anchored=anchored),
        anchored=anchored,
        origin=quote(checkpoint.origin) if checkpoint else "",
        size=checkpoint.size if checkpoint else 0,
        package_id=quote(package.case.get("package_id", "")),
        case_id=quote(package.case.get("case_id", "")),
        entries=len(package.leaves) + (seal is not None),
        recordings=[_recording(package, key) for key in sorted(package.parts)],
        status=_status(package),
        problems=problems,
    )


def _verdict(package: Package, problems: list[Problem], *, anchored: bool) -> Verdict:
    if problems:
        return Verdict.TAMPERED
    if not anchored:
        return Verdict.UNANCHORED
    erased = any(package.is_erased(chain) for chain in package.chains)
    return Verdict.ERASED if erased else Verdict.GOOD


def _recording(package: Package, key: tuple[str, str]) -> dict[str, object]:
    part = package.parts[key]
    last = part.records[-1] if part.records else None
    return {
        "call": part.call,
        "part": part.part,
        "segments": len(part.records),
        "bytes": package.source.size(part.media) if part.media else 0,
        "from_mono_ms": part.records[0].first_mono_ms if part.records else 0,
        "to_mono_ms": last.last_mono_ms if last else 0,
        "missing_frames": sum(record.missing_frames for record in part.records),
    }


def _status(package: Package) -> dict[str, object]:
    """The ladder as it is, never better; what was not checked is said."""
    checkpoint = package.seal_checkpoint
    cosigned = signers(checkpoint, package.trust).cosigned if checkpoint else frozenset()
    stamped = package.has(paths.TIMESTAMP)
    return {
        "logged": checkpoint is not None,
        "witnessed": {"k": len(cosigned), "n": len(package.trust.witnesses)},
        "time_stamp": "present, unchecked" if stamped else "absent",
        "times": "bounded by witnesses" if bounded(package) else "not bounded",
        "clock_steps": steps(package),
        "sealed": package.seal is not None,
        "consistency": "proved" if package.has(paths.CONSISTENCY) else "absent",
        "decisions": _decisions(package),
        "requests": _requests(package),
        "form": quote(package.case.get("form", "")),
        "openings": len(package.openings),
        "not_proved": NOT_PROVED,
        **_before(package.succession, package.receipt, package.since),
        **({"time_stamp_check": TIME_STAMP_COMMAND} if stamped else {}),
    }


def _decisions(package: Package) -> dict[str, int]:
    """How many were signed by whoever took them, and how many of those by a key in a browser's store:
    weaker, as no authenticator verified the person.
    """
    keys = [signing_key(leaf) for leaf in package.leaves if leaf.type == CONFIRMED]
    signed = [key for key in keys if key is not None]
    entries = [package.enrolments.get(key) for key in signed]
    held = [enrolled_key(entry) if entry is not None else None for entry in entries]
    strong = sum(key is not None and key.party is not None for key in held)
    return {
        "signed": len(signed),
        "weaker": len(signed) - strong,
        "unsigned": len(keys) - len(signed),
    }


def _requests(package: Package) -> dict[str, int]:
    """How many calls were asked for by an enrolled device. One that came from the hall has none."""
    keys = [signing_key(leaf) for leaf in package.leaves if leaf.type == REQUESTED]
    signed = sum(key is not None for key in keys)
    return {"signed": signed, "unsigned": len(keys) - signed}


NOT_PROVED = (
    "that no second entry stands at the same place of a chain, nor a later one, and that no key that"
    " signed here was revoked before: verify the log folder for that; that who enrolled a key is whom"
    " the entry names: ask that person; times, without witnesses"
)
SUCCEEDS_CHECK = (
    "only the log itself says how the one before it ended: verify the log folder with --since and the"
    " newest checkpoint that witnesses of {} have; it is refused where entries they saw are lost"
)
TIME_STAMP_COMMAND = (
    f"openssl ts -verify -in {paths.TIMESTAMP} -data {paths.CHECKPOINT} -CAfile CA.pem"
)
