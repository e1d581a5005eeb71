import re

import pytest
from small_accounts import PASSWORD

from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.invitations import invite, offer_first_admin, offer_new_password, withdraw
from annotation_store.people.sign_ins import list_sign_ins
from studio.sign_in.links import address_of
from studio.sign_in.throttle import BY_ADDRESS

SOUND = {"name": "keiko", "display_name": "田中 恵子", "password": PASSWORD, "again": PASSWORD}
NEW = {"password": "another long one", "again": "another long one"}


def refusal(page):
    return re.search(r'role="alert">([^<]*)<', page.text)[1]


@pytest.fixture
def link(studio):
    return invite(studio.store, role=Role.REVIEWER, project_ids=[1], email=None, by="ren")


@pytest.fixture
def path(link):
    return address_of(link, base="")


@pytest.fixture
def keiko(enrol):
    return enrol("keiko")


@pytest.fixture
def password_path(studio, keiko):
    return address_of(offer_new_password(studio.store, keiko.id, by="ren"), base="")


def test_each_kind_of_link_has_a_page_of_its_own(studio, link, keiko):
    assert address_of(link, base="https://matte.example.com") == f"https://matte.example.com/join/{link.token}"
    first, password = address_of(link, base=""), address_of(offer_new_password(studio.store, keiko.id, by="r"), base="")
    assert (first.split("/")[1], password.split("/")[1]) == ("join", "new-password")


def test_an_invitation_tells_the_role_and_may_be_looked_at_again_and_again(browser, path):
    for _ in range(3):
        page = browser.get(path)
        assert page.status_code == 200
        assert "You have been invited as reviewer" in page.text
        assert page.headers["cache-control"] == "no-store"


def test_joining_makes_the_account_and_signs_it_in(browser, path, studio):
    answer = browser.post(path, data=SOUND)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/api/v1/who").json() == {"name": "keiko", "role": "reviewer", "projects": [1]}
    assert accounts.person_named(studio.store, "keiko").display_name == "田中 恵子"


def test_a_used_link_is_spent(browser, new_browser, path):
    browser.post(path, data=SOUND)
    other = new_browser()
    for page in (other.get(path), other.post(path, data={**SOUND, "name": "mallory"})):
        assert page.status_code == 410
        assert "This link does not work any more" in page.text
    assert other.get("/api/v1/who").status_code == 401


def test_a_withdrawn_link_is_spent(browser, path, link, studio):
    withdraw(studio.store, link.invitation.id, by="ren")
    assert browser.get(path).status_code == 410


@pytest.mark.parametrize("path", ["/join/unknown", "/new-password/unknown"])
def test_a_made_up_link_leads_nowhere(browser, path):
    for page in (browser.get(path), browser.post(path, data=SOUND)):
        assert page.status_code == 410
        assert 'href="/sign-in"' in page.text


@pytest.mark.parametrize(
    ("slip", "status", "sentence"),
    [
        ({"again": "something else"}, 422, "not the same"),
        ({"password": "ninechars", "again": "ninechars"}, 422, "too short"),
        ({"password": "x" * 201, "again": "x" * 201}, 422, "too long"),
        ({"name": "keiko.tanaka", "password": "keiko.tanaka", "again": "keiko.tanaka"}, 422, "is the name"),
        ({"name": "k"}, 422, "cannot be used"),
        ({"name": "Studio"}, 422, "stands for the studio"),
        ({"display_name": "x" * 81}, 422, "to be shown"),
        ({"name": "REN"}, 409, "is taken"),
    ],
)
def test_a_slip_is_told_keeps_what_was_typed_and_leaves_the_link_good(browser, path, enrol, slip, status, sentence):
    enrol("ren")
    page = browser.post(path, data={**SOUND, **slip})
    assert (page.status_code, sentence in refusal(page)) == (status, True), refusal(page)
    assert f'value="{slip.get("name", "keiko")}"' in page.text
    assert slip.get("password", PASSWORD) not in re.sub(r'value="keiko.tanaka"', "", page.text)
    assert browser.post(path, data=SOUND).status_code == 303


def test_an_address_that_has_an_account_by_now_is_told(browser, studio, enrol):
    first, second = (
        invite(studio.store, role=Role.OPERATOR, project_ids=[], email="k@example.com", by="ren") for _ in range(2)
    )
    browser.post(address_of(first, base=""), data=SOUND)
    page = browser.post(address_of(second, base=""), data={**SOUND, "name": "ren"})
    assert (page.status_code, "has an account already" in refusal(page)) == (409, True)


def test_the_first_admin_is_told_so(browser, studio):
    path = address_of(offer_first_admin(studio.store), base="")
    assert "will be the admin" in browser.get(path).text
    assert browser.post(path, data=SOUND).status_code == 303
    assert browser.get("/api/v1/who").json()["role"] == "admin"


def test_who_joins_in_a_browser_of_somebody_else_is_themselves(browser, path, enrol, sign_in, studio):
    ren = enrol("ren")
    sign_in(browser, "ren")
    browser.post(path, data=SOUND)
    assert browser.get("/api/v1/who").json()["name"] == "keiko"
    assert list_sign_ins(studio.store, ren.id) == ()


def test_a_new_password_is_chosen_once_and_signs_everything_else_out(
    browser, new_browser, password_path, sign_in, keiko
):
    elsewhere = new_browser()
    sign_in(elsewhere, "keiko")
    assert "Choose a new password for Keiko" in browser.get(password_path).text
    assert browser.post(password_path, data=NEW).status_code == 303
    assert browser.get("/api/v1/who").json()["name"] == "keiko"
    assert elsewhere.get("/api/v1/who").status_code == 401
    assert sign_in(elsewhere, "keiko").status_code == 403
    assert sign_in(elsewhere, "keiko", password=NEW["password"]).status_code == 303
    assert browser.post(password_path, data=NEW).status_code == 410


def test_a_slip_in_a_new_password_is_told_and_leaves_the_link_good(browser, password_path):
    for slip, sentence in (({"again": "x"}, "not the same"), ({"password": "keiko", "again": "keiko"}, "too short")):
        page = browser.post(password_path, data={**NEW, **slip})
        assert (page.status_code, sentence in refusal(page)) == (422, True)
    assert browser.post(password_path, data=NEW).status_code == 303


def test_a_link_is_good_for_its_own_page_only(browser, path, password_path):
    token, password_token = path.rsplit("/", 1)[1], password_path.rsplit("/", 1)[1]
    for wrong in (f"/new-password/{token}", f"/join/{password_token}"):
        assert browser.get(wrong).status_code == 410
        assert browser.post(wrong, data=SOUND).status_code == 410
    assert browser.get(path).status_code == browser.get(password_path).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_website_uses_no_link(browser, path, password_path, headers):
    for each in (path, password_path):
        assert browser.post(each, data={**SOUND, **NEW}, headers=headers).status_code == 403
        assert browser.get(each).status_code == 200


def test_links_cannot_be_tried_out(browser):
    for number in range(BY_ADDRESS.amount):
        browser.get(f"/join/guess{number}")
    assert browser.get("/join/guess").status_code == 429
    for number in range(BY_ADDRESS.amount):
        browser.post(f"/join/guess{number}", data={**SOUND, "name": f"guess{number}"})
    page = browser.post("/join/guess", data=SOUND)
    assert (page.status_code, "retry-after" in page.headers) == (429, True)
