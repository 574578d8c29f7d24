"""How clerks type Chinese names fast: by first letters or by whole syllables."""

from pypinyin import Style, lazy_pinyin


def initials_of(text: str) -> str:
    """失业登记 -> sydj; letters and digits stay, everything else goes."""
    return _joined(lazy_pinyin(text, style=Style.FIRST_LETTER))


def pinyin_of(text: str) -> str:
    """失业登记 -> shiyedengji"""
    return _joined(lazy_pinyin(text))


def _joined(parts: list[str]) -> str:
    return "".join(part for part in "".join(parts).lower() if part.isascii() and part.isalnum())
