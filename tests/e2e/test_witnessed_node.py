"""A real node, with a witness and a mirror in processes of their own: killed, away, and back."""

import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest
from playhouse.node import DESK, LiveNode
from playhouse.until import until

from audit.checkpoint import open_checkpoint
from audit.note import VerifyingKey
from audit.policy import Policy
from casework.log.cosigned import NAME
from yunchuang.witnesses import read_status

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200)]

PATIENCE_S = 60.0


def run(*arguments):
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@contextmanager
def running(program, folder, *arguments):
    """The line for the policy of `python -m PROGRAM`."""
    process = subprocess.Popen(
        [sys.executable, "-m", program, "--dir", folder, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


async def test_a_node_is_cosigned_whatever_dies(city, tmp_path):
    policy = tmp_path / "policy"  # written when the witnesses have said where they listen
    node = LiveNode(city, tmp_path / "node", {"YUNCHUANG_WITNESS_POLICY": str(policy)})
    log_key = VerifyingKey.parse(node.trusted_keys.read_text().strip())
    folders = {name: tmp_path / name for name in ("witness", "mirror")}
    for name, folder in folders.items():
        run("yunchuang.witness", "init", "--dir", folder, "--name", f"{name}.example",
            "--log", log_key.vkey)  # fmt: skip
    witness = ("yunchuang.witness", folders["witness"], "--log", log_key.vkey, "--listen")
    mirror = ("yunchuang.mirror", folders["mirror"], "--log", log_key.vkey, "--from",
              node.data.log, "--listen")  # fmt: skip
    with ExitStack() as alive:
        lines = [alive.enter_context(running(*one, "127.0.0.1:0")) for one in (witness, mirror)]
        ports = [line.split()[-1].removeprefix("http://").rstrip("/") for line in lines]
        text = f"{''.join(lines)}group both all witness.example mirror.example\nquorum both\n"
        policy.write_text(text)
        keys = [one.key for one in Policy.parse(text.encode()).witnesses]
        try:
            await node.start()

            def cosigned():
                """Size of the newest checkpoint that both cosigned."""
                try:
                    data = (node.data.log / NAME).read_bytes()
                except FileNotFoundError:
                    return 0
                opened = open_checkpoint(data, log_key, keys)
                return opened.head.size if len(opened.cosignatures) == 2 else 0

            def states():
                told = read_status(node.data.witnesses)
                return {one["name"]: one["state"] for one in told}

            began = time.monotonic()
            first = await until(cosigned, "both cosigned", PATIENCE_S, 0.05)
            print(f"cosigned_after_ready_s {time.monotonic() - began:.2f}")

            alive.close()  # kill -9 of both
            desk = node.kill(DESK)  # its next one has a heartbeat to log, and so to be cosigned
            await node.ready(DESK, other_than=desk)
            await until(
                lambda: set(states().values()) == {"unreachable"},
                "nobody answers",
                PATIENCE_S,
                0.05,
            )
            size = cosigned()
            assert size >= first, "what was cosigned stays"

            with running(*witness, ports[0]), running(*mirror, ports[1]):
                await until(lambda: cosigned() > size, "cosigned again", PATIENCE_S, 0.05)
                await until(
                    lambda: set(states().values()) == {"cosigned"}, "and told", PATIENCE_S, 0.05
                )
        finally:
            await node.stop()
