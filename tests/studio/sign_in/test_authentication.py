import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import WebSocketDenialResponse

from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.sign_ins import end_all_sign_ins, list_sign_ins
from studio.sign_in.authentication import Authentication, is_open

API = {"Accept": "application/json"}
OPEN = ["/sign-in", "/sign-in/style.css", "/sign-in/oidc", "/sign-in/oidc/callback", "/sign-out", "/favicon.ico"]
OPEN_LINKS = ["/join/abc_DEF-123", "/new-password/abc"]


@pytest.mark.parametrize("path", OPEN + OPEN_LINKS)
def test_what_leads_in_is_open(path):
    assert is_open({"type": "http", "path": path})
    assert not is_open({"type": "websocket", "path": path})


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/account",
        "/join",
        "/join/",
        "/join/a/b",
        "/join/../account",
        "/join/a\n",
        "/sign-in/",
        "/sign-in/../api/v1/who",
        "/sign-in/oidc/callback/x",
        "/SIGN-IN",
        "/sign-inn",
        "//sign-in",
        "/api/v1/sign-in",
        "/favicon.ico/x",
        "/assets/index.js",
        "/editor/editor.js",
        "/theme.css",
    ],
)
def test_everything_else_is_closed(path):
    assert not is_open({"type": "http", "path": path})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ["/api/v1/who", "/api/v1/nothing-here", "/gradio_api/queue/join"])
def test_a_script_that_is_signed_out_is_told_so(browser, method, path):
    answer = browser.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["cache-control"] == "no-store"
    if method != "HEAD":
        assert answer.json()["code"] == "signed_out"
        assert answer.json()["detail"].startswith("You are signed out")


def test_a_page_leads_to_the_sign_in_and_on_from_there(browser, enrol, sign_in):
    enrol("keiko")
    answer = browser.get("/correct?image=7&project=2")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=%2Fcorrect%3Fimage%3D7%26project%3D2",
    )
    form = browser.get(answer.headers["location"])
    assert 'value="/correct?image=7&amp;project=2"' in form.text
    assert sign_in(browser, "keiko", next="/correct?image=7&project=2").headers["location"] == (
        "/correct?image=7&project=2"
    )


def test_a_picture_or_a_style_of_a_page_is_no_page(browser):
    assert browser.get("/theme.css", headers={"Accept": "text/css,*/*;q=0.1"}).status_code == 401
    assert browser.post("/correct").status_code == 401


def test_a_websocket_is_refused_when_signed_out_and_opened_when_signed_in(browser, enrol, sign_in):
    with pytest.raises(WebSocketDenialResponse) as caught, browser.websocket_connect("ws://127.0.0.1/speak"):
        pass
    assert caught.value.status_code == 401
    enrol("keiko")
    sign_in(browser, "keiko")
    with browser.websocket_connect("ws://127.0.0.1/speak", headers={"Host": "127.0.0.1"}) as socket:
        assert socket.receive_text() == "hello"


@pytest.mark.parametrize(
    ("role", "projects"),
    [(Role.OPERATOR, [1]), (Role.REVIEWER, [1]), (Role.LEAD, [1]), (Role.ADMIN, None)],
)
def test_who_signed_in_is_known_with_role_and_projects(browser, enrol, sign_in, role, projects):
    enrol("keiko", role)
    sign_in(browser, "keiko")
    assert browser.get("/api/v1/who").json() == {"name": "keiko", "role": role.value, "projects": projects}


@pytest.mark.parametrize("value", ["", "x", "a" * 4000, '"quoted"', "%00", "matteloop"])
def test_a_made_up_cookie_is_nobody(browser, enrol, value):
    enrol("keiko")
    browser.cookies.set("matteloop", value)
    assert browser.get("/api/v1/who").status_code == 401


def test_a_stolen_cookie_is_worthless_at_the_very_next_request(new_browser, enrol, sign_in, studio):
    keiko = enrol("keiko")
    own, thief = new_browser(), new_browser()
    sign_in(own, "keiko")
    thief.cookies.set("matteloop", own.cookies["matteloop"])
    assert thief.get("/api/v1/who").json()["name"] == "keiko"
    assert own.post("/account/sign-out-everywhere").status_code == 303
    assert thief.get("/api/v1/who").status_code == 401
    assert list_sign_ins(studio.store, keiko.id) == ()


def test_somebody_who_is_shut_out_or_whose_sign_ins_another_process_ended_is_out_at_once(
    new_browser, enrol, sign_in, studio
):
    for change in (
        lambda person: accounts.disable(studio.store, person.id, by="ren"),
        lambda person: end_all_sign_ins(studio.store, person.id, by="ren"),
    ):
        person = enrol(f"keiko{change.__code__.co_firstlineno}")
        browser = new_browser()
        sign_in(browser, person.name)
        assert browser.get("/api/v1/who").status_code == 200
        change(person)
        assert browser.get("/api/v1/who").status_code == 401


def test_a_new_role_counts_at_the_next_request(browser, enrol, sign_in, studio):
    keiko = enrol("keiko")
    sign_in(browser, "keiko")
    accounts.change_role(studio.store, keiko.id, Role.LEAD, by="ren")
    accounts.set_projects(studio.store, keiko.id, [], by="ren")
    assert browser.get("/api/v1/who").json() == {"name": "keiko", "role": "lead", "projects": []}


def test_a_browser_is_noted_as_seen_after_its_answer_and_once_a_minute(browser, enrol, sign_in, studio, standing_clock):
    keiko = enrol("keiko")
    sign_in(browser, "keiko")
    begun = standing_clock.now
    standing_clock.pass_by(seconds=59)
    browser.get("/api/v1/who")
    assert list_sign_ins(studio.store, keiko.id)[0].seen_at == begun
    standing_clock.pass_by(hours=11)
    browser.get("/api/v1/who")
    assert list_sign_ins(studio.store, keiko.id)[0].seen_at == standing_clock.now
    standing_clock.pass_by(hours=11)
    assert browser.get("/api/v1/who").status_code == 200
    standing_clock.pass_by(hours=12)
    assert browser.get("/api/v1/who").status_code == 401


def test_the_life_of_the_program_passes_the_door():
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["type"])

    # in a thread of its own: the browser tests leave a running event loop in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Authentication(app)({"type": "lifespan"}, None, None)).result()
    assert seen == ["lifespan"]
