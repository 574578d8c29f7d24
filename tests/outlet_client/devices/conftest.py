"""A counter whose windows may sign their requests, under a log."""

import pytest

from casework.model.actor_key import SigningRule
from scenes.shown_log import ORIGIN


@pytest.fixture
def log_origin() -> str:
    return ORIGIN


@pytest.fixture
def device_rule() -> SigningRule:
    return SigningRule.OPTIONAL
