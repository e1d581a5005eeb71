import re
import time
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from joserfc.jwk import OctKey
from small_provider import CLIENT_ID, CLIENT_SECRET, KEIKO, SmallProvider, a_key

from annotation_store.kinds import Role
from annotation_store.people import accounts
from annotation_store.people.invitations import invite, list_open
from studio.sign_in import identity_provider, oidc_routes
from studio.sign_in.throttle import BY_ADDRESS

CALLBACK = "/sign-in/oidc/callback"


@pytest.fixture
def provider():
    with SmallProvider() as small:
        yield small


@pytest.fixture
def more_settings(provider):
    return {
        "public_url": "https://matte.example.com",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_label": "Example ID",
    }


@pytest.fixture
def keiko(enrol):
    return enrol("keiko", email="keiko@example.com")


def go(browser, provider, **query):
    """Off to the provider, where somebody signs in: the query of the way back."""
    there = browser.get("/sign-in/oidc", params=query)
    assert there.status_code == 303
    return provider.authorise(there.headers["location"])


def come_back(browser, answer):
    return browser.get(CALLBACK, params=answer, headers={"Sec-Fetch-Site": "cross-site"})


def round_trip(browser, provider, **query):
    return come_back(browser, go(browser, provider, **query))


def refusal(page):
    return re.search(r'role="alert">([^<]*)<', page.text)[1]


def is_out(browser):
    return browser.get("/api/v1/who").status_code == 401


def assert_unknown(page, browser):
    assert (page.status_code, "no account here for you at Example ID" in refusal(page)) == (403, True), refusal(page)
    assert is_out(browser)


@pytest.fixture
def assert_refused(monkeypatch):
    """``assert_refused(page, browser, reason)``: the page says that it did not work, and the log says why."""
    log = []
    monkeypatch.setattr(oidc_routes.log, "warning", lambda _text, *, reason: log.append(reason), raising=False)

    def check(page, browser, reason):
        assert (page.status_code, "Signing in with Example ID did not work" in refusal(page)) == (502, True)
        assert re.search(reason, log[-1]), log
        assert log[-1] not in page.text
        assert is_out(browser)

    return check


def test_the_sign_in_offers_the_provider_by_a_link(browser):
    page = browser.get("/sign-in?next=/correct?image=7").text
    assert 'href="/sign-in/oidc?next=%2Fcorrect%3Fimage%3D7"' in page.replace("&amp;", "&")
    assert "Sign in with Example ID" in page


def test_a_verified_address_leads_to_its_account_and_on(browser, provider, keiko):
    answer = round_trip(browser, provider, next="/correct?image=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/correct?image=7")
    assert browser.get("/api/v1/who").json()["name"] == "keiko"
    cookies = answer.headers.get_list("set-cookie")
    assert any(re.match(r"__Host-matteloop=[\w-]{43}; HttpOnly; .*SameSite=lax; Secure", each) for each in cookies)
    assert any(each.startswith('__Host-matteloop-way-back="";') for each in cookies)


def test_the_subject_is_known_again_whatever_its_address_is_by_then(browser, new_browser, provider, keiko):
    round_trip(browser, provider)
    provider.claims |= {"email": "married@example.com", "email_verified": False}
    other = new_browser()
    round_trip(other, provider)
    assert other.get("/api/v1/who").json()["name"] == "keiko"


def test_an_open_invitation_becomes_an_account_with_its_role(browser, provider, studio):
    invite(studio.store, role=Role.REVIEWER, project_ids=[1], email="Keiko@example.com", by="ren")
    assert round_trip(browser, provider).status_code == 303
    assert browser.get("/api/v1/who").json() == {"name": "keiko", "role": "reviewer", "projects": [1]}
    assert accounts.person_named(studio.store, "keiko").display_name == "田中 恵子"
    assert list_open(studio.store) == ()
    page = browser.get("/account").text
    assert "You sign in with Example ID and have no password here." in page
    assert "current-password" not in page


def test_an_address_that_the_token_does_not_hold_is_asked_for(browser, provider, keiko):
    provider.claims |= {"email": None, "email_verified": None}
    provider.userinfo = KEIKO
    assert round_trip(browser, provider).status_code == 303
    assert browser.get("/api/v1/who").json()["name"] == "keiko"


@pytest.mark.parametrize("verified", [None, False, "false", 0, 1, "yes"])
def test_an_address_that_is_not_verified_is_nobodys(browser, provider, keiko, studio, verified):
    invite(studio.store, role=Role.ADMIN, project_ids=[], email="ren@example.com", by="keiko")
    for email in ("keiko@example.com", "ren@example.com"):
        provider.claims |= {"email": email, "email_verified": verified}
        assert_unknown(round_trip(browser, provider), browser)
    assert len(accounts.list_people(studio.store)) == 1


