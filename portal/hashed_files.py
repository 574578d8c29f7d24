"""Files at addresses that carry their content's hash, so that browsers may keep them for ever.

Folders are read once at start and answered from memory. Nothing outside them can be named: a request
is a dictionary look-up, never a path.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aiohttp import web

PREFIX = "/static/"
_HASHED = re.compile(r"^(?P<stem>.+)\.(?P<hash>[0-9a-f]{16})(?P<suffix>\.[a-z0-9]+)$")
_TEXT = {".css", ".js", ".mjs", ".svg", ".json", ".txt"}
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webm": "video/webm",
    ".woff2": "font/woff2",
}
_VERSIONED = re.compile(r"(^|/)vendor/[^/]+@[0-9]|(^|/)vendor/@[^/]+/[^/]+@[0-9]")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`url` is for ever: its content never changes under the same address."""

    name: str
    url: str
    body: bytes
    packed: bytes | None
    content_type: str
    digest: str


class StaticFiles:
    def __init__(self, *, development: bool = False) -> None:
        self._development = development
        self._folders: dict[str, Path] = {}
        self._files: dict[str, StaticFile] = {}
        self._read_at: dict[str, int] = {}

    def add_folder(self, room: str, folder: Path, patterns: Collection[str] = ("**/*",)) -> None:
        """Files below `folder` become `<room>/<relative path>`: all of them, or those of `patterns`."""
        if room in self._folders:
            raise ValueError(f"room {room} has its static folder already")
        self._folders[room] = folder
        for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
            if path.is_file() and not path.name.startswith("."):
                self._read(f"{room}/{path.relative_to(folder).as_posix()}", path)

    def add_generated(self, name: str, body: bytes) -> StaticFile:
        """A file made at start, such as a message catalogue for scripts."""
        self._files[name] = _static_file(name, body)
        return self._files[name]

    def get(self, name: str) -> StaticFile:
        """Raises KeyError for a name no room has handed in."""
        if self._development:
            self._reread(name)
        return self._files[name]

    def url(self, name: str) -> str:
        return self.get(name).url

    def names(self, suffix: str = "") -> list[str]:
        return sorted(name for name in self._files if name.endswith(suffix))

    def _read(self, name: str, path: Path) -> None:
        self._files[name] = _static_file(name, path.read_bytes())
        self._read_at[name] = path.stat().st_mtime_ns

    def _reread(self, name: str) -> None:
        room, _, rest = name.partition("/")
        folder = self._folders.get(room)
        if folder is None or ".." in PurePosixPath(rest).parts:
            return
        path = folder / rest
        if path.is_file() and self._read_at.get(name) != path.stat().st_mtime_ns:
            self._read(name, path)


def _static_file(name: str, body: bytes) -> StaticFile:
    path = PurePosixPath(name)
    digest = hashlib.sha256(body).hexdigest()
    hashed = (
        name if _VERSIONED.search(name) else f"{path.with_suffix('')}.{digest[:16]}{path.suffix}"
    )
    content_type = (
        _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    )
    packed = gzip.compress(body, 6, mtime=0) if path.suffix in _TEXT and len(body) > 1024 else None
    return StaticFile(name, PREFIX + hashed, body, packed, content_type, digest)


def answer_file(static: StaticFiles, asked: str, request: web.BaseRequest) -> web.Response:
    """The file at `PREFIX + asked`. A hashed or versioned address is immutable; a plain one must be
    asked for again. Raises HTTPNotFound.
    """
    match = _HASHED.match(asked)
    try:
        found = static.get(asked if match is None else match["stem"] + match["suffix"])
    except KeyError:
        raise web.HTTPNotFound from None
    immutable = found.url == PREFIX + asked
    if match is not None and not immutable:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if immutable else "no-cache",
        "ETag": f'"{found.digest[:32]}"',
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    body = found.body
    if found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = found.packed
    charset = "utf-8" if found.content_type.startswith(("text/", "image/svg")) else None
    return web.Response(
        body=body, content_type=found.content_type, charset=charset, headers=headers
    )
