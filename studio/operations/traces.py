"""Traces: how long each part of a request or a job took, told to a collector of OpenTelemetry if a setting names one.

Without ``MATTELOOP_TRACES_URL`` a span is nothing, and no library is imported for it. No span holds a path, a name of a
person, a photo or a project, or an error's text; the number of an account, an image or a training at most.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from annotation_store.observed import let_observe
from matting_core.optional_packages import require
from studio.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

PACKAGES = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter")

Value = str | int | float | bool | None


class Note(Protocol):
    """Says more of a span while it lasts; None says nothing."""

    def __call__(self, name: str | None = None, /, **attributes: Value) -> None: ...


class Process(StrEnum):
    """Which kind of process it is; the name of its service is ``matteloop-`` and this."""

    WEB = "web"
    WORKER = "worker"


class Tracing(Protocol):
    """What traces need of the library; `trace_export` has it."""

    def span(self, name: str, attributes: Mapping[str, Value]) -> AbstractContextManager[Note]:
        """A stretch of work of the current thread or task, within the one that is under way there, if any."""

    def request(self, headers: Mapping[str, str], attributes: Mapping[str, Value]) -> AbstractContextManager[Note]:
        """The same for a request from outside, within the trace that its headers name (W3C Trace Context)."""

    def trace_id(self) -> str | None:
        """Of the trace that is under way, as 32 hexadecimal digits; None without one."""

    def close(self) -> None:
        """Send what is left, within bounded time."""


def _nothing(_name: str | None = None, /, **_attributes: Value) -> None:
    """Nobody traces."""


_OFF: AbstractContextManager[Note] = nullcontext(_nothing)
_tracing: Tracing | None = None


def span(name: str, **attributes: Value) -> AbstractContextManager[Note]:
    """A stretch of work with a name from a fixed list of words. ``with span("webhook") as note: note(status=200)``."""
    return _OFF if _tracing is None else _tracing.span(name, attributes)


def request_span(headers: Mapping[str, str], **attributes: Value) -> AbstractContextManager[Note]:
    """A request as a whole. headers: in small letters."""
    return _OFF if _tracing is None else _tracing.request(headers, attributes)


def trace_id() -> str | None:
    """Of the trace that is under way here, as 32 hexadecimal digits; None without one."""
    return None if _tracing is None else _tracing.trace_id()


def with_trace_id(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A step of the log: a line that is written within a trace names it."""
    if (current := trace_id()) is not None:
        event["trace_id"] = current
    return event


@contextmanager
def tracing(settings: Settings, process: Process, *, exporter: "SpanExporter | None" = None) -> Iterator[None]:
    """Trace this process within, where the settings say so.

    exporter: where spans go instead of the address. Raises MissingPackageError.
    """
    global _tracing
    if not settings.traces_url:
        yield
        return
    for package in PACKAGES:
        require(package, purpose="MATTELOOP_TRACES_URL")
    from studio.operations.trace_export import OpenTelemetry, exporter_to

    to = exporter_to(settings.traces_url) if exporter is None else exporter
    begun = _tracing = OpenTelemetry(to, share=settings.traces_share, process=process)
    let_observe(span)
    try:
        yield
    finally:
        let_observe(None)
        _tracing = None
        begun.close()
