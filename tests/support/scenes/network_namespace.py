"""A network of its own for the programs of a test, made by a thread that stays in it alone."""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

_CLONE_NEWNET = 0x40000000
_IFF_UP = 1
_SIOCADDRT, _SIOCSIFFLAGS, _SIOCSIFADDR, _SIOCSIFNETMASK = 0x890B, 0x8914, 0x8916, 0x891C
_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
_RTF_UP_GATEWAY = 3


def make_or_skip(make: Callable[[], None]) -> None:
    """Runs `make` in a thread that may leave this machine's network for good. Where it raises OSError
    the test fails if it runs in CI, and is skipped elsewhere.
    """
    trouble: list[OSError] = []

    def work() -> None:
        try:
            make()
        except OSError as error:
            trouble.append(error)

    # Not a thread of a pool: nobody else may ever run in it.
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if trouble:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(trouble[0]))


def enter_new_network() -> int:
    """Of the calling thread; a handle of it, its loopback is up. Raises OSError."""
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET) != 0:
        raise PermissionError(ctypes.get_errno(), "no right to make a network namespace")
    handle = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    with _control() as control:
        _raise_up(control, b"lo")
    return handle


def command_in(network: int, *program: str | Path) -> list[str]:
    """The command line that runs `program` there."""
    net = f"--net=/proc/{os.getpid()}/fd/{network}"
    return ["nsenter", net, "--", *(str(word) for word in program)]


def open_tun(name: bytes, address: str, mask: str) -> int:
    """A TUN device in the network of this thread, up, with this address. Raises OSError."""
    handle = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(handle, _TUNSETIFF, struct.pack("16sH22x", name, _TUN_WITHOUT_HEADER))
        with _control() as control:
            for order, value in ((_SIOCSIFADDR, address), (_SIOCSIFNETMASK, mask)):
                fcntl.ioctl(control, order, struct.pack("16s16s", name, _socket_address(value)))
            _raise_up(control, name)
    except OSError:
        os.close(handle)
        raise
    return handle


def lead_everything_to(gateway: str) -> None:
    """The default route of this thread's network. Raises OSError."""
    ends = (_socket_address(one) for one in ("0.0.0.0", gateway, "0.0.0.0"))
    with _control() as control:
        fcntl.ioctl(control, _SIOCADDRT, struct.pack("L16s16s16sH54x", 0, *ends, _RTF_UP_GATEWAY))


def _control() -> contextlib.closing[socket.socket]:
    return contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


def _raise_up(control: socket.socket, name: bytes) -> None:
    fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", name, _IFF_UP))


def _socket_address(address: str) -> bytes:
    """A `struct sockaddr_in` without a port."""
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
