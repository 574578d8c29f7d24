"""Clerk, citizen and reviewer without browsers, and what the pages of browsers draw."""

from bench.live.people import (
    APPLICANT,
    CITIZEN,
    DRAWN_CITIZEN,
    DRAWN_DOCUMENT,
    FORM,
    HALL,
    ITEM,
    WINDOW,
    Company,
    Talk,
    company,
)

__all__ = [
    "APPLICANT",
    "CITIZEN",
    "DRAWN_CITIZEN",
    "DRAWN_DOCUMENT",
    "FORM",
    "HALL",
    "ITEM",
    "WINDOW",
    "Company",
    "Talk",
    "company",
]
