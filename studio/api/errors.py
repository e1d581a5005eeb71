"""Errors on purpose become their status code and a sentence; anything else is logged and stays a plain 500.

The sentence is in English. `code` names the kind of error, so that a face in another language can say it in its own
words.
"""

import re

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from annotation_store.errors import (
    NO_ROOM,
    BulkApprovalOffError,
    ConflictError,
    FourEyesError,
    InvalidTransitionError,
    NotFoundError,
    NothingToExportError,
    NothingToRestoreError,
    NothingToUndoError,
    RunInProgressError,
    StoreBusyError,
    StoreFullError,
    StoreUnavailableError,
)
from matting_core.errors import MattingError
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
    BulkApprovalOffError: 409,
    StoreBusyError: 503,  # after these three, whoever sent it may send it again
    StoreFullError: 507,
    StoreUnavailableError: 503,
}
UNPROCESSABLE = 422


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(MattingError)
    def on_purpose(_request: Request, error: MattingError) -> JSONResponse:
        status = next((number for kind, number in STATUS.items() if isinstance(error, kind)), UNPROCESSABLE)
        body: dict[str, object] = {"detail": str(error), "code": code_of(error)}
        if isinstance(error, ConflictError):
            body["position"] = error.position
        return JSONResponse(body, status_code=status)

    @app.exception_handler(RequestValidationError)
    def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if isinstance(reason := first.get("ctx", {}).get("error"), MattingError):
            return JSONResponse({"detail": str(reason), "code": code_of(reason)}, status_code=UNPROCESSABLE)
        where = ".".join(str(part) for part in first["loc"])
        sentence = f"The studio does not understand this request: {first['msg']} (at {where})."
        return JSONResponse({"detail": sentence, "code": "invalid_request"}, status_code=UNPROCESSABLE)


def no_room_for_an_upload(_request: Request, error: Exception) -> JSONResponse:
    """Files that come in through a page lie on the disk of temporary files first, which may be full, too."""
    if not isinstance(error, OSError) or error.errno not in NO_ROOM:
        raise error
    full = StoreFullError(
        "There is no room left for uploads: make room on the disk of temporary files, then try again."
    )
    return JSONResponse({"detail": str(full), "code": code_of(full)}, status_code=STATUS[StoreFullError])


def code_of(error: MattingError) -> str:
    """``conflict`` for ConflictError: the name of its class, as one writes it over the wire."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
