"""The recording notice: what a person is told before being filmed, by version.

A published version never changes: answers are kept with its hash. A new wording is a new version.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Notice:
    """`text` is shown and read aloud as it stands; paragraphs are separated by LF."""

    version: str
    text: str

    @property
    def sha256(self) -> str:
        """Lower hex SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


_PUBLISHED = (
    Notice(
        "recording-2026-01",
        "本次视频连线由市人社服务大厅录音录像，用于核实您的身份、留存办理过程。\n"
        "录音录像按办件档案的保管期限保存，只有因工作需要并经登记的人员才能查阅；"
        "您可以申请查阅或复制与您有关的部分。\n"
        "您可以不同意。不同意的，改由后台书面审核或另行预约，不影响您办理本事项。"
        "同意之后也可以随时撤回，撤回前已经录制的内容仍予保存。",
    ),
)

NOTICES: Mapping[str, Notice] = MappingProxyType({notice.version: notice for notice in _PUBLISHED})
CURRENT_NOTICE = _PUBLISHED[-1]


def is_published(version: str, sha256: str) -> bool:
    """Whether this text was really published under this version."""
    notice = NOTICES.get(version)
    return notice is not None and notice.sha256 == sha256
