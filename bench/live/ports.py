"""Ports for programs that must be told theirs before they open it, and again after they were killed."""

import random
import socket

_FIRST, _LAST = 20_000, 32_767
"""Below all that a kernel gives to whoever names no port (`ip_local_port_range`): between the choice and
the opening no connection of anybody can take it, as it can each that `bind` with port 0 has given.
"""
_CHANCE = random.SystemRandom()


def free_port(*kinds: socket.SocketKind) -> int:
    """One that nobody on 127.0.0.1 has opened, for each of the kinds. Raises OSError if none is found."""
    for _ in range(100):
        port = _CHANCE.randint(_FIRST, _LAST)
        if all(_is_free(port, kind) for kind in kinds):
            return port
    raise OSError("no free port was found")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
