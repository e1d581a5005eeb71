"""Errors on purpose become their status code and a sentence, as problem+json (studio/problems.py).

The sentence is in English. `code` names the kind of error, so that a face in another language can say it in its own
words.
"""

import re
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from annotation_store.comparisons.comparison_errors import AlreadyAnsweredError
from annotation_store.errors import (
    NO_ROOM,
    BulkApprovalOffError,
    ConflictError,
    FourEyesError,
    InvalidTransitionError,
    KeyInUseError,
    KeyReusedError,
    LastAdminError,
    LeasedError,
    LinkSpentError,
    NameTakenError,
    NotFoundError,
    NothingToExportError,
    NothingToRestoreError,
    NothingToUndoError,
    RunInProgressError,
    StoreBusyError,
    StoreFullError,
    StoreUnavailableError,
)
from matting_core.errors import DeviceFullError, MattingError
from studio.device.turns import BusyError
from studio.problems import Problem
from studio.serving import NotServingError
from studio.sign_in.errors import ForbiddenError, SignedOutError

STATUS: dict[type[MattingError], int] = {
    SignedOutError: 401,
    ForbiddenError: 403,
    FourEyesError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    InvalidTransitionError: 409,
    NothingToUndoError: 409,
    RunInProgressError: 409,
    NothingToExportError: 409,
    NothingToRestoreError: 409,
    LeasedError: 409,
    NameTakenError: 409,
    LastAdminError: 409,
    LinkSpentError: 410,
    BulkApprovalOffError: 409,
    AlreadyAnsweredError: 409,
    NotServingError: 409,
    KeyInUseError: 409,
    KeyReusedError: 422,
    StoreBusyError: 503,  # after these three, whoever sent it may send it again
    StoreFullError: 507,
    StoreUnavailableError: 503,
    BusyError: 503,
    DeviceFullError: 503,  # a stroke may be stored already: its sender asks again for the answer
}
RETRY_AFTER: dict[type[MattingError], str] = {BusyError: "1"}
"""Seconds."""
UNPROCESSABLE = 422


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(MattingError)
    def on_purpose(_request: Request, error: MattingError) -> Problem:
        return problem_of(error)

    @app.exception_handler(RequestValidationError)
    def invalid_request(_request: Request, error: RequestValidationError) -> Problem:
        first = error.errors()[0]
        if isinstance(reason := first.get("ctx", {}).get("error"), MattingError):
            return Problem(UNPROCESSABLE, str(reason), code=code_of(reason))
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"The studio does not understand this request: {first['msg']} (at {where})."
        return Problem(UNPROCESSABLE, sentence, code="invalid_request")

    @app.exception_handler(HTTPException)
    async def refused_on_the_way(request: Request, error: HTTPException) -> Response:
        """By the framework itself: a body that cannot be read, a method that there is not."""
        if not request.scope["path"].startswith("/api/"):
            return await http_exception_handler(request, error)
        status = HTTPStatus(error.status_code)
        sentence = f"The studio cannot answer this request: {error.detail}."
        code = status.name.lower()
        return Problem(error.status_code, sentence, code=code, headers=error.headers)


def problem_of(error: MattingError) -> Problem:
    """The answer to an error on purpose."""
    extras = {"position": error.position} if isinstance(error, ConflictError) else {}
    headers = {"Retry-After": RETRY_AFTER[type(error)]} if type(error) in RETRY_AFTER else None
    return Problem(status_of(error), str(error), code=code_of(error), headers=headers, **extras)


def status_of(error: MattingError) -> int:
    return next((number for kind, number in STATUS.items() if isinstance(error, kind)), UNPROCESSABLE)


def no_room_for_an_upload(_request: Request, error: Exception) -> Problem:
    """Files that come in through a page lie on the disk of temporary files first, which may be full, too."""
    if not isinstance(error, OSError) or error.errno not in NO_ROOM:
        raise error
    full = StoreFullError(
        "There is no room left for uploads: make room on the disk of temporary files, then try again."
    )
    return problem_of(full)


def code_of(error: MattingError) -> str:
    """``conflict`` for ConflictError: the name of its class, as one writes it over the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
