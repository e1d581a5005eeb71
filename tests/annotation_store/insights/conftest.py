from collections.abc import Callable
from types import SimpleNamespace

import pytest
from histories import Desk, at

from annotation_store import clock
from annotation_store.store import Store


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """``set_clock(90)``: it is 90 seconds past the noon of the histories, for all that follows."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(clock, "datetime", SimpleNamespace(now=lambda _: at(seconds)))

    return set_to


@pytest.fixture
def desk(store: Store, set_clock: Callable[[float], None]) -> Desk:
    return Desk(store, set_clock)
