import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from annotation_store import errors
from annotation_store.states import ImageState, check_transition
from matting_core.errors import DeviceFullError, InvalidEditError, MattingError
from studio.api.errors import install_error_handlers
from studio.device.turns import BusyError


def answer_to(error):
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/")
    def fail():
        raise error

    return TestClient(app, raise_server_exceptions=False).get("/")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (errors.NotFoundError, 404, "not_found"),
        (errors.InvalidTransitionError, 409, "invalid_transition"),
        (errors.NothingToUndoError, 409, "nothing_to_undo"),
        (errors.RunInProgressError, 409, "run_in_progress"),
        (errors.NothingToExportError, 409, "nothing_to_export"),
        (errors.StoreBusyError, 503, "store_busy"),
        (errors.StoreFullError, 507, "store_full"),
        (errors.StoreUnavailableError, 503, "store_unavailable"),
        (DeviceFullError, 503, "device_full"),
        (InvalidEditError, 422, "invalid_edit"),
        (errors.MismatchedMatteError, 422, "mismatched_matte"),
        (MattingError, 422, "matting"),
    ],
)
def test_an_error_on_purpose_becomes_its_status_its_sentence_and_its_kind(kind, status, code):
    answer = answer_to(kind("Do this instead."))
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": f"/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": "Do this instead.",
        "code": code,
    }
    assert answer.status_code == status


def test_a_conflict_also_tells_the_newest_position():
    answer = answer_to(errors.ConflictError(17))
    assert answer.status_code == 409
    assert answer.json()["position"] == 17


def test_a_busy_studio_says_when_to_come_back():
    answer = answer_to(BusyError())
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")


def test_a_transition_that_is_not_allowed_is_a_conflict():
    with pytest.raises(errors.InvalidTransitionError) as caught:
        check_transition(ImageState.WAITING, ImageState.APPROVED)
    assert answer_to(caught.value).status_code == 409


def test_any_other_error_stays_a_plain_500_without_its_text():
    answer = answer_to(RuntimeError("secret path"))
    assert answer.status_code == 500
    assert "secret" not in answer.text
