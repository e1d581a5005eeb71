"""People on a fresh store."""

from collections.abc import Callable
from functools import partial

import pytest
from small_accounts import CHEAP, StandingClock, enrol

from annotation_store import clock
from annotation_store.people import passwords
from annotation_store.records import PersonRecord
from annotation_store.store import Store


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    standing = StandingClock()
    monkeypatch.setattr(clock, "utc_now", standing)
    return standing


@pytest.fixture(name="enrol")
def enrol_here(store: Store) -> Callable[..., PersonRecord]:
    """``enrol("keiko", Role.LEAD, email=…)``"""
    return partial(enrol, store)
