import io
import json
import logging
import sys

import pytest
import structlog

from studio.logs import Seldom, configure_logs
from studio.settings import Settings


@pytest.fixture(autouse=True)
def _logs_as_before(bare_environment):
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def log_with(**settings):
    configure_logs(Settings(**settings))
    return structlog.get_logger()


def test_a_line_has_its_event_and_its_values_on_standard_error(capsys):
    log_with().info("drafted", image=7, name="cup.png")
    out, err = capsys.readouterr()
    assert out == ""
    assert "drafted" in err
    assert "image=7" in err
    assert err.count("\n") == 1


def test_json_lines_can_be_read_by_machines(capsys):
    log_with(log_format="json").warning("draft failed", image=7)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["image"], line["level"]) == ("draft failed", 7, "warning")
    assert line["timestamp"].endswith("Z")


def test_lines_below_the_level_are_left_out(capsys):
    log = log_with(log_level="WARNING")
    log.info("quiet")
    log.warning("loud")
    err = capsys.readouterr().err
    assert "quiet" not in err
    assert "loud" in err


@pytest.mark.parametrize("log_format", ["console", "json"])
@pytest.mark.filterwarnings("error")
def test_an_exception_is_logged_with_its_traceback(capsys, log_format):
    log = log_with(log_format=log_format)
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        log.exception("failed")
    err = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in err
    assert "test_logs.py" in err


@pytest.fixture
def library(monkeypatch):
    """``library(log_format="json")``: a logger of a library where nobody listens but the studio, and what it writes."""

    def begin(**settings):
        written = io.StringIO()
        with monkeypatch.context() as patch:  # pytest listens anew in each phase of a test
            patch.setattr(sys, "stderr", written)
            patch.setattr(logging.root, "handlers", [])
            patch.setattr(logging.root, "level", logging.WARNING)
            log_with(**settings)
            (handler,) = logging.root.handlers
        logger = logging.Logger("some.library", logging.WARNING)
        logger.addHandler(handler)
        return logger, written

    return begin


def test_the_lines_of_libraries_have_the_same_form_and_the_number_of_the_request(library):
    logger, written = library(log_format="json")
    with structlog.contextvars.bound_contextvars(request_id="caller-0001"):
        try:
            1 / 0  # noqa: B018
        except ZeroDivisionError:
            logger.exception("no luck with %s", "zero")
    line = json.loads(written.getvalue())
    assert (line["event"], line["logger"], line["level"]) == ("no luck with zero", "some.library", "error")
    assert line["request_id"] == "caller-0001"
    assert "ZeroDivisionError: division by zero" in line["exception"]
    logger.info("not worth a line")
    assert written.getvalue().count("\n") == 1


def test_they_are_plain_on_a_console(library):
    logger, written = library(log_format="console")
    with structlog.contextvars.bound_contextvars(image=7):
        logger.warning("a strange photo")
    assert "a strange photo" in written.getvalue()
    assert "image=7" in written.getvalue()


def test_what_a_library_says_again_and_again_is_said_once_a_minute_with_how_often():
    now = [0.0]
    said: list[str] = []
    log = logging.Logger("huey.consumer")
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    handler.addFilter(Seldom(lambda: now[0]))
    log.addHandler(handler)
    for _ in range(180):
        log.error("Error reading from queue")
        now[0] += 0.5
    log.error("another thing")
    assert said == [
        "Error reading from queue",
        "Error reading from queue (and 119 times since it was said last)",
        "another thing",
    ]
