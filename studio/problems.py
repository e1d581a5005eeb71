"""Refusals that programs read: one form for all of them, application/problem+json (RFC 9457)."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = "unexpected"


class Problem(JSONResponse):
    """An answer that says no, in words.

    code: the kind of problem, by which `type` and `title` are made; docs/api.md lists them. sentence: what is wrong
    and what to do, in English. extras: further members.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self, status: int, sentence: str, *, code: str, headers: Mapping[str, str] | None = None, **extras: object
    ) -> None:
        body = {"type": type_of(code), "title": title_of(code), "status": status, "detail": sentence, "code": code}
        more = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        super().__init__({**body, **extras}, status_code=status, headers={**more, **(headers or {})})


def type_of(code: str) -> str:
    """A name that never changes, not a page to be fetched."""
    return f"/problems/{code}"


def title_of(code: str) -> str:
    """``Store busy`` for ``store_busy``."""
    return code.replace("_", " ").capitalize()
