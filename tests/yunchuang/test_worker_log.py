"""A media worker logs as the desk does: tracebacks hold neither keys nor what somebody sent."""

import asyncio
import json
import sys

from yunchuang.media import WorkerOptions


async def test_a_worker_logs_json_lines_without_local_variables(tmp_path):
    """The library's own renderer would print every local variable of a failing handler."""
    options = WorkerOptions(
        socket=tmp_path / "worker.sock",
        pid_file=tmp_path / "worker.json",
        addresses=("127.0.0.1",),
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", *options.arguments(), stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            line = await process.stderr.readline()
    finally:
        process.terminate()
        await process.communicate()
    said = json.loads(line)
    assert (said["component"], said["event"]) == ("media", "ready")
