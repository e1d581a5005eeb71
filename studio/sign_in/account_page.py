"""The page ``/account`` as HTML: who one is, where one is signed in, one's tokens."""

import math
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from annotation_store import clock
from annotation_store.people import api_tokens, sign_ins
from annotation_store.people.accounts import get_person
from annotation_store.people.credentials import has_password
from annotation_store.people.roles import Ability
from annotation_store.projects import list_projects
from annotation_store.records import ApiTokenRecord, SignInRecord
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.sign_in.authentication import sign_in_of
from studio.sign_in.browser_words import browser_in_words
from studio.sign_in.rendering import show, words_for
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

DONE = ("password", "ended", "revoked")
"""What the page may say has been done."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list of sign-ins, in words."""

    id: int
    browser: str
    seen: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class _TokenRow:
    """A line of the list of tokens, in words."""

    id: int
    name: str
    scopes: tuple[str, ...]
    used: str
    ends: str


def account_page(
    request: Request, studio: Studio, visitor: Visitor, *, error: MattingError | None = None, secret: str | None = None
) -> Response:
    """secret: of a token that was made this moment."""
    say, person_id = words_for(request), person_id_of(visitor)
    here = sign_in_of(request.scope)
    done = request.query_params.get("done")
    return show(
        request,
        "account",
        error=error,
        person=get_person(studio.store, person_id),
        projects=None
        if visitor.projects is None
        else [project.name for project in list_projects(studio.store) if project.id in visitor.projects],
        has_password=has_password(studio.store, person_id),
        sign_ins=[_row(each, here, say) for each in sign_ins.list_sign_ins(studio.store, person_id)],
        tokens=[_token_row(each, say) for each in api_tokens.list_tokens(studio.store, person_id)],
        abilities=[ability.value for ability in Ability if visitor.may(ability)],
        secret=secret,
        done=done if error is None and secret is None and done in DONE else None,
    )


def _row(sign_in: SignInRecord, here: SignInRecord | None, say: Words) -> _Row:
    is_here = here is not None and here.id == sign_in.id
    seen = say("seen_now") if is_here else _ago(clock.utc_now() - sign_in.seen_at, say)
    return _Row(sign_in.id, browser_in_words(sign_in.browser, say), seen, is_here)


def _token_row(token: ApiTokenRecord, say: Words) -> _TokenRow:
    used = say("token_unused") if token.used_at is None else _ago(clock.utc_now() - token.used_at, say)
    if token.expires_at is None:
        ends = say("token_endless")
    else:
        ends = say("token_days", count=max(1, math.ceil((token.expires_at - clock.utc_now()) / timedelta(days=1))))
    return _TokenRow(token.id, token.name, tuple(token.scopes), used, ends)


def _ago(span: timedelta, say: Words) -> str:
    """Not as a time of day: the server does not know where the reader's clock stands."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 2:  # it is noted once a minute
        return say("seen_now")
    if minutes < 60:
        return say("seen_minutes", count=minutes)
    if minutes < 24 * 60:
        return say("seen_hours", count=minutes // 60)
    return say("seen_days", count=minutes // (24 * 60))


def person_id_of(visitor: Visitor) -> int:
    assert visitor.person_id is not None  # noqa: S101, there is no such page without accounts
    return visitor.person_id
