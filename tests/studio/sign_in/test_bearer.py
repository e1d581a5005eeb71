import pytest

from annotation_store.kinds import Role
from annotation_store.people import accounts, api_tokens
from annotation_store.people.roles import Ability
from annotation_store.people.sign_ins import list_sign_ins
from studio.sign_in.bearer import visitor_for

WHO = "/api/v1/who"


@pytest.fixture
def keiko(enrol):
    return enrol("keiko", Role.LEAD)


@pytest.fixture
def make(studio, keiko):
    """``make(Ability.LOOK, days=3)``: a token of keiko's, and the header that brings it."""

    def of(*scopes, days=None):
        token, secret = api_tokens.create_token(
            studio.store, keiko.id, name="intake", scopes=scopes or (Ability.LOOK,), days=days, by="keiko"
        )
        return token, {"Authorization": f"Bearer {secret}"}

    return of


def assert_no_good(answer):
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_opens_the_api_for_its_person(browser, make):
    answer = browser.get(WHO, headers=make()[1])
    assert answer.json() == {"name": "keiko", "role": "lead", "projects": [1]}


def test_what_a_script_may_do_is_in_its_scopes_and_in_the_role(studio, keiko, make):
    header = make(Ability.LOOK, Ability.LEAD)[1]
    secret = header["Authorization"].removeprefix("Bearer ")
    visitor = visitor_for(api_tokens.look_up(studio.store, secret))
    assert [ability for ability in Ability if visitor.may(ability)] == [Ability.LOOK, Ability.LEAD]
    accounts.change_role(studio.store, keiko.id, Role.OPERATOR, by="ren")
    visitor = visitor_for(api_tokens.look_up(studio.store, secret))
    assert [ability for ability in Ability if visitor.may(ability)] == [Ability.LOOK]


def test_a_token_opens_nothing_but_the_api(browser, make):
    header = make()[1]
    for path in ("/photos", "/account"):
        assert browser.get(path, headers=header).status_code == 303
    assert browser.post("/gradio_api/queue/join", headers=header).status_code == 401


def test_a_token_cannot_make_tokens(browser, studio, keiko, make):
    header = make(*[ability for ability in Ability if ability is not Ability.ADMINISTER])[1]
    answer = browser.post("/account/tokens", data={"name": "more", "scope_look": "yes"}, headers=header)
    assert answer.status_code == 401
    assert len(api_tokens.list_tokens(studio.store, keiko.id)) == 1


@pytest.mark.parametrize("secret", ["", "mloop_made-up", "mloop_" + "é" * 40, "nonsense"])
def test_what_is_no_token_is_refused_with_a_challenge(browser, keiko, secret):
    assert_no_good(browser.get(WHO, headers={"Authorization": b"Bearer " + secret.encode("utf-8")}))


def test_a_revoked_token_and_one_that_has_expired_are_refused(browser, studio, keiko, make, standing_clock):
    token, revoked = make()
    api_tokens.revoke_token(studio.store, keiko.id, token.id, by="keiko")
    assert_no_good(browser.get(WHO, headers=revoked))
    _, short = make(days=1)
    assert browser.get(WHO, headers=short).status_code == 200
    standing_clock.pass_by(days=1)
    assert_no_good(browser.get(WHO, headers=short))


def test_the_token_of_a_person_who_is_shut_out_is_refused(browser, studio, keiko, make):
    header = make()[1]
    accounts.disable(studio.store, keiko.id, by="ren")
    assert_no_good(browser.get(WHO, headers=header))


def test_a_bad_token_is_not_made_good_by_a_cookie(browser, keiko, sign_in):
    sign_in(browser, "keiko")
    assert browser.get(WHO).status_code == 200
    assert_no_good(browser.get(WHO, headers={"Authorization": "Bearer mloop_made-up"}))


def test_other_kinds_of_authorisation_are_passed_over(browser, keiko, sign_in):
    sign_in(browser, "keiko")
    assert browser.get(WHO, headers={"Authorization": "Basic a2Vpa286eA=="}).status_code == 200


def test_bad_tokens_are_answered_less_often_and_good_ones_always(browser, make):
    good = make()[1]
    statuses = [browser.get(WHO, headers={"Authorization": "Bearer mloop_x"}).status_code for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    refused = browser.get(WHO, headers={"Authorization": "Bearer mloop_x"})
    assert int(refused.headers["retry-after"]) >= 1
    assert browser.get(WHO, headers=good).status_code == 200


def test_its_use_is_noted(browser, studio, keiko, make):
    browser.get(WHO, headers=make()[1])
    assert api_tokens.list_tokens(studio.store, keiko.id)[0].used_at is not None
    assert list_sign_ins(studio.store, keiko.id) == ()


def test_nothing_is_noted_of_a_store_that_is_full(browser, make, monkeypatch):
    from annotation_store.errors import StoreFullError

    def full(*_):
        raise StoreFullError("no room")

    monkeypatch.setattr(api_tokens, "note_used", full)
    assert browser.get(WHO, headers=make()[1]).status_code == 200
