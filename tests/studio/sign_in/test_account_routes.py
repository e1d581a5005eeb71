import re

import pytest
from small_accounts import PASSWORD

from annotation_store.kinds import Role
from annotation_store.people.sign_ins import list_sign_ins

CHANGE = {"current": PASSWORD, "password": "another long one", "again": "another long one"}
PATHS = ["/account/password", "/account/sign-ins/1/end", "/account/sign-out-everywhere"]


def notice(page):
    found = re.search(r'role="(?:alert|status)">([^<]*)<', page.text)
    return found[1] if found else None


@pytest.fixture
def keiko(enrol):
    return enrol("keiko", Role.LEAD, email="keiko@example.com")


@pytest.fixture
def here(browser, keiko, sign_in):
    """A browser in which keiko has signed in."""
    sign_in(browser, "keiko")
    return browser


@pytest.fixture
def elsewhere(new_browser, here, sign_in):
    other = new_browser()
    sign_in(other, "keiko")
    return other


def test_the_page_tells_who_one_is(here):
    page = here.get("/account")
    assert page.status_code == 200
    for told in ("Keiko", "keiko", "lead", "General", "keiko@example.com", "Firefox on Linux", "this browser"):
        assert told in page.text
    assert notice(page) is None
    assert "<script" not in page.text


def test_an_admin_belongs_everywhere_and_a_newcomer_nowhere(new_browser, enrol, sign_in):
    for name, role, told in (("ren", Role.ADMIN, "<dd>all</dd>"), ("aiko", Role.OPERATOR, "<dd>none yet</dd>")):
        enrol(name, role, project_ids=())
        browser = new_browser()
        sign_in(browser, name)
        assert told in browser.get("/account").text


def test_the_account_of_nobody_is_closed(browser, keiko):
    assert browser.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    for path in PATHS:
        assert browser.post(path, data=CHANGE).status_code == 401


def test_a_new_password_signs_out_everywhere_else(here, elsewhere, sign_in):
    answer = here.post("/account/password", data=CHANGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?done=password")
    assert notice(here.get(answer.headers["location"])) == "The password is changed."
    assert elsewhere.get("/api/v1/who").status_code == 401
    assert sign_in(elsewhere, "keiko", password=CHANGE["password"]).status_code == 303


@pytest.mark.parametrize(
    ("slip", "status", "sentence"),
    [
        ({"current": "wrong horse battery"}, 403, "current password is not right"),
        ({"again": "something else"}, 422, "not the same"),
        ({"password": "short", "again": "short"}, 422, "too short"),
    ],
)
def test_a_slip_changes_no_password_and_ends_nothing(here, elsewhere, slip, status, sentence):
    page = here.post("/account/password", data={**CHANGE, **slip})
    assert (page.status_code, sentence in notice(page)) == (status, True)
    assert elsewhere.get("/api/v1/who").status_code == 200


def test_guessing_the_current_password_locks_the_account(here, sign_in, new_browser):
    for _ in range(5):
        here.post("/account/password", data={**CHANGE, "current": "wrong horse battery"})
    assert "locked for" in notice(here.post("/account/password", data=CHANGE))
    assert sign_in(new_browser(), "keiko").status_code == 403


def test_a_browser_is_signed_out_from_another_one(here, elsewhere, studio, keiko):
    (other,) = {each.id for each in list_sign_ins(studio.store, keiko.id)} - {1}
    assert f"/account/sign-ins/{other}/end" in here.get("/account").text
    answer = here.post(f"/account/sign-ins/{other}/end")
    assert answer.headers["location"] == "/account?done=ended"
    assert notice(here.get(answer.headers["location"])) == "That browser is signed out."
    assert elsewhere.get("/api/v1/who").status_code == 401
    assert here.get("/api/v1/who").status_code == 200


def test_nobody_signs_out_a_browser_of_somebody_else(here, enrol, new_browser, sign_in, studio, keiko):
    enrol("mallory")
    mallory = new_browser()
    sign_in(mallory, "mallory")
    page = mallory.post(f"/account/sign-ins/{list_sign_ins(studio.store, keiko.id)[0].id}/end")
    assert (page.status_code, notice(page)) == (404, "That browser is not signed in any more.")
    assert here.get("/api/v1/who").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "one", str(2**63)])
def test_what_is_no_number_of_a_sign_in_is_refused(here, number):
    assert here.post(f"/account/sign-ins/{number}/end").status_code == 422


def test_signing_out_everywhere_ends_this_sign_in_too(here, elsewhere):
    answer = here.post("/account/sign-out-everywhere")
    assert answer.headers["location"] == "/sign-in?done=everywhere"
    assert notice(here.get(answer.headers["location"])) == "You are signed out everywhere."
    assert [each.get("/api/v1/who").status_code for each in (here, elsewhere)] == [401, 401]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_website_changes_nothing(here, path, headers):
    assert here.post(path, data=CHANGE, headers=headers).status_code == 403
    assert here.get("/api/v1/who").status_code == 200


@pytest.mark.parametrize("done", ["", "nonsense", "<script>alert(1)</script>"])
def test_the_page_says_nothing_that_an_address_made_up(here, done):
    assert notice(here.get("/account", params={"done": done})) is None


def test_other_browsers_were_seen_some_time_ago(here, standing_clock, sign_in, new_browser):
    for span, words in (({"seconds": 90}, "now"), ({"minutes": 30}, "31 min ago"), ({"hours": 5}, "5 h ago")):
        other = new_browser()
        sign_in(other, "keiko")
        standing_clock.pass_by(**span)
        page = other.get("/account").text
        assert f"<td>{words}</td>" in page


def test_the_page_speaks_japanese(new_browser, keiko, sign_in):
    browser = new_browser(language="ja")
    sign_in(browser, "keiko")
    page = browser.get("/account").text
    for told in ("<h1>アカウント</h1>", "責任者", "このブラウザー", "Linux の Firefox"):
        assert told in page
