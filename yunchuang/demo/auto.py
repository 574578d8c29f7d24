"""`yunchuang demo --auto`: one whole case without a person, and the proof that it is whole.

A real node on free ports, scripted people at its public interfaces, real media between them; then
the evidence package is verified by the verifier alone, in a process of its own, under the key that
was put aside when the log was made.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from casework.data_dir import DataDir
from outlet_client.agent.people.scene import the_scene
from outlet_client.agent.plays.account import Account
from outlet_client.agent.plays.steps import Steps
from outlet_client.agent.plays.whole_case import Accounts, Played, play_whole_case
from yunchuang.demo_data import DEMO_ORIGIN, DEMO_PASSWORD, prepare_demo, trusted_keys
from yunchuang.node import Node
from yunchuang.settings import Settings

LIMIT_S = 110.0
LINE_S = 3.5
"""Nobody listens, so every line of the recorded speech is cut after this."""

ACCOUNTS = Accounts(
    clerk=Account("101", DEMO_PASSWORD, "1"),
    reviewer=Account("01", DEMO_PASSWORD),
    auditor=Account("20", DEMO_PASSWORD),
    lead=Account("10", DEMO_PASSWORD),
)


class AutoDemo:
    """`play` once; `result` is the object that is printed, complete only when all went well."""

    def __init__(self, folder: Path, on_step: Callable[[str], None]) -> None:
        self._data = DataDir(folder.absolute())
        self._step = Steps(on_step)
        self.result: dict[str, Any] = {
            "case_number": "",
            "case_id": "",
            "recording_ids": [],
            "package": "",
            "trusted_keys": str(trusted_keys(self._data)),
            "log_dir": str(self._data.log),
            "origin": DEMO_ORIGIN,
            "verified": False,
            "timings_ms": self._step.timings_ms,
        }

    async def play(self) -> None:
        """Nothing that it started is left running, however it ends. Raises DataDirError,
        NotReadyError, TimeoutError, and what the play raises.
        """
        began = time.monotonic()
        try:
            async with asyncio.timeout(LIMIT_S):
                with self._step("seed"):
                    await asyncio.to_thread(prepare_demo, self._data)
                package = self._data.path / "exported" / "evidence.zip"
                package.parent.mkdir(mode=0o700)
                played = await self._on_a_node(package)
                self.result |= {
                    "case_number": played.case_number,
                    "case_id": played.case_id,
                    "package": str(package),
                }
                with self._step("verify"):
                    await self._verify(played, package)
        finally:
            self._step.timings_ms["total"] = round((time.monotonic() - began) * 1000)

    async def _on_a_node(self, package: Path) -> Played:
        # Free ports of this machine alone, and nothing of a service's own settings.
        node = Node(Settings.alone(data=self._data.path, port=0, origin=DEMO_ORIGIN, workers=1))
        with self._step("start"):
            await node.start()
        try:
            return await play_whole_case(
                node.url, ACCOUNTS, the_scene(), self._step, package, LINE_S
            )
        finally:
            with self._step("stop"):
                await node.stop()

    async def _verify(self, played: Played, package: Path) -> None:
        """Package and log, each under the key from outside and nothing else."""
        keys = trusted_keys(self._data)
        code, report = await run_verifier(package, keys)
        log_code, log_report = await run_verifier(self._data.log, keys)
        parts = [f"{one['call']}/{one['part']}" for one in report.get("recordings", ())]
        self.result["recording_ids"] = parts
        self.result["verified"] = (
            (code, log_code) == (0, 0)
            and report["verdict"] == log_report["verdict"] == "good"
            and report["anchored"] is log_report["anchored"] is True
            and report["origin"] == log_report["origin"] == DEMO_ORIGIN
            and report["case_id"] == played.case_id
            and any(part.startswith(f"{played.call_id}/") for part in parts)
        )


async def run_verifier(path: Path, keys: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and report of `python -m audit verify`. Raises ValueError when it printed none."""
    verifier = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "audit", "verify", str(path), "--keys", str(keys), "--json",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        said, _ = await verifier.communicate()
    except asyncio.CancelledError:
        verifier.kill()
        await verifier.wait()
        raise
    return verifier.returncode or 0, json.loads(said)


def play_auto(folder: Path) -> int:
    """Prints one JSON object on standard output and everything else on standard error; the exit
    code is 0 only if all of it is true.
    """
    _have_standard_input()
    demo = AutoDemo(folder, lambda name: print(f"· {name}", file=sys.stderr))  # noqa: T201
    try:
        asyncio.run(_until_told_to_stop(demo.play()))
    except (Exception, asyncio.CancelledError, KeyboardInterrupt) as error:  # noqa: BLE001  (whatever it was, the object says so)
        demo.result["error"] = f"{type(error).__name__}: {error}"
        sys.stderr.write(f"yunchuang: {demo.result['error']}\n")
    sys.stdout.write(json.dumps(demo.result, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if demo.result["verified"] and "error" not in demo.result else 1


async def _until_told_to_stop(play: Coroutine[Any, Any, None]) -> None:
    """SIGTERM ends the play in order, as Ctrl-C does."""
    task = asyncio.ensure_future(play)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def _have_standard_input() -> None:
    """Where it is closed, the first file that is opened would become it, and children read it."""
    try:
        os.fstat(0)
    except OSError:
        os.open(os.devnull, os.O_RDONLY)
