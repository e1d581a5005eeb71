from datetime import timedelta

import pytest
from small_images import draft, take_in

from annotation_store import clock
from annotation_store.learning import training_runs
from annotation_store.queue import leases
from annotation_store.states import ImageState, RunState
from annotation_store.store import open_store
from annotation_store.vital_signs import take_vital_signs


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request, tmp_path, new_store):
    if request.param == "sqlite":
        opened = new_store(tmp_path / "data")
    else:
        opened = open_store(tmp_path / "data", database_url=request.getfixturevalue("postgresql_url"))
    yield opened
    opened.database.close()


def test_an_empty_store_has_a_zero_for_everything(both):
    signs = take_vital_signs(both)
    assert set(signs.images) == set(ImageState)
    assert set(signs.trainings) == set(RunState)
    assert not any([*signs.images.values(), *signs.trainings.values(), signs.leases, signs.sign_ins])
    assert signs.longest_wait == 0


def test_what_has_expired_does_not_count_and_waiting_is_timed(both, monkeypatch):
    image = draft(both, "cup_1.png", 1)
    take_in(both, "cup_2.png", 2)
    leases.take(both, image.id, by="keiko")
    training_runs.request(both, by="keiko")
    signs = take_vital_signs(both)
    assert (signs.images[ImageState.READY], signs.images[ImageState.WAITING]) == (1, 1)
    assert (signs.leases, signs.trainings[RunState.QUEUED]) == (1, 1)
    later = clock.utc_now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    signs = take_vital_signs(both)
    assert signs.leases == 0
    assert signs.longest_wait == pytest.approx(3600, abs=120)
