"""`python -m bench.flood.sender`: so many datagrams a second to one port, for so long and no longer.

Reads fragments of running legs, one a line, from standard input until its end, makes its datagrams,
prints a line and begins. When it is done it prints how many it sent and in how many seconds, as JSON.
"""

import argparse
import asyncio
import itertools
import json
import socket
import sys
import time

from bench.flood.datagrams import client_hello, mixture

SOURCES = 16
"""Sockets, each with a port of its own."""
BURST_SECONDS = 0.002
MOST_PER_SECOND = 200_000
MOST_SECONDS = 120.0


def flood(target: tuple[str, int], datagrams: list[bytes], rate: int, seconds: float) -> int:
    """Sends in bursts on a clock of its own: what is late is made up for. Returns how many."""
    sockets = [_socket(target) for _ in range(SOURCES)]
    senders = itertools.cycle([one.send for one in sockets])
    endless = itertools.cycle(datagrams)
    whole = min(int(rate * seconds), int(MOST_PER_SECOND * MOST_SECONDS))
    began, sent = time.monotonic(), 0
    while sent < whole:
        due = min(whole, int((time.monotonic() - began) * rate) + 1)
        for _ in range(due - sent):
            next(senders)(next(endless))
        sent = due
        time.sleep(BURST_SECONDS)
    for one in sockets:
        one.close()
    return sent


def _socket(target: tuple[str, int]) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.connect(target)
    return opened


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.flood.sender")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    if not 0 < given.rate <= MOST_PER_SECOND or not 0 < given.seconds <= MOST_SECONDS:
        parser.error(f"at most {MOST_PER_SECOND} a second, and {MOST_SECONDS:.0f} s")
    if not given.host.startswith("127."):
        parser.error("floods stay on this machine")
    datagrams = mixture(asyncio.run(client_hello()), sys.stdin.read().split())
    print("begins", flush=True)
    began = time.monotonic()
    sent = flood((given.host, given.port), datagrams, given.rate, given.seconds)
    print(json.dumps({"sent": sent, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
