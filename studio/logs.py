"""Structured logs: one line per event with key=value pairs, or JSON, on standard error. No image bytes, ever."""

import logging
import time
from collections.abc import Callable

import structlog

from studio.operations.traces import with_trace_id
from studio.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Set up structlog and let the libraries' own loggers speak from WARNING on, in the same form.

    Every line holds what its context has bound: the number of the request, or of the image or training in work.
    """
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    before: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        *([with_trace_id] if settings.traces_url else []),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*before, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(_StandardError()),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.addFilter(Seldom())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # where somebody listens already, this leaves everything as it is
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class Seldom(logging.Filter):
    """The same line of a library once a minute, with how often it was left out meanwhile.

    On a full disk each thread of the job queue fails every second: with its traceback each time, the log would fill
    what room somebody makes.
    """

    SECONDS = 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        key = (record.name, record.getMessage(), kind)
        now = self._clock()
        for old in [each for each, (at, left_out) in self._said.items() if now - at >= self.SECONDS and not left_out]:
            del self._said[old]
        at, left_out = self._said.get(key, (now - self.SECONDS, 0))
        if now - at < self.SECONDS:
            self._said[key] = (at, left_out + 1)
            return False
        self._said[key] = (now, 0)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} times since it was said last)", None
        return True


class _StandardError:
    """Looks standard error up at every write, because test runners replace it."""

    def write(self, text: str) -> int:
        import sys

        return sys.stderr.write(text)

    def flush(self) -> None:
        import sys

        sys.stderr.flush()
