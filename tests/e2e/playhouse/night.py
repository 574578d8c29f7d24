"""A night at a live node: it is stopped in the evening and started in the morning.

No row is touched: the processes of the morning have another clock (`other_clock/sitecustomize.py`).
"""

from pathlib import Path

from playhouse.node import LiveNode

NIGHT_S = 24 * 3600
_CLOCK = Path(__file__).with_name("other_clock")


async def sleep_at(node: LiveNode) -> None:
    """One night; a second one is not slept."""
    assert "YUNCHUANG_TEST_AHEAD_S" not in node.settings
    await node.stop()
    node.settings |= {"PYTHONPATH": str(_CLOCK), "YUNCHUANG_TEST_AHEAD_S": str(NIGHT_S)}
    await node.start()