def test_who_was_not_invited_gets_no_account(browser, provider, studio):
    assert_unknown(round_trip(browser, provider), browser)
    assert accounts.list_people(studio.store) == ()


def test_a_disabled_account_stays_closed(browser, new_browser, provider, keiko, studio):
    round_trip(browser, provider)
    accounts.disable(studio.store, keiko.id, by="ren")
    assert is_out(browser)
    other = new_browser()
    assert_unknown(round_trip(other, provider), other)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "another-client"}, "InvalidClaimError.*aud"),
        ({"aud": ["another-client", "third"]}, "InvalidClaimError.*aud"),
        ({"aud": "another-client", "azp": CLIENT_ID}, "InvalidClaimError.*aud"),
        ({"aud": [CLIENT_ID, "another-client"], "azp": "another-client"}, "InvalidClaimError.*azp"),
        ({"aud": None}, "MissingClaimError.*aud"),
        ({"iss": "https://evil.example"}, "InvalidClaimError.*iss"),
        ({"iss": None}, "MissingClaimError.*iss"),
        ({"nonce": "another"}, "InvalidClaimError.*nonce"),
        ({"nonce": None}, "MissingClaimError.*nonce"),
        ({"exp": 1}, "ExpiredTokenError"),
        ({"exp": int(time.time()) - 120}, "ExpiredTokenError"),
        ({"exp": None}, "MissingClaimError.*exp"),
        ({"iat": int(time.time()) + 3600}, "issued in the future"),
        ({"sub": None}, "MissingClaimError.*sub"),
        ({"at_hash": "wrong"}, "InvalidClaimError.*at_hash"),
    ],
)
def test_a_token_whose_claims_do_not_hold_is_not_believed(browser, provider, keiko, assert_refused, claims, reason):
    provider.claims |= claims
    assert_refused(round_trip(browser, provider), browser, f"the ID token does not hold: .*{reason}")


def test_a_token_by_another_key_is_not_believed(browser, provider, keiko, assert_refused):
    for kid, reason in (("first", "BadSignatureError"), ("second", "InvalidKeyIdError")):
        provider.signed_with = a_key(kid, number=2)
        assert_refused(round_trip(browser, provider), browser, reason)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_signature_of_the_providers_own_is_not_believed(
    browser, provider, keiko, algorithm, assert_refused
):
    provider.algorithm = algorithm
    provider.signed_with = OctKey.import_key(CLIENT_SECRET.encode().ljust(32, b"-"))
    assert_refused(round_trip(browser, provider), browser, "UnsupportedAlgorithmError")


def test_the_provider_may_change_its_keys(browser, new_browser, provider, keiko):
    round_trip(browser, provider)
    provider.key = a_key("second", number=2)
    other = new_browser()
    assert round_trip(other, provider).status_code == 303
    assert other.get("/api/v1/who").status_code == 200


def test_userinfo_about_somebody_else_is_not_believed(browser, provider, keiko, assert_refused):
    provider.claims |= {"email": None, "email_verified": None}
    provider.userinfo = {**KEIKO, "sub": "another"}
    assert_refused(round_trip(browser, provider), browser, "speaks of somebody else")


def test_a_way_back_is_gone_once(browser, new_browser, provider, keiko, assert_refused):
    answer = go(browser, provider)
    state_cookie = dict(browser.cookies)
    assert come_back(browser, answer).status_code == 303
    thief = new_browser()
    for name, value in state_cookie.items():
        thief.cookies.set(name, value, domain="matte.example.com", path="/")
    assert_refused(come_back(thief, answer), thief, "could not be exchanged")
    assert_refused(come_back(browser, answer), new_browser(), "was gone before")


def test_a_way_back_belongs_to_the_browser_that_went(browser, new_browser, provider, keiko, assert_refused):
    victim = new_browser()
    answer = go(browser, provider)
    assert_refused(come_back(victim, answer), victim, "another browser")
    go(victim, provider)  # with a state of its own in its cookie
    assert_refused(come_back(victim, go(browser, provider)), victim, "another browser")


def test_a_way_back_that_took_too_long_is_none(browser, provider, keiko, monkeypatch, assert_refused):
    answer = go(browser, provider)
    late = time.time() + identity_provider.ROUND_TRIP + 1
    clock = SimpleNamespace(time=lambda: late, monotonic=time.monotonic)  # the browser's own stays as it is
    monkeypatch.setattr(identity_provider, "time", clock)
    assert_refused(come_back(browser, answer), browser, "took too long")


