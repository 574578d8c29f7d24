"""How personal values look on a screen until somebody presses to reveal them."""

from casework.model.form_field import FieldKind

_DOT = "*"


def mask_middle(text: str, head: int, tail: int) -> str:
    """`text` with all but its first `head` and last `tail` characters dotted out.

    A text too short to hide at least two characters is dotted out whole.
    """
    if len(text) < head + tail + 2:
        return _DOT * len(text)
    return text[:head] + _DOT * (len(text) - head - tail) + text[len(text) - tail :]


def mask_id_number(number: str) -> str:
    return mask_middle(number, 3, 2)


def mask_bank_card(number: str) -> str:
    return mask_middle(number, 4, 4)


def mask_phone(number: str) -> str:
    return mask_middle(number, 3, 4)


def mask_name(name: str) -> str:
    """群众甲 -> 群*甲, 张三 -> 张*: the family name stays, as called out in a hall."""
    if len(name) <= 1:
        return _DOT * len(name)
    if len(name) == 2:
        return name[0] + _DOT
    return name[0] + _DOT * (len(name) - 2) + name[-1]


def mask_value(kind: FieldKind, value: str) -> str:
    """Masks by kind of field; texts, dates, choices and money are shown as they are."""
    match kind:
        case FieldKind.ID_NUMBER | FieldKind.CREDIT_CODE:
            return mask_id_number(value)
        case FieldKind.BANK_CARD:
            return mask_bank_card(value)
        case FieldKind.PHONE:
            return mask_phone(value)
        case FieldKind.NAME:
            return mask_name(value)
        case _:
            return value
