import re

import pytest

from annotation_store.kinds import Role
from annotation_store.people import api_tokens

FORM = {"name": "nightly intake", "scope_look": "yes", "scope_lead": "yes", "days": "90"}


@pytest.fixture
def keiko(enrol):
    return enrol("keiko", Role.LEAD)


@pytest.fixture
def here(browser, keiko, sign_in):
    """A browser in which keiko has signed in."""
    sign_in(browser, "keiko")
    return browser


def secret_on(page):
    found = re.search(r'value="(mloop_[\w-]+)"', page.text)
    return found and found[1]


def test_a_token_is_shown_once_and_works(here, new_browser, studio, keiko):
    page = here.post("/account/tokens", data=FORM)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    secret = secret_on(page)
    assert "in 90 d" in page.text
    answer = new_browser().get("/api/v1/who", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["name"] == "keiko"
    assert secret not in here.get("/account").text
    (token,) = api_tokens.list_tokens(studio.store, keiko.id)
    assert (token.name, token.scopes) == ("nightly intake", ["look", "lead"])


def test_the_page_offers_what_the_role_allows_and_no_more(here):
    offered = re.findall(r'name="scope_(\w+)"', here.get("/account").text)
    assert offered == ["look", "correct", "review", "lead"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "Say what the token is for"),
        ({"scope_look": "", "scope_lead": ""}, "Choose at least one"),
        ({"scope_administer": "yes"}, "Your role does not allow"),
        ({"days": "many"}, "whole number"),
        ({"days": "0"}, "whole number"),
        ({"days": "99999999"}, "whole number"),
    ],
)
def test_what_no_token_can_be_is_said_and_nothing_is_made(here, studio, keiko, change, told):
    page = here.post("/account/tokens", data=FORM | change)
    assert page.status_code == 422
    assert told in page.text
    assert secret_on(page) is None
    assert api_tokens.list_tokens(studio.store, keiko.id) == ()


def test_without_days_it_does_not_end(here, studio, keiko):
    here.post("/account/tokens", data=FORM | {"days": ""})
    assert api_tokens.list_tokens(studio.store, keiko.id)[0].expires_at is None


def test_a_token_is_revoked_on_the_page(here, studio, keiko):
    here.post("/account/tokens", data=FORM)
    (token,) = api_tokens.list_tokens(studio.store, keiko.id)
    answer = here.post(f"/account/tokens/{token.id}/revoke")
    assert answer.headers["location"] == "/account?done=revoked"
    assert "The token is revoked." in here.get("/account?done=revoked").text
    assert here.post(f"/account/tokens/{token.id}/revoke").status_code == 404


def test_nobody_revokes_the_token_of_another(here, new_browser, enrol, sign_in, studio, keiko):
    here.post("/account/tokens", data=FORM)
    (token,) = api_tokens.list_tokens(studio.store, keiko.id)
    enrol("ren", Role.ADMIN)
    other = new_browser()
    sign_in(other, "ren")
    assert other.post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert len(api_tokens.list_tokens(studio.store, keiko.id)) == 1


def test_who_has_not_signed_in_makes_none(browser, keiko):
    assert browser.post("/account/tokens", data=FORM).status_code == 401


def test_a_name_is_never_taken_for_markup(here):
    page = here.post("/account/tokens", data=FORM | {"name": "<script>alert(1)</script>"})
    assert "<script" not in page.text
