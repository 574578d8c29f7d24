"""Bank card number: 13 to 19 digits with a check digit by ISO/IEC 7812-1 annex B (Luhn)."""


def luhn_valid(digits: str) -> bool:
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def normalise_bank_card(text: str) -> str:
    """The number without spaces; ValueError when length or check digit is wrong."""
    number = text.replace(" ", "")
    if not (number.isascii() and number.isdigit() and 13 <= len(number) <= 19):
        raise ValueError("a bank card number has 13 to 19 digits")
    if not luhn_valid(number):
        raise ValueError("wrong check digit")
    return number
