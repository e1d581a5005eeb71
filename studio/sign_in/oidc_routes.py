"""``/sign-in/oidc``: the way to the identity provider and back."""

import structlog
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from annotation_store.people.identities import recognise
from matting_core.errors import MattingError
from studio.api.dependencies import StudioDep
from studio.sign_in.admission import admit
from studio.sign_in.cookies import Cookie
from studio.sign_in.dependencies import ProviderDep, TriesDep
from studio.sign_in.errors import IdentityProviderError
from studio.sign_in.identity_provider import ROUND_TRIP
from studio.sign_in.next_page import own_page
from studio.sign_in.rendering import show

log = structlog.get_logger()
router = APIRouter(prefix="/sign-in/oidc", tags=["sign-in"])

WAY_BACK = Cookie("matteloop-way-back")


@router.get("")
def go(request: Request, provider: ProviderDep, tries: TriesDep) -> Response:
    """By a link, not a form: the policy of the pages forbids forms that lead elsewhere."""
    if provider is None:
        return RedirectResponse("/sign-in", status_code=303)
    wanted = own_page(request.query_params.get("next"))
    try:
        tries.count("go to the provider")
        address, kept = provider.way_there(next_page=wanted)
    except MattingError as error:
        return _refused(request, error, wanted)
    answer = RedirectResponse(address, status_code=303)
    WAY_BACK.give(answer, request.scope, kept, seconds=ROUND_TRIP)
    return answer


@router.get("/callback")
def come_back(request: Request, provider: ProviderDep, studio: StudioDep, tries: TriesDep) -> Response:
    if provider is None:
        return RedirectResponse("/sign-in", status_code=303)
    try:
        tries.count("come back from the provider")
        identity, wanted = provider.way_back(request.query_params, kept=WAY_BACK.read(request.scope))
        answer: Response = admit(request, studio, recognise(studio.store, identity), to=own_page(wanted))
    except MattingError as error:
        answer = _refused(request, error, "/")
    WAY_BACK.take_back(answer, request.scope)
    return answer


def _refused(request: Request, error: MattingError, wanted: str) -> Response:
    if isinstance(error, IdentityProviderError):
        log.warning("a sign-in through the identity provider failed", reason=error.reason)
    return show(request, "sign_in", error=error, next=wanted, name="")
