"""Where a mirror reads the log: a folder, or the same files by HTTP."""

import time
import urllib.error
import urllib.request
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from audit.errors import MalformedError
from audit.mirror.copy import Source

FILE_S = 30.0
_CHUNK = 65_536


class FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str, limit: int) -> bytes:
        with (self._folder / path).open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise MalformedError(f"{path} is longer than it may be")
        return data


class HttpSource:
    """`url` is http or https. A file has FILE_S for everything. `token` is what the operator gave to
    this mirror, for entries are not for everybody.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url.rstrip("/")
        self._token = token

    def read(self, path: str, limit: int) -> bytes:
        end = time.monotonic() + FILE_S
        request = urllib.request.Request(f"{self._url}/{path}")  # noqa: S310  (the scheme was checked)
        if self._token:
            # Not to where a redirection leads.
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=FILE_S) as answer:  # noqa: S310  (as above)
                data = bytearray()
                while chunk := answer.read1(_CHUNK):
                    data += chunk
                    if len(data) > limit:
                        raise MalformedError(f"{path} is longer than it may be")
                    if time.monotonic() > end:
                        raise TimeoutError(f"{path} did not come in time")
        except urllib.error.HTTPError as error:
            with error:
                if error.code == HTTPStatus.NOT_FOUND:
                    raise FileNotFoundError(path) from error
                raise OSError(f"{path}: {error.code}") from error
        except HTTPException as error:
            raise OSError(f"{path}: {type(error).__name__}") from error
        return bytes(data)


def source_at(where: str, token: str = "") -> Source:
    """A URL, or the path of a folder."""
    return (
        HttpSource(where, token)
        if where.startswith(("http://", "https://"))
        else FolderSource(Path(where))
    )
