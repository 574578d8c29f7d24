"""How clerks type Chinese names fast: by first letters or by whole syllables.

The library is imported when it is first asked: its dictionaries take a third of a second, and a desk
that comes back after a crash needs none of them.
"""


def initials_of(text: str) -> str:
    """失业登记 -> sydj; letters and digits stay, everything else goes."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    return _joined(lazy_pinyin(text, style=Style.FIRST_LETTER))


def pinyin_of(text: str) -> str:
    """失业登记 -> shiyedengji"""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return _joined(lazy_pinyin(text))


def _joined(parts: list[str]) -> str:
    return "".join(part for part in "".join(parts).lower() if part.isascii() and part.isalnum())
