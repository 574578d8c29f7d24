"""How much is tried, and from which seed: both from the environment."""

import os
import random

SEED_VARIABLE = "YUNCHUANG_FUZZ_SEED"
COUNT_VARIABLE = "YUNCHUANG_FUZZ_DATAGRAMS"
SEED = int(os.environ.get(SEED_VARIABLE, "20260501"))
DATAGRAMS = int(os.environ.get(COUNT_VARIABLE, "50000"))
"""Datagrams of all tests of this folder together; texts and frames are counted apart, see `texts`."""
DATAGRAMS_A_TEXT = 50


def dice(what: str) -> random.Random:
    """The same numbers for the same seed, whatever other tests run."""
    return random.Random(f"{SEED}/{what}")


def datagrams(percent: int) -> int:
    """This share of the campaign's datagrams."""
    return DATAGRAMS * percent // 100


def texts() -> int:
    """Answers, link frames and page messages cost more each, so there are fewer of each kind."""
    return max(200, DATAGRAMS // DATAGRAMS_A_TEXT)
