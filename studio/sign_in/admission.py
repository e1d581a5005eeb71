"""Letting a person in: a fresh secret for their browser, whatever it held before."""

from contextlib import suppress

from fastapi import Request
from starlette.responses import RedirectResponse

from annotation_store.errors import NotFoundError
from annotation_store.people import sign_ins
from annotation_store.records import PersonRecord
from studio.sign_in.authentication import sign_in_of
from studio.sign_in.cookies import Cookie
from studio.sign_in.lifetime import lifetime_of
from studio.sign_in.next_page import own_page
from studio.sign_in.visitor import visitor_of
from studio.studio import Studio


def admit(request: Request, studio: Studio, person: PersonRecord, *, to: str | None = None) -> RedirectResponse:
    """Sign the person in and lead them on. What the browser was signed in as before is over.

    Raises SignInRefusedError if the person has been shut out this very moment.
    """
    lifetime = lifetime_of(studio.settings)
    _, token = sign_ins.begin_sign_in(
        studio.store, person.id, browser=request.headers.get("user-agent", ""), lifetime=lifetime
    )
    leave(request, studio)
    answer = RedirectResponse(own_page(to), status_code=303)
    Cookie().give(answer, request.scope, token, seconds=int(lifetime.absolute.total_seconds()))
    return answer


def leave(request: Request, studio: Studio) -> None:
    """End the sign-in by which the request came, if any."""
    visitor, sign_in = visitor_of(request.scope), sign_in_of(request.scope)
    if visitor is None or sign_in is None:
        return
    with suppress(NotFoundError):  # ended from elsewhere a moment ago
        sign_ins.end_sign_in(studio.store, sign_in.person_id, sign_in.id, by=visitor.name)
