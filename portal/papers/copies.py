"""A copy of a paper: its content set by its template, then closed by the seal."""

from collections.abc import Mapping

from audit.canonical import JsonValue
from portal.papers.qr import qr_svg
from portal.papers.seal import Seal
from portal.papers.typesetting import PaperError, set_source


def set_copy(content: Mapping[str, JsonValue], template: bytes, seal: Seal) -> bytes:
    """Deterministic: the same content and template give the same bytes. Raises PaperError."""
    made_ms, link = content["printed_ms"], content["link"]
    if not isinstance(made_ms, int) or not isinstance(link, str):
        raise PaperError("this is no content of a paper")
    data = {**content, "qr": qr_svg(link), "log_qr": qr_svg(str(content.get("log_code", "")))}
    return seal.close(
        set_source(template, data, made_s=made_ms // 1000, name=str(content["paper"]))
    )
