"""Unified social credit code of organisations, GB 32100-2015: 18 characters.

Layout: 1 registering department, 1 category, 6 digits area, 9 characters organisation code,
1 check character. The alphabet leaves out I, O, S, V and Z.
"""

import re

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


def check_character(first_17: str) -> str:
    """Check character: 31 minus the sum weighted by powers of 3 modulo 31."""
    total = sum(
        _ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first_17)
    )
    return _ALPHABET[(31 - total % 31) % 31]


def normalise_credit_code(text: str) -> str:
    """The code in upper case without spaces; ValueError when it is none."""
    code = text.replace(" ", "").upper()
    if not _SHAPE.fullmatch(code):
        raise ValueError("a unified social credit code has 18 characters")
    if check_character(code[:17]) != code[17]:
        raise ValueError("wrong check character")
    return code
