"""``/account/tokens``: a person makes tokens for scripts that act for them, and revokes them.

Nobody comes to these pages by a token (bearer.py), so no token makes another.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from annotation_store.errors import InvalidTokenError
from annotation_store.people import api_tokens
from annotation_store.people.roles import Ability
from matting_core.errors import MattingError
from studio.api.dependencies import ImageId as Number
from studio.api.dependencies import StudioDep, VisitorDep
from studio.sign_in.account_page import account_page, person_id_of
from studio.sign_in.dependencies import TriesDep
from studio.sign_in.forms import Form

router = APIRouter(prefix="/account/tokens", tags=["sign-in"])


@router.post("")
def make_token(request: Request, form: Form, studio: StudioDep, visitor: VisitorDep, tries: TriesDep) -> Response:
    """The answer shows the secret, this once: a page that is asked for again does not."""
    try:
        tries.count("make a token", name=visitor.name)
        _, secret = api_tokens.create_token(
            studio.store,
            person_id_of(visitor),
            name=form.get("name", ""),
            scopes=[ability for ability in Ability if form.get(f"scope_{ability.value}")],
            days=_days(form),
            by=visitor.name,
        )
    except MattingError as error:
        return account_page(request, studio, visitor, error=error)
    return account_page(request, studio, visitor, secret=secret)


@router.post("/{token_id}/revoke")
def revoke_token(request: Request, token_id: Number, studio: StudioDep, visitor: VisitorDep) -> Response:
    try:
        api_tokens.revoke_token(studio.store, person_id_of(visitor), token_id, by=visitor.name)
    except MattingError as error:
        return account_page(request, studio, visitor, error=error)
    return RedirectResponse("/account?done=revoked", status_code=303)


def _days(form: Mapping[str, str]) -> int | None:
    """None where the field is empty. Raises InvalidTokenError."""
    text = form.get("days", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise InvalidTokenError("days", "The days are a whole number, or nothing for a token that does not end.")
    return int(text)
