"""The evidence package of a case that was played, made and judged by the commands."""

import asyncio
import sys
from pathlib import Path

from audit.verifier.report import Verdict
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from playhouse.node import LiveNode


async def export_and_verify(node: LiveNode, number: str, call: str, package: Path) -> int:
    """From the data directory at rest, with the key that was put aside; the number of entries.

    The package is good, and the recording in it is that of this call.
    """
    command = Path(sys.executable).with_name("yunchuang")
    for arguments in (
        ("export", number, "--out", package, "--data", node.data.path),
        ("verify", package, "--keys", node.trusted_keys),
    ):
        process = await asyncio.create_subprocess_exec(
            command, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
    trust = make_trust(parse_keys(node.trusted_keys.read_bytes(), "keys"), None, outside=True)
    report = verify(package, trust)
    assert report.verdict is Verdict.GOOD, report.problems
    assert {part["call"] for part in report.recordings} == {call}
    return report.entries
