"""``/account``: what a person sees and changes about their own sign-ins and password."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from annotation_store import clock
from annotation_store.errors import SignInRefusedError
from annotation_store.people import sign_ins
from annotation_store.people.accounts import get_person
from annotation_store.people.credentials import change_password, has_password
from annotation_store.projects import list_projects
from annotation_store.records import SignInRecord
from matting_core.errors import MattingError
from studio.api.dependencies import ImageId as Number
from studio.api.dependencies import StudioDep, VisitorDep
from studio.i18n import Words
from studio.sign_in.authentication import sign_in_of
from studio.sign_in.browser_words import browser_in_words
from studio.sign_in.cookies import Cookie
from studio.sign_in.dependencies import TriesDep
from studio.sign_in.errors import UnequalPasswordsError, WrongCurrentError
from studio.sign_in.forms import Form
from studio.sign_in.rendering import show, words_for
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

router = APIRouter(prefix="/account", tags=["sign-in"])

DONE = ("password", "ended")
"""What the page may say has been done."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list of sign-ins, in words."""

    id: int
    browser: str
    seen: str
    is_here: bool


@router.get("")
def show_account(request: Request, studio: StudioDep, visitor: VisitorDep) -> Response:
    return _page(request, studio, visitor)


@router.post("/password")
def change_own_password(
    request: Request, form: Form, studio: StudioDep, visitor: VisitorDep, tries: TriesDep
) -> Response:
    """Guesses at the current password count like those at the sign-in: this may be somebody at a screen left open."""
    here = sign_in_of(request.scope)
    try:
        tries.count("change password", name=visitor.name)
        if form.get("password", "") != form.get("again", ""):
            raise UnequalPasswordsError
        change_password(
            studio.store,
            _person_id(visitor),
            current=form.get("current", ""),
            new=form.get("password", ""),
            keep=None if here is None else here.id,
        )
    except SignInRefusedError:
        return _page(request, studio, visitor, error=WrongCurrentError())
    except MattingError as error:
        return _page(request, studio, visitor, error=error)
    return RedirectResponse("/account?done=password", status_code=303)


@router.post("/sign-ins/{sign_in_id}/end")
def end_sign_in(request: Request, sign_in_id: Number, studio: StudioDep, visitor: VisitorDep) -> Response:
    try:
        sign_ins.end_sign_in(studio.store, _person_id(visitor), sign_in_id, by=visitor.name)
    except MattingError as error:
        return _page(request, studio, visitor, error=error)
    return RedirectResponse("/account?done=ended", status_code=303)


@router.post("/sign-out-everywhere")
def sign_out_everywhere(request: Request, studio: StudioDep, visitor: VisitorDep) -> Response:
    sign_ins.end_all_sign_ins(studio.store, _person_id(visitor), by=visitor.name)
    answer = RedirectResponse("/sign-in?done=everywhere", status_code=303)
    Cookie().take_back(answer, request.scope)
    return answer


def _page(request: Request, studio: Studio, visitor: Visitor, *, error: MattingError | None = None) -> Response:
    say, person_id = words_for(request), _person_id(visitor)
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
        done=done if error is None and done in DONE else None,
    )


def _row(sign_in: SignInRecord, here: SignInRecord | None, say: Words) -> _Row:
    is_here = here is not None and here.id == sign_in.id
    seen = say("seen_now") if is_here else _ago(clock.utc_now() - sign_in.seen_at, say)
    return _Row(sign_in.id, browser_in_words(sign_in.browser, say), seen, is_here)


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


def _person_id(visitor: Visitor) -> int:
    assert visitor.person_id is not None  # noqa: S101, there is no such page without accounts
    return visitor.person_id
