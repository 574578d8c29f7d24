"""The command: `verify PATH [--keys FILE] [--policy FILE] [--since FILE] [--receipt TEXT] [--json]`.

Exit codes: 0 good, or erased with proof; 1 tampered or incomplete; 2 PATH is no package, or the
command itself is wrong; 3 consistent in itself, but no key from outside.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from audit.verifier.limits import MAX_NOTE
from audit.verifier.note import Checkpoint, parse_checkpoint, whole_number
from audit.verifier.package import Receipt
from audit.verifier.report import Report, UnreadableError, Verdict
from audit.verifier.trust import Trust, make_trust, parse_keys, parse_policy
from audit.verifier.verify import verify

USAGE_ERROR = 2
SENTENCES = {
    Verdict.GOOD: "完整，未发现改动 · whole, no change found",
    Verdict.ERASED: "已按规定销毁，证明完整 · erased, with proof",
    Verdict.TAMPERED: "有改动或不完整 · changed or incomplete",
    Verdict.NO_PACKAGE: "不是证据包 · no evidence package",
    Verdict.UNANCHORED: "自身一致，但没有外部公钥，不能作为证据 · consistent in itself, but no key from outside",
}

WEAKNESSES = {
    "weaker": "个决定由浏览器密钥签名，效力较弱：签名时没有经安全密钥核验本人"
    " · signed by a key in a browser's store, weaker: no authenticator verified the person",
    "unsigned": "个决定没有作出人的签名 · not signed by whoever took it",
}
"""Of decisions, by their name in the report."""


def parser(prog: str = "verify") -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog=prog, description="Verify an evidence package or a log.")
    result.add_argument(
        "path", type=Path, metavar="PATH", help="package folder, zip, or log folder"
    )
    result.add_argument("--keys", type=Path, metavar="FILE", help="vkeys from outside, one a line")
    result.add_argument("--policy", type=Path, metavar="FILE", help="C2SP tlog-policy from outside")
    result.add_argument(
        "--since", type=Path, metavar="CHECKPOINT", help="an older checkpoint you kept"
    )
    result.add_argument("--receipt", metavar="TEXT", help="'ORIGIN INDEX LEAFHASH' from the paper")
    result.add_argument("--json", action="store_true", help="print the report as one JSON object")
    return result


def main(arguments: Sequence[str] | None = None, *, prog: str = "verify") -> int:
    options = parser(prog).parse_args(arguments)
    try:
        trust = read_trust(options.keys, options.policy)
        since = _read_checkpoint(options.since)
        receipt = parse_receipt(options.receipt) if options.receipt else None
    except (OSError, UnreadableError) as error:
        sys.stderr.write(f"{prog}: {error}\n")
        return USAGE_ERROR
    report = verify(options.path, trust, since=since, receipt=receipt)
    text = json.dumps(report.as_json(), ensure_ascii=False) if options.json else as_text(report)
    sys.stdout.write(text + "\n")
    return report.exit_code


def read_trust(keys: Path | None, policy: Path | None) -> Trust | None:
    """Keys from outside; None if there are none. Raises OSError and UnreadableError."""
    if keys is None and policy is None:
        return None
    known = parse_keys(_read(keys), str(keys)) if keys else ()
    rule = parse_policy(_read(policy), str(policy)) if policy else None
    return make_trust(known, rule, outside=True)


def parse_receipt(text: str) -> Receipt:
    """`ORIGIN INDEX LEAFHASH`, as the paper has it. Its QR code may be an address that carries the
    three after the `#`, with `+` between them, which no origin has.
    """
    parts = text.split()
    match text.strip().partition("#")[2].split("+") if len(parts) == 1 else parts:
        case [origin, index, leaf] if (
            len(leaf) == 64 and (number := whole_number(index)) is not None
        ):
            return Receipt(origin, number, leaf)
    raise UnreadableError("--receipt", "ORIGIN INDEX LEAFHASH", text)


def as_text(report: Report) -> str:
    lines = [SENTENCES[report.verdict]]
    if report.verdict is Verdict.NO_PACKAGE:
        return lines[0]
    lines += [
        f"  package {report.package_id or '-'}  case {report.case_id or '-'}",
        f"  log {report.origin}  size {report.size}",
        f"  entries {report.entries}  recorded parts {len(report.recordings)}",
        *(f"  {name}: {value}" for name, value in report.status.items()),
        *_on_signatures(report.status.get("decisions")),
    ]
    for problem in report.problems:
        where = f"{problem.record or 'package'} ({problem.path})"
        lines.append(
            f"  ! {problem.code}: {where}: expected {problem.expected}, found {problem.found}"
        )
    return "\n".join(lines)


def _on_signatures(decisions: object) -> list[str]:
    """What the numbers of `decisions` mean, where some were signed less strongly than they could be."""
    if not isinstance(decisions, dict):
        return []
    return [
        f"  * {decisions[name]} {words}" for name, words in WEAKNESSES.items() if decisions[name]
    ]


def _read_checkpoint(path: Path | None) -> Checkpoint | None:
    return parse_checkpoint(_read(path), str(path)) if path else None


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_NOTE + 1)
