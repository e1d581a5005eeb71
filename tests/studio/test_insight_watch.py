from types import SimpleNamespace

import pytest
import structlog
from small_images import approve
from sqlalchemy import func, select
from structlog.testing import capture_logs

from annotation_store import schema
from annotation_store.errors import StoreUnavailableError
from annotation_store.insights import outcomes, photo_statistics
from studio import insight_watch as watch_module
from studio.insight_watch import InsightWatch


@pytest.fixture(autouse=True)
def _usual_logs():
    """A command that ran in this process before may have let only errors through."""
    structlog.reset_defaults()


@pytest.fixture
def watch(studio):
    return InsightWatch(studio.store)


@pytest.fixture
def approved(studio):
    return [approve(studio.store, f"{name}.png", seed) for seed, name in enumerate(("cup", "hat", "pen"))]


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only when a test says so."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(watch_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def looks(monkeypatch, clock):
    """The moments at which somebody looked for drift."""
    looks = []
    monkeypatch.setattr(watch_module, "look_for_drift", lambda _store: looks.append(clock.now) or ())
    return looks


def count(studio, table):
    with studio.store.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def warnings(logs):
    return [entry["event"] for entry in logs if entry["log_level"] in ("warning", "error")]


def test_a_look_measures_all_photos_and_outcomes_that_wait(studio, watch, approved, monkeypatch):
    for module in (photo_statistics, outcomes):
        monkeypatch.setattr(module, "AT_ONCE", 1)  # it goes on after the first ones
    watch.look()
    assert count(studio, schema.PhotoStatistics) == 3
    assert count(studio, schema.Outcome) == 3


def test_a_turn_ends_after_a_while_and_the_next_one_goes_on(studio, watch, approved, clock, monkeypatch):
    measure = outcomes.measure_outcomes

    def slow(store, *, limit, passed_over):
        clock.now += 15
        return measure(store, limit=limit, passed_over=passed_over)

    monkeypatch.setattr(outcomes, "AT_ONCE", 1)
    monkeypatch.setattr(outcomes, "measure_outcomes", slow)
    watch.look()
    assert count(studio, schema.Outcome) == 2
    watch.look()
    assert count(studio, schema.Outcome) == 3


def test_a_damaged_file_is_told_once_and_stops_nothing(studio, watch, approved):
    place = studio.store.blobs.path(approved[0].thumbnail_blob)
    place.chmod(0o600)
    place.write_bytes(b"no photo")
    with capture_logs() as logs:
        watch.look()
        watch.look()
    (told,) = [entry for entry in logs if entry["event"] == "not measured"]
    assert (told["by"], told["number"]) == ("measure_photos", approved[0].id)
    assert "has changed on the disk" in told["reason"]
    assert count(studio, schema.PhotoStatistics) == 2
    assert count(studio, schema.Outcome) == 3


def test_drift_is_looked_for_once_an_hour(watch, clock, looks):
    for moment in (1000, 1060, 4599, 4600, 4660):
        clock.now = moment
        watch.look()
    assert looks == [1000, 4600]


def test_drift_waits_until_all_photos_are_measured(watch, clock, looks, approved, monkeypatch):
    measure = photo_statistics.measure_photos

    def slow(store, *, limit, passed_over):
        clock.now += 30
        return measure(store, limit=limit, passed_over=passed_over)

    monkeypatch.setattr(photo_statistics, "AT_ONCE", 2)
    monkeypatch.setattr(photo_statistics, "measure_photos", slow)
    watch.look()
    assert looks == []
    watch.look()
    assert len(looks) == 1


def test_an_alarm_is_told_in_the_logs(watch, monkeypatch):
    alarm = SimpleNamespace(id=4, project_id=1, figure="lightness")
    monkeypatch.setattr(watch_module, "look_for_drift", lambda _store: (alarm,))
    with capture_logs() as logs:
        watch.look()
    (told,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert (told["project"], told["figure"], told["alarm"]) == (1, "lightness", 4)


@pytest.mark.parametrize("error", [StoreUnavailableError("not now"), RuntimeError("a fault")])
@pytest.mark.parametrize(
    ("module", "step"),
    [(photo_statistics, "measure_photos"), (outcomes, "measure_outcomes"), (watch_module, "look_for_drift")],
)
def test_no_error_ends_the_watch_and_the_other_steps_are_done(
    studio, watch, approved, monkeypatch, module, step, error
):
    def fail(*_given, **_named):
        raise error

    fail.__name__ = step
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(module, step, fail)
        watch.look()
    told = "the insights have stumbled" if isinstance(error, RuntimeError) else "the insights wait"
    assert warnings(logs) == [told]
    watch.look()
    assert count(studio, schema.PhotoStatistics) == 3
    assert count(studio, schema.Outcome) == 3


def test_the_watch_looks_at_once_and_then_every_minute(watch, monkeypatch):
    class EnoughError(Exception):
        """It would go on for ever."""

    happened = []

    def sleep(seconds):
        happened.append(seconds)
        if len(happened) == 4:
            raise EnoughError

    monkeypatch.setattr(watch, "look", lambda: happened.append("look"))
    monkeypatch.setattr(watch_module, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(EnoughError):
        watch.watch()
    assert happened == ["look", 60.0, "look", 60.0]
