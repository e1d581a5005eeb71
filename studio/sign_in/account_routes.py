"""``/account``: what a person sees and changes about their own sign-ins and password."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from annotation_store.errors import SignInRefusedError
from annotation_store.people import sign_ins
from annotation_store.people.credentials import change_password
from matting_core.errors import MattingError
from studio.api.dependencies import ImageId as Number
from studio.api.dependencies import StudioDep, VisitorDep
from studio.sign_in.account_page import account_page, person_id_of
from studio.sign_in.authentication import sign_in_of
from studio.sign_in.cookies import Cookie
from studio.sign_in.dependencies import TriesDep
from studio.sign_in.errors import UnequalPasswordsError, WrongCurrentError
from studio.sign_in.forms import Form

router = APIRouter(prefix="/account", tags=["sign-in"])


@router.get("")
def show_account(request: Request, studio: StudioDep, visitor: VisitorDep) -> Response:
    return account_page(request, studio, visitor)


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
            person_id_of(visitor),
            current=form.get("current", ""),
            new=form.get("password", ""),
            keep=None if here is None else here.id,
        )
    except SignInRefusedError:
        return account_page(request, studio, visitor, error=WrongCurrentError())
    except MattingError as error:
        return account_page(request, studio, visitor, error=error)
    return RedirectResponse("/account?done=password", status_code=303)


@router.post("/sign-ins/{sign_in_id}/end")
def end_sign_in(request: Request, sign_in_id: Number, studio: StudioDep, visitor: VisitorDep) -> Response:
    try:
        sign_ins.end_sign_in(studio.store, person_id_of(visitor), sign_in_id, by=visitor.name)
    except MattingError as error:
        return account_page(request, studio, visitor, error=error)
    return RedirectResponse("/account?done=ended", status_code=303)


@router.post("/sign-out-everywhere")
def sign_out_everywhere(request: Request, studio: StudioDep, visitor: VisitorDep) -> Response:
    sign_ins.end_all_sign_ins(studio.store, person_id_of(visitor), by=visitor.name)
    answer = RedirectResponse("/sign-in?done=everywhere", status_code=303)
    Cookie().take_back(answer, request.scope)
    return answer
