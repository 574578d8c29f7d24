"""The short code of a case: printed beside its number, proves that one holds the paper.

Eight characters of Crockford's base 32, without letters that are misread. Derived from the case's
own key, so that nothing about it is stored and an erased case has none.
"""

import hashlib
import hmac

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LABEL = b"yunchuang/short-code/v1\0"
CHARACTERS = 8


def short_code(case_key: bytes, case_id: str) -> str:
    """For people: two groups of four, such as K3F7-9QXM."""
    digest = hmac.new(case_key, _LABEL + case_id.encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:5])
    code = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{code[:4]}-{code[4:]}"


def is_code_of(text: str, case_key: bytes, case_id: str) -> bool:
    """Whether `text`, however it was typed, is the code of the case."""
    typed = text.upper().translate(str.maketrans("OIL", "011", " -"))
    code = short_code(case_key, case_id).replace("-", "")
    return hmac.compare_digest(typed.encode(), code.encode())
