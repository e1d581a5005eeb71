"""Traces by OpenTelemetry's SDK. Imported only where a setting names a collector.

Spans are put into a queue in memory, and a thread sends them from there in batches: nothing waits for the collector. If
it is away, the queue is full some time and spans are lost, which the log tells once a minute at most.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from matting_core import __version__
from studio.operations.traces import Note, Process, Value

log = structlog.get_logger()

TRACES_PATH = "/v1/traces"
SEND_SECONDS = 5.0
"""How long one batch is tried."""
CLOSE_SECONDS = 5.0
"""How long the end of the process may wait for what is left."""
REMIND_SECONDS = 60.0
_OWN = "matteloop."
_STANDARD = {
    "http_request_method": "http.request.method",
    "http_route": "http.route",
    "http_response_status_code": "http.response.status_code",
}
"""Attributes that OpenTelemetry has given names; all others are named after the program."""


def exporter_to(url: str) -> SpanExporter:
    """Sends to a collector by OTLP over HTTP. Keys and certificates come from variables, ``OTEL_EXPORTER_OTLP_…``."""
    # it logs each try, with a number that is another each time; `Telling` says the same once a minute
    logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)
    address = url if url.endswith(TRACES_PATH) else url.rstrip("/") + TRACES_PATH
    return OTLPSpanExporter(endpoint=address, timeout=SEND_SECONDS)


class OpenTelemetry:
    """See `Tracing`. Of its own: it neither sets nor uses the tracer that other libraries of the process share."""

    def __init__(self, exporter: SpanExporter, *, share: float, process: Process) -> None:
        """share: of traces that begin here; one that began outside is traced if it is there."""
        self._provider = TracerProvider(
            sampler=ParentBasedTraceIdRatio(share),
            resource=Resource.create(
                {
                    "service.name": f"matteloop-{process.value}",
                    "service.version": __version__,
                    "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
                }
            ),
            shutdown_on_exit=False,  # it would wait for half a minute
        )
        self._provider.add_span_processor(BatchSpanProcessor(Telling(exporter)))
        self._tracer = self._provider.get_tracer("matteloop", __version__)
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Value]) -> Iterator[Note]:
        with self._under_way(name, attributes, None, SpanKind.INTERNAL) as note:
            yield note

    @contextmanager
    def request(self, headers: Mapping[str, str], attributes: Mapping[str, Value]) -> Iterator[Note]:
        outside = self._propagator.extract(headers)
        with self._under_way("request", attributes, outside, SpanKind.SERVER) as note:
            yield note

    def trace_id(self) -> str | None:
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else None

    def close(self) -> None:
        """In a thread that nobody waits for: a collector that hangs must not keep the process."""
        end = threading.Thread(target=self._provider.shutdown, name="end-traces", daemon=True)
        end.start()
        end.join(CLOSE_SECONDS)

    @contextmanager
    def _under_way(
        self, name: str, attributes: Mapping[str, Value], outside: Context | None, kind: SpanKind
    ) -> Iterator[Note]:
        with self._tracer.start_as_current_span(
            name,
            context=outside,
            kind=kind,
            attributes=_named(attributes),
            record_exception=False,  # the text of an error may hold the name of a file
            set_status_on_exception=False,
        ) as under_way:
            try:
                yield _note_of(under_way)
            except BaseException as error:
                under_way.set_attribute("error.type", type(error).__name__)
                if isinstance(error, Exception):  # what is cancelled has not failed
                    under_way.set_status(StatusCode.ERROR)
                raise


class Telling(SpanExporter):
    """Says in the log that spans are lost, once for as long as they are, and again each minute. Never raises."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = 0
        self._say_at: float | None = None  # None while they arrive

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._exporter.export(spans)
        except Exception as error:
            self._lose(len(spans), type(error).__name__)
            return SpanExportResult.FAILURE
        if result is SpanExportResult.SUCCESS:
            if self._say_at is not None:
                log.info("traces arrive again", lost=self._lost)
                self._lost, self._say_at = 0, None
        else:
            self._lose(len(spans), "the collector does not take them")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def _lose(self, number: int, reason: str) -> None:
        self._lost += number
        now = time.monotonic()
        if self._say_at is None or now >= self._say_at:
            log.warning("traces are lost", spans=self._lost, reason=reason)
            self._say_at = now + REMIND_SECONDS


def _note_of(under_way: Span) -> Note:
    def note(name: str | None = None, /, **attributes: Value) -> None:
        if name is not None:
            under_way.update_name(name)
        under_way.set_attributes(_named(attributes))
        status = attributes.get("http_response_status_code")
        if isinstance(status, int) and status >= 500:
            under_way.set_status(StatusCode.ERROR)

    return note


def _named(attributes: Mapping[str, Value]) -> dict[str, str | int | float | bool]:
    return {_STANDARD.get(key, _OWN + key): value for key, value in attributes.items() if value is not None}