@pytest.mark.parametrize(
    "answer",
    [{}, {"state": "x"}, {"state": "", "code": "x"}, {"code": "code-0"}, {"state": "é\x00", "code": "x"}],
)
def test_a_made_up_way_back_leads_nowhere(browser, provider, keiko, answer, assert_refused):
    go(browser, provider)
    assert_refused(come_back(browser, answer), browser, "was gone before")


def test_a_refusal_of_the_provider_is_told_and_what_it_says_is_not_shown(browser, provider, keiko, assert_refused):
    answer = go(browser, provider)
    page = come_back(browser, {"state": answer["state"], "error": "access_denied<script>alert(1)</script>"})
    assert_refused(page, browser, "the provider says: access_denied")
    assert "alert(1)" not in page.text


def test_an_answer_of_another_issuer_is_not_believed(browser, provider, keiko, assert_refused):
    answer = go(browser, provider)
    assert_refused(come_back(browser, {**answer, "iss": "https://evil.example"}), browser, "another issuer")
    answer = go(browser, provider)
    assert come_back(browser, {**answer, "iss": provider.issuer}).status_code == 303


def test_a_wrong_code_is_refused(browser, provider, keiko, assert_refused):
    answer = go(browser, provider)
    assert_refused(come_back(browser, {**answer, "code": "code-99"}), browser, "could not be exchanged")


def test_signing_in_through_the_provider_leads_nowhere_else(browser, provider, keiko):
    assert round_trip(browser, provider, next="//evil.example").headers["location"] == "/"


def test_a_provider_that_does_not_answer_is_told(browser, provider, keiko, assert_refused):
    provider.metadata = {"token_endpoint": None}
    assert_refused(browser.get("/sign-in/oidc"), browser, "metadata lack")
    provider.metadata = {"issuer": "https://evil.example"}
    assert_refused(browser.get("/sign-in/oidc"), browser, "of another issuer")
    provider.metadata = {}
    assert browser.get("/sign-in/oidc").status_code == 303


def test_the_metadata_are_asked_for_once_an_hour(browser, provider, keiko, monkeypatch):
    for _ in range(3):
        go(browser, provider)
    assert provider.asked == ["/.well-known/openid-configuration"]
    later = time.monotonic() + identity_provider.METADATA_LIVES + 1
    monkeypatch.setattr(identity_provider.time, "monotonic", lambda: later)
    go(browser, provider)
    assert len(provider.asked) == 2


def test_too_many_ways_back_have_to_wait(browser, provider):
    for _ in range(BY_ADDRESS.amount):
        browser.get(CALLBACK)
    page = browser.get(f"{CALLBACK}?{urlencode({'state': 'x'})}")
    assert (page.status_code, "retry-after" in page.headers) == (429, True)


def test_the_way_back_may_end_at_another_process(browser, studio, provider, keiko, monkeypatch):
    answer = go(browser, provider, next="/correct?image=7")
    other = identity_provider.IdentityProvider(studio.settings)
    monkeypatch.setattr(browser.app.state, "identity_provider", other)
    assert come_back(browser, answer).headers["location"] == "/correct?image=7"
    assert browser.get("/api/v1/who").json()["name"] == "keiko"


@pytest.mark.parametrize("kept", ["", "x", "bm9uZQ", "W10", "e30", "eyJzdGF0ZSI6IDF9", "_" * 4000, "W1tb" * 900])
def test_what_a_browser_made_up_about_its_way_is_nothing(browser, provider, keiko, kept, assert_refused):
    answer = go(browser, provider)
    browser.cookies.clear()
    browser.cookies.set("__Host-matteloop-way-back", kept, domain="matte.example.com", path="/")
    assert_refused(come_back(browser, answer), browser, "another browser")


@pytest.mark.parametrize(("wanted", "led"), [("//evil.example", "/"), ("/correct?image=7", "/correct?image=7")])
def test_where_a_browser_says_that_it_wanted_to_go_is_looked_at(browser, provider, keiko, wanted, led):
    answer = go(browser, provider)
    kept = identity_provider.RoundTrip.unpacked(browser.cookies["__Host-matteloop-way-back"])
    browser.cookies.clear()
    changed = replace(kept, next=wanted).packed()
    browser.cookies.set("__Host-matteloop-way-back", changed, domain="matte.example.com", path="/")
    assert come_back(browser, answer).headers["location"] == led


def test_a_very_long_way_is_cut_short(browser, provider, keiko):
    assert round_trip(browser, provider, next="/correct?" + "x" * 4000).headers["location"] == "/"


class TestWithoutAProvider:
    @pytest.fixture
    def more_settings(self):
        return {}

    @pytest.mark.parametrize("path", ["/sign-in/oidc", CALLBACK])
    def test_there_is_no_way_there_nor_back(self, browser, path):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")

    def test_none_is_offered(self, browser):
        assert "oidc" not in browser.get("/sign-in").text
