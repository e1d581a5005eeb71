"""``/join`` and ``/new-password``: what one-time links lead to. Looking at such a page uses nothing up."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from annotation_store.errors import BrokenRuleError, LinkSpentError
from annotation_store.kinds import InvitationKind
from annotation_store.people import invitations
from annotation_store.people.accounts import get_person
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.api.dependencies import StudioDep
from studio.sign_in.admission import admit
from studio.sign_in.dependencies import TriesDep
from studio.sign_in.errors import TooManyTriesError, UnequalPasswordsError
from studio.sign_in.forms import Form
from studio.sign_in.rendering import show

router = APIRouter(tags=["sign-in"])


@router.get("/join/{token}")
def show_join(request: Request, token: str, studio: StudioDep, tries: TriesDep) -> Response:
    try:
        tries.count("look at a link")
        return _join_page(request, studio.store, token)
    except (LinkSpentError, TooManyTriesError) as error:
        return _refused(request, error)


@router.post("/join/{token}")
def join(request: Request, token: str, form: Form, studio: StudioDep, tries: TriesDep) -> Response:
    """Make the account and sign it in."""
    name, display_name = form.get("name", ""), form.get("display_name", "")
    try:
        tries.count("join", name=name)
        try:
            password = _typed_twice(form)
            person = invitations.join(studio.store, token, name=name, display_name=display_name, password=password)
        except (BrokenRuleError, UnequalPasswordsError) as error:
            return _join_page(request, studio.store, token, error=error, name=name, display_name=display_name)
        return admit(request, studio, person)
    except (LinkSpentError, TooManyTriesError) as error:
        return _refused(request, error)


@router.get("/new-password/{token}")
def show_new_password(request: Request, token: str, studio: StudioDep, tries: TriesDep) -> Response:
    try:
        tries.count("look at a link")
        return _password_page(request, studio.store, token)
    except (LinkSpentError, TooManyTriesError) as error:
        return _refused(request, error)


@router.post("/new-password/{token}")
def choose_new_password(request: Request, token: str, form: Form, studio: StudioDep, tries: TriesDep) -> Response:
    """Set the password and sign its owner in."""
    try:
        tries.count("new password")
        try:
            person = invitations.choose_new_password(studio.store, token, _typed_twice(form))
        except (BrokenRuleError, UnequalPasswordsError) as error:
            return _password_page(request, studio.store, token, error=error)
        return admit(request, studio, person)
    except (LinkSpentError, TooManyTriesError) as error:
        return _refused(request, error)


def _typed_twice(form: Mapping[str, str]) -> str:
    password = form.get("password", "")
    if password != form.get("again", ""):
        raise UnequalPasswordsError
    return password


def _refused(request: Request, error: LinkSpentError | TooManyTriesError) -> Response:
    return show(request, "refused", error=error, later=isinstance(error, TooManyTriesError))


def _join_page(
    request: Request,
    store: Store,
    token: str,
    *,
    error: MattingError | None = None,
    name: str = "",
    display_name: str = "",
) -> Response:
    """Raises LinkSpentError."""
    invitation = invitations.open_invitation(store, token)
    if invitation.kind not in invitations.TO_JOIN:
        raise LinkSpentError
    first = invitation.kind is InvitationKind.FIRST_ADMIN
    role = invitation.role.value
    return show(request, "join", error=error, role=role, first=first, name=name, display_name=display_name)


def _password_page(request: Request, store: Store, token: str, *, error: MattingError | None = None) -> Response:
    """Raises LinkSpentError."""
    invitation = invitations.open_invitation(store, token)
    if invitation.kind is not InvitationKind.NEW_PASSWORD or invitation.person_id is None:
        raise LinkSpentError
    return show(request, "new_password", error=error, person=get_person(store, invitation.person_id))
