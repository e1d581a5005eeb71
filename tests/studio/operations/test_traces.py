"""Spans: nothing where no setting names a collector; else what a request and a job did, and of nobody by name."""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from small_images import take_in
from sqlalchemy import event, text

from annotation_store.errors import StoreBusyError
from annotation_store.observed import let_observe, observed
from matting_core import optional_packages
from matting_core.errors import MissingPackageError
from studio.drafting import draft_waiting
from studio.logs import configure_logs
from studio.operations.finished_requests import FinishedRequests
from studio.operations.traced_requests import TracedRequests
from studio.operations.traces import Process, span, trace_id, tracing
from studio.request_ids import RequestIds
from studio.studio import open_studio
from studio.web import create_app

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
NAMED = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
UNSAMPLED = {"traceparent": f"00-{TRACE}-{PARENT}-00"}


@pytest.fixture(autouse=True)
def _logs_as_before():
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def traced(settings):
    return settings.model_copy(update={"traces_url": "http://127.0.0.1:9"})


@pytest.fixture
def seen(traced):
    """``seen(work, **settings)``: the spans of `work`, in the order of their ends."""

    def run(work, *, exporter=None, **update):
        kept = exporter or InMemorySpanExporter()
        with tracing(traced.model_copy(update=update), Process.WEB, exporter=kept):
            work()
        return kept.get_finished_spans()

    return run


@pytest.fixture
def browser(web_app, client):
    """As `client`, with its requests traced as `create_app` has it."""
    return TestClient(RequestIds(TracedRequests(web_app)), base_url=client.base_url, raise_server_exceptions=False)


def by_name(spans):
    return {each.name: each for each in spans}


