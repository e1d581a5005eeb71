"""``/metrics`` of the whole studio: who gets it, and what stands in it."""

import os

import pytest
import structlog
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import ValidationError
from small_images import BlurredTrimap, draft, take_in

from annotation_store.learning import training_runs, what_serves
from annotation_store.queue import leases
from annotation_store.workers.places import Place
from annotation_store.workers.workers import sign_off, sign_on
from matting_core.errors import MissingPackageError
from matting_core.optional_packages import require
from studio.device.live_model import LiveModel
from studio.device.turns import Urgency
from studio.operations import heartbeat
from studio.operations.metrics import Metrics, batch_buckets
from studio.settings import Settings
from studio.studio import open_studio

TOKEN = "a token of some length"  # noqa: S105
ASKING = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def observed(tmp_path_factory):
    """The web application with metrics and an access log, built once: Gradio's pages take a second."""
    from studio.web import create_app

    folder, quick = tmp_path_factory.mktemp("observed") / "data", BlurredTrimap()
    settings = Settings(
        _env_file=None, data_dir=folder, operator="keiko", device="cpu", metrics_token=TOKEN, access_log=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
        patch.setattr(LiveModel, "_load", lambda *_: quick)
        patch.setattr(LiveModel, "warm_up", lambda *_: None)
        studio = open_studio(settings)
        yield create_app(studio)
        studio.close()


@pytest.fixture
def scraper(observed):
    return TestClient(observed, base_url="http://127.0.0.1")


@pytest.fixture
def store(observed):
    return observed.state.studio.store


def read(scraper):
    """Every sample by its name and the values of its labels."""
    answer = scraper.get("/metrics", headers=ASKING)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_without_a_token_there_is_no_such_page(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ünknown"]
)
def test_only_the_token_opens_it(scraper, authorization):
    answer = scraper.get("/metrics", headers={"Authorization": authorization.encode("latin-1")})
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_it_is_for_looking_only_and_under_own_names_only(scraper):
    assert scraper.post("/metrics", headers=ASKING).status_code == 405
    assert scraper.get("/metrics", headers={**ASKING, "Host": "rebound.example"}).status_code == 403


def test_a_token_that_could_be_guessed_is_refused_with_advice():
    with pytest.raises(ValidationError, match="16 characters or more"):
        Settings(_env_file=None, metrics_token="short")  # noqa: S106


def test_a_missing_package_is_said_with_the_command_that_brings_it(studio, monkeypatch):
    def missing(package, *, purpose):
        return require("no_such_package_as_" + package, purpose=purpose)

    monkeypatch.setattr("studio.operations.metrics.require", missing)
    with pytest.raises(MissingPackageError, match=r"MATTELOOP_METRICS_TOKEN needs .* requirements-extra\.txt"):
        Metrics(studio)


def test_requests_are_counted_by_their_route_and_never_by_their_path(scraper, store):
    image = draft(store, "a_secret_name.png", 1)
    for path in (f"/api/v1/images/{image.id}", f"/api/v1/images/{image.id}/thumbnail", "/api/v1/images/4711"):
        scraper.get(path)
    for path in ("/api/v1/no/such/route", "/correct", "/editor/editor.js", "/join/some-secret-link"):
        scraper.get(path)
    found = read(scraper)
    assert found["matteloop_requests_total", "GET", "/api/v1/images/{image_id}", "2xx"] == 1
    assert found["matteloop_requests_total", "GET", "/api/v1/images/{image_id}", "4xx"] == 1
    assert found["matteloop_requests_total", "GET", "/api/v1/images/{image_id}/thumbnail", "2xx"] == 1
    assert found["matteloop_requests_total", "GET", "/editor", "2xx"] == 1
    assert found["matteloop_request_seconds_count", "/api/v1/images/{image_id}"] == 2
    text = scraper.get("/metrics", headers=ASKING).text
    for secret in ("a_secret_name", "4711", "some-secret-link", "keiko", "no/such", "Default"):
        assert secret not in text


def test_an_unheard_of_method_makes_no_label_of_its_own(scraper):
    scraper.request("MAKEUP", "/healthz")
    assert read(scraper)["matteloop_requests_total", "other", "/healthz", "4xx"] == 1


def test_strokes_are_timed_once_they_are_answered(scraper, store):
    image = draft(store, "cup_2.png", 2)
    place = scraper.get(f"/api/v1/images/{image.id}").json()
    stroke = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[40, 40]]}
    body = {
        "revision": place["revision"],
        "position": place["position"],
        "edits": [{"key": "k-1", "edit": stroke}],
    }
    answer = scraper.post(f"/api/v1/images/{image.id}/edits", json=body)
    assert answer.status_code == 200, answer.text
    assert scraper.post(f"/api/v1/images/{image.id}/edits", json={**body, "edits": []}).status_code == 422
    found = read(scraper)
    assert found["matteloop_stroke_seconds_count", "edits"] == 1
    assert found["matteloop_editing_sessions",] >= 1


