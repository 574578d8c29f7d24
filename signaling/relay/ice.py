"""The lite side of ICE (RFC 8445): credentials, and the addresses that passed a check."""

import secrets
import string
from collections import OrderedDict
from dataclasses import dataclass

from signaling.relay.udp import Path, Peer

_ICE_CHARS = string.ascii_letters + string.digits + "+/"
MOST_PATHS = 16
HELD_NS = 6_000_000_000
"""A peer checks a path it uses every 5 s, give or take a fifth (RFC 7675 5.1)."""


def _token(length: int) -> str:
    return "".join(secrets.choice(_ICE_CHARS) for _ in range(length))


@dataclass(frozen=True, slots=True)
class IceCredentials:
    """128 random bits of password and 48 of ufrag; RFC 8445 5.3 asks for 128 and 24."""

    ufrag: str
    password: str

    @classmethod
    def new(cls) -> "IceCredentials":
        return cls(_token(8), _token(24))


class IceAgent:
    """One leg's ICE. Every address that passed a check may send; only the nominated one is sent
    to (before the first nomination: the newest that passed). After a restart both pairs of
    credentials are valid until the new pair is nominated.
    """

    def __init__(self, peer: Peer, directory: "IceDirectory") -> None:
        self.peer = peer
        self.selected: Path | None = None
        self._nominated = False
        self._directory = directory
        self._paths: OrderedDict[Path, int] = OrderedDict()
        self._valid: list[IceCredentials] = []
        self.credentials = self.restart()

    def restart(self) -> IceCredentials:
        """New credentials; of older ones only the newest stays valid beside them."""
        for old in self._valid[:-1]:
            self._directory.remove(old.ufrag)
        self.credentials = self._directory.add(self)
        self._valid = [*self._valid[-1:], self.credentials]
        return self.credentials

    def password(self, ufrag: str) -> bytes | None:
        for credentials in self._valid:
            if credentials.ufrag == ufrag:
                return credentials.password.encode("ascii")
        return None

    def holds(self, path: Path, now_ns: int) -> bool:
        """Whether a check on `path` was authenticated of late."""
        checked_ns = self._paths.get(path)
        return checked_ns is not None and now_ns - checked_ns < HELD_NS

    def passed(self, path: Path, ufrag: str, now_ns: int, *, nominated: bool) -> None:
        """A check on `path` was authenticated under `ufrag`."""
        self._paths[path] = now_ns
        self._paths.move_to_end(path)
        path.socket.peers[path.address] = self.peer
        if nominated:
            self._nominated = True
            self.selected = path
            if ufrag == self.credentials.ufrag:
                for old in self._valid[:-1]:
                    self._directory.remove(old.ufrag)
                del self._valid[:-1]
        elif not self._nominated:
            self.selected = path
        while len(self._paths) > MOST_PATHS:
            self._forget(next(p for p in self._paths if p != self.selected))

    def close(self) -> None:
        for credentials in self._valid:
            self._directory.remove(credentials.ufrag)
        for path in list(self._paths):
            self._forget(path)
        self.selected = None

    def _forget(self, path: Path) -> None:
        del self._paths[path]
        # The address may belong to another leg by now: a reloaded page behind the same port.
        if path.socket.peers.get(path.address) is self.peer:
            del path.socket.peers[path.address]


class IceDirectory:
    """All valid user name fragments of the worker."""

    def __init__(self) -> None:
        self._agents: dict[str, IceAgent] = {}

    def __len__(self) -> int:
        return len(self._agents)

    def add(self, agent: IceAgent) -> IceCredentials:
        credentials = IceCredentials.new()
        while credentials.ufrag in self._agents:
            credentials = IceCredentials.new()
        self._agents[credentials.ufrag] = agent
        return credentials

    def remove(self, ufrag: str) -> None:
        self._agents.pop(ufrag, None)

    def find(self, ufrag: str) -> IceAgent | None:
        return self._agents.get(ufrag)
