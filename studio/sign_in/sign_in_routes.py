"""``/sign-in`` and ``/sign-out``: coming in by name and password, and leaving."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from annotation_store.people.credentials import check_credentials
from matting_core.errors import MattingError
from studio.api.dependencies import StudioDep
from studio.sign_in.admission import admit, leave
from studio.sign_in.cookies import Cookie
from studio.sign_in.dependencies import TriesDep
from studio.sign_in.forms import Form
from studio.sign_in.next_page import own_page
from studio.sign_in.rendering import show
from studio.sign_in.visitor import visitor_of

router = APIRouter(tags=["sign-in"])

_STYLE = Path(__file__).parent / "sign_in.css"


@router.get("/sign-in")
def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already is led on."""
    wanted = own_page(request.query_params.get("next"))
    if visitor_of(request.scope) is not None:
        return RedirectResponse(wanted, status_code=303)
    done = "everywhere" if request.query_params.get("done") == "everywhere" else None
    return show(request, "sign_in", next=wanted, name="", done=done)


@router.post("/sign-in")
def sign_in(request: Request, form: Form, studio: StudioDep, tries: TriesDep) -> Response:
    name, wanted = form.get("name", ""), form.get("next")
    try:
        tries.count("sign-in", name=name)
        person = check_credentials(studio.store, name, form.get("password", ""))
        return admit(request, studio, person, to=wanted)
    except MattingError as error:
        return show(request, "sign_in", error=error, next=own_page(wanted), name=name)


@router.get("/sign-out")
def show_sign_out(request: Request) -> Response:
    """One button: a link from elsewhere must not sign anybody out."""
    visitor = visitor_of(request.scope)
    if visitor is None:
        return RedirectResponse("/sign-in", status_code=303)
    return show(request, "sign_out", person=visitor)


@router.post("/sign-out")
def sign_out(request: Request, studio: StudioDep) -> Response:
    leave(request, studio)
    answer = RedirectResponse("/sign-in", status_code=303)
    Cookie().take_back(answer, request.scope)
    return answer


@router.get("/sign-in/style.css")
def style_sheet() -> Response:
    return FileResponse(_STYLE, headers={"Cache-Control": "no-cache"})