def test_turns_and_models_are_told(scraper, observed, store):
    studio = observed.state.studio
    before = read(scraper)
    with studio.turns.turn("keiko", Urgency.STROKE):
        found = read(scraper)
    assert found["matteloop_predictions_at_work",] == 1
    assert found["matteloop_predictions_waiting", "settling"] == 0
    assert found["matteloop_turn_wait_seconds_count",] == before["matteloop_turn_wait_seconds_count",] + 1
    assert found["matteloop_busy_answers_total",] == 0
    assert found["matteloop_models_loaded",] == 0
    assert "keiko" not in scraper.get("/metrics", headers=ASKING).text


def test_batches_are_told_by_how_much_they_held():
    buckets, passes = batch_buckets({1: 10, 3: 2, 100: 1})
    assert dict(buckets) == {"1.0": 10, "2.0": 10, "4.0": 12, "8.0": 12, "16.0": 12, "32.0": 12, "64.0": 12, "+Inf": 13}
    assert passes == 116


def test_the_store_is_asked_when_somebody_looks(scraper, store):
    before = read(scraper)
    take_in(store, "waits.png", 3)
    leases.take(store, draft(store, "held.png", 4).id, by="keiko")
    training_runs.request(store, by="keiko")
    found = read(scraper)
    assert found["matteloop_store_up",] == 1
    assert sum(found["matteloop_images", state] for state in ("waiting", "ready")) == 2 + sum(
        before["matteloop_images", state] for state in ("waiting", "ready")
    )
    assert found["matteloop_leases",] == before["matteloop_leases",] + 1
    assert found["matteloop_trainings", "queued"] == 1
    assert found["matteloop_sign_ins",] == 0
    assert found["matteloop_longest_wait_seconds",] >= 0
    assert found["matteloop_blobs_free_bytes",] > 0
    assert found["process_resident_memory_bytes",] > 0


def test_a_worker_is_up_as_long_as_it_is_heard(scraper, store):
    file = store.folder / heartbeat.FILE
    file.unlink(missing_ok=True)
    assert read(scraper)["matteloop_worker_up",] == 0
    file.touch()
    assert read(scraper)["matteloop_worker_up",] == 1
    os.utime(file, (file.stat().st_atime, file.stat().st_mtime - heartbeat.SILENCE_SECONDS - 1))
    found = read(scraper)
    assert found["matteloop_worker_up",] == 0
    assert found["matteloop_worker_silence_seconds",] > heartbeat.SILENCE_SECONDS


def test_a_worker_of_another_computer_is_one_too(scraper, store):
    (store.folder / heartbeat.FILE).unlink(missing_ok=True)
    before = read(scraper)
    worker = sign_on(store, name="worker", place=Place("gpu-2", 7))
    found = read(scraper)
    assert (before["matteloop_worker_up",], found["matteloop_worker_up",]) == (0, 1)
    assert found["matteloop_workers", "worker"] == before["matteloop_workers", "worker"] + 1
    sign_off(store, worker.id)
    assert read(scraper)["matteloop_worker_up",] == 0


def test_where_the_store_does_not_answer_its_figures_are_missing(scraper, monkeypatch):
    from annotation_store.errors import StoreUnavailableError

    def fail(_store):
        raise StoreUnavailableError("postgresql://keiko@db.example is not there")

    monkeypatch.setattr("studio.operations.metrics.take_vital_signs", fail)
    found = read(scraper)
    assert found["matteloop_store_up",] == 0
    assert not any(name == "matteloop_images" for name, *_ in found)


def test_openmetrics_is_spoken_to_those_who_ask_for_it(scraper):
    answer = scraper.get("/metrics", headers={**ASKING, "Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


@pytest.fixture
def lines():
    """What is logged, with all that its context has bound."""
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as found:
        yield found


def test_each_request_is_a_line_with_its_number_where_that_is_asked_for(scraper, lines):
    scraper.get("/api/v1/images/4711", headers={"X-Request-Id": "caller-0001"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": "caller-0001",
        "method": "GET",
        "route": "/api/v1/images/{image_id}",
        "status": 404,
        "person": None,
    }
    scraper.get("/healthz")
    assert len([line for line in lines if line["event"] == "request"]) == 1


def test_nobody_is_watched_unless_that_is_asked_for(client, lines):
    assert client.get("/api/v1/queue/left").status_code == 200
    assert not [line for line in lines if line["event"] == "request"]