def test_without_the_setting_nothing_of_the_library_that_sends_is_imported():
    """FastAPI imports the API that does nothing, and redis the SDK: neither is ours to prevent."""
    code = (
        "import sys, studio.web, studio.worker; from studio.operations.traces import span\n"
        "with span('x') as note: note(status=1)\n"
        "print([m for m in sys.modules if m.startswith('opentelemetry.exporter') or m.endswith('trace_export')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_without_the_setting_a_span_is_nothing(settings):
    with tracing(settings, Process.WEB), span("draft", image=1) as note:
        note("other", status=1)
        assert trace_id() is None
        assert span("draft") is span("webhook")
        assert observed("pen wait") is observed("pen hold")


def test_a_missing_package_is_told_at_the_start(traced, monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(optional_packages.importlib, "import_module", missing)
    told = pytest.raises(MissingPackageError, match=r"MATTELOOP_TRACES_URL needs .*requirements-extra")
    with told, tracing(traced, Process.WEB):
        pytest.fail("nothing is served without what was asked for")


def test_a_request_is_a_span_by_its_route_within_the_trace_that_the_proxy_names(seen, browser, drafted_image):
    spans = seen(lambda: browser.get(f"/api/v1/images/{drafted_image.id}?q=secret", headers=NAMED))
    (request,) = [each for each in spans if each.kind is SpanKind.SERVER]
    assert request.name == "GET /api/v1/images/{image_id}"
    assert f"{request.context.trace_id:032x}" == TRACE
    assert f"{request.parent.span_id:016x}" == PARENT
    assert len(request.attributes["matteloop.request_id"]) == 32
    assert request.attributes["http.route"] == "/api/v1/images/{image_id}"
    assert request.attributes["http.response.status_code"] == 200
    told = repr([(each.name, dict(each.attributes), each.events) for each in spans])
    assert not [word for word in ("secret", "keiko", drafted_image.name, "/images/1") if word in told]


def test_a_stroke_waits_for_the_pen_holds_it_and_is_predicted(seen, browser, drafted_image):
    place = {"revision": drafted_image.head_revision_id, "position": 0}
    brush = {"tool": "brush", "ink": "foreground", "radius": 12, "points": [[100, 60], [120, 90]]}

    def draw():
        edits = {**place, "edits": [{"key": "a", "edit": brush}]}
        answer = browser.post(f"/api/v1/images/{drafted_image.id}/edits", json=edits, headers=NAMED)
        assert answer.status_code == 200, answer.text

    spans = seen(draw)
    assert {f"{each.context.trace_id:032x}" for each in spans} == {TRACE}
    names = by_name(spans)
    assert {"pen wait", "pen hold", "predict stroke", "POST /api/v1/images/{image_id}/edits"} <= names.keys()
    assert names["pen hold"].start_time >= names["pen wait"].end_time


def test_the_commit_is_part_of_holding_the_pen(studio):
    order = []

    @contextmanager
    def noting(name):
        yield
        order.append(name)

    let_observe(noting)
    try:
        with studio.store.database.write() as session:
            event.listen(session, "after_commit", lambda _session: order.append("commit"))
            session.execute(text("DELETE FROM notes"))
    finally:
        let_observe(None)
    assert order == ["pen wait", "commit", "pen hold"]


def test_a_pen_that_does_not_come_is_an_error_of_the_waiting_alone(seen, studio, monkeypatch):
    monkeypatch.setattr("annotation_store.database.PATIENCE", 0.05)

    def ask():
        with pytest.raises(StoreBusyError), studio.store.database.write():
            pytest.fail("somebody else has the pen")

    def wait():
        with studio.store.database._pen.held(patience=1):
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join()

    (waited,) = seen(wait)
    assert (waited.name, waited.status.status_code) == ("pen wait", StatusCode.ERROR)
    assert waited.attributes["error.type"] == "StoreBusyError"


def test_the_application_traces_requests_where_a_setting_says_so(traced):
    """Within the numbers of requests, around what notes them in the log."""
    opened = open_studio(traced.model_copy(update={"access_log": True}))
    try:
        classes = [each.cls for each in create_app(opened).user_middleware]
    finally:
        opened.close()
    order = [classes.index(each) for each in (RequestIds, TracedRequests, FinishedRequests)]
    assert order == sorted(order)


def test_probes_are_not_traced(seen, browser):
    assert [each for each in seen(lambda: browser.get("/healthz")) if each.kind is SpanKind.SERVER] == []


def test_a_request_that_fails_is_an_error_without_its_text(seen):
    app = FastAPI()

    @app.get("/falls/{name}")
    def falls(name: str) -> None:
        raise RuntimeError(name)

    app.add_middleware(TracedRequests)
    browser = TestClient(app, raise_server_exceptions=False)
    (request,) = seen(lambda: browser.get("/falls/secret"))
    assert (request.name, request.status.status_code) == ("GET /falls/{name}", StatusCode.ERROR)
    assert request.attributes["http.response.status_code"] == 500
    assert request.attributes["error.type"] == "RuntimeError"
    assert "secret" not in request.to_json()


def test_a_photo_is_one_span_of_three_parts(seen, studio):
    take_in(studio.store, "cup_1.png")
    spans = seen(lambda: draft_waiting(studio.store, studio.live))
    names = by_name(spans)
    whole = names["draft"]
    assert whole.attributes == {"matteloop.image": 1}
    parts = [names[f"draft {part}"] for part in ("begin", "predict", "keep")]
    assert [part.parent.span_id for part in parts] == [whole.context.span_id] * 3


@pytest.mark.parametrize(("share", "headers", "number"), [(0, {}, 0), (0, NAMED, 1), (1, UNSAMPLED, 0), (1, {}, 1)])
def test_the_share_decides_where_nobody_outside_has(seen, browser, share, headers, number):
    spans = seen(lambda: browser.get("/api/v1/me", headers=headers), traces_share=share)
    assert len([each for each in spans if each.kind is SpanKind.SERVER]) == number


def test_log_lines_within_a_trace_name_it(traced, seen, capsys):
    configure_logs(traced)

    def work():
        with span("draft"):
            structlog.get_logger().info("within", trace=trace_id())
        structlog.get_logger().info("outside")

    seen(work)
    within, outside = capsys.readouterr().err.splitlines()
    number = within.partition("trace=")[2].split()[0]
    assert f"trace_id={number}" in within
    assert "trace_id" not in outside
