"""How the layers in front of the routes say no: in the same form as the API's errors (studio/api/errors.py)."""

from starlette.responses import JSONResponse


def refusal(status: int, sentence: str, *, code: str) -> JSONResponse:
    return JSONResponse({"detail": sentence, "code": code}, status_code=status)
