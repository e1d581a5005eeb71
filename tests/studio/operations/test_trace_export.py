"""Spans reach a collector, and a collector that is away or hangs costs nobody anything."""

import threading
import time

import pytest
from collector import small_collector
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from structlog.testing import capture_logs

from studio.operations import trace_export
from studio.operations.traces import Process, span, tracing


@pytest.fixture
def collector():
    with small_collector() as one:
        yield one


@pytest.fixture
def traced(settings, collector):
    return settings.model_copy(update={"traces_url": collector.address})


def send(settings, number=1):
    with tracing(settings, Process.WORKER):
        for count in range(number):
            with span("draft", image=count), span("draft begin"):
                pass


def test_spans_arrive_as_the_protocol_says(traced, collector):
    send(traced, 3)
    assert collector.paths == ["/v1/traces"]
    assert collector.services == {"matteloop-worker"}
    wholes = [each for each in collector.spans if each.name == "draft"]
    assert [{a.key: a.value.int_value for a in each.attributes} for each in wholes] == [
        {"matteloop.image": count} for count in range(3)
    ]
    parts = [each for each in collector.spans if each.name == "draft begin"]
    assert [part.parent_span_id for part in parts] == [whole.span_id for whole in wholes]


@pytest.mark.parametrize("ending", ["/", "/v1/traces"])
def test_the_address_may_be_whole_or_end_with_a_slash(traced, collector, ending):
    send(traced.model_copy(update={"traces_url": collector.address + ending}))
    assert collector.paths == ["/v1/traces"]


def test_a_collector_that_is_away_is_told_once_and_nobody_waits_for_it(settings, monkeypatch, capsys):
    monkeypatch.setattr(trace_export, "SEND_SECONDS", 0.2)
    away = settings.model_copy(update={"traces_url": "http://127.0.0.1:9"})
    began = time.monotonic()
    with tracing(away, Process.WEB):
        for _ in range(5000):  # more than the queue takes
            with span("draft"):
                pass
        assert time.monotonic() - began < 5
    out, err = capsys.readouterr()
    assert (out + err).count("traces are lost") == 1
    assert "Transient" not in out + err


def test_spans_that_a_collector_refuses_are_told_now_and_then_and_so_is_its_return(collector, monkeypatch):
    telling = trace_export.Telling(trace_export.exporter_to(collector.address))
    span = TracerProvider().get_tracer("test").start_span("draft")
    span.end()
    with capture_logs() as lines:
        collector.status = 400
        for _ in range(3):
            assert telling.export([span]) is SpanExportResult.FAILURE
        monkeypatch.setattr(telling, "_say_at", 0.0)  # a minute later
        telling.export([span])
        collector.status = 200
        assert telling.export([span]) is SpanExportResult.SUCCESS
        assert telling.export([span]) is SpanExportResult.SUCCESS
    assert [(line["event"], line.get("spans"), line.get("lost")) for line in lines] == [
        ("traces are lost", 1, None),
        ("traces are lost", 4, None),
        ("traces arrive again", None, 4),
    ]
    assert len(collector.spans) == 2
    telling.shutdown()


def test_an_exporter_that_stumbles_loses_spans_and_nothing_else(traced, capsys):
    class Stumbling(SpanExporter):
        def export(self, spans):
            raise RuntimeError("secret")

    with tracing(traced, Process.WEB, exporter=Stumbling()), span("draft"):
        pass
    out = capsys.readouterr().out
    assert "traces are lost" in out
    assert "secret" not in out


def test_a_collector_that_hangs_does_not_keep_the_process(traced, collector, monkeypatch):
    monkeypatch.setattr(trace_export, "CLOSE_SECONDS", 0.3)
    collector.hold.clear()
    began = time.monotonic()
    send(traced)
    assert 0.3 <= time.monotonic() - began < 4
    assert "end-traces" in {thread.name for thread in threading.enumerate()}
    collector.hold.set()
