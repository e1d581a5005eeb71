import re

import pytest
from small_accounts import PASSWORD

from annotation_store.people import accounts
from annotation_store.people.sign_ins import list_sign_ins
from studio.sign_in.throttle import BY_ADDRESS

WRONG = "wrong horse battery"


def refusal(page):
    found = re.search(r'role="alert">([^<]*)<', page.text)
    return found[1] if found else None


def test_the_form_asks_for_name_and_password_and_runs_no_script(browser):
    page = browser.get("/sign-in")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert {"name", "password", "next"} <= set(re.findall(r'name="([\w-]+)"', page.text))
    assert refusal(page) is None
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_the_page_speaks_japanese_to_whom_prefers_it(new_browser):
    page = new_browser(language="ja-JP,en;q=0.5").get("/sign-in")
    assert '<html lang="ja">' in page.text
    assert "<h1>サインイン</h1>" in page.text


def test_the_style_sheet_is_there_before_anybody_signs_in(browser):
    sheet = browser.get("/sign-in/style.css", headers={"Accept": "text/css"})
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "prefers-color-scheme: dark" in sheet.text


def test_name_and_password_lead_in(browser, enrol, sign_in, studio):
    keiko = enrol("keiko")
    answer = sign_in(browser, "Keiko")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/api/v1/who").json()["name"] == "keiko"
    assert list_sign_ins(studio.store, keiko.id)[0].browser.endswith("Firefox/153.0")


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser, enrol, sign_in):
    enrol("keiko")
    cookie = sign_in(browser, "keiko").headers["set-cookie"]
    assert re.fullmatch(r"matteloop=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax", cookie)


class TestOverHttps:
    @pytest.fixture
    def more_settings(self):
        return {"public_url": "https://matte.example.com"}

    def test_the_cookie_never_travels_in_the_clear_and_belongs_to_this_host(self, browser, enrol, sign_in):
        enrol("keiko")
        cookie = sign_in(browser, "keiko").headers["set-cookie"]
        assert re.fullmatch(
            r"__Host-matteloop=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax; Secure", cookie
        )
        assert browser.get("/api/v1/who").status_code == 200

    def test_a_cookie_planted_by_a_neighbouring_site_does_not_count(self, browser, new_browser, enrol, sign_in):
        enrol("mallory")
        sign_in(browser, "mallory")
        victim = new_browser()
        victim.cookies.set("matteloop", browser.cookies["__Host-matteloop"])
        assert victim.get("/api/v1/who").status_code == 401


def test_everything_wrong_is_answered_alike(browser, enrol, sign_in, studio):
    enrol("keiko")
    accounts.disable(studio.store, enrol("ren").id, by="keiko")
    pages = [
        sign_in(browser, "keiko", password=WRONG),
        sign_in(browser, "mallory"),
        sign_in(browser, "ren"),
        sign_in(browser, "keiko", password=""),
        browser.post("/sign-in"),
    ]
    assert {page.status_code for page in pages} == {403}
    assert {refusal(page) for page in pages} == {"This name and this password do not belong together: try again."}
    assert not any("set-cookie" in page.headers for page in pages)


def test_a_refused_form_keeps_the_name_and_the_way_on_but_no_password(browser, sign_in):
    page = sign_in(browser, '"><b>keiko', password=WRONG, next="/correct?image=7")
    assert 'value="&#34;&gt;&lt;b&gt;keiko"' in page.text
    assert 'value="/correct?image=7"' in page.text
    assert WRONG not in page.text


def test_a_locked_account_says_so_to_its_owner_only(browser, enrol, sign_in, standing_clock):
    enrol("keiko")
    for _ in range(5):
        sign_in(browser, "keiko", password=WRONG)
    assert "do not belong together" in refusal(sign_in(browser, "keiko", password=WRONG))
    locked = sign_in(browser, "keiko")
    assert locked.status_code == 403
    assert "locked for 15 more minutes" in refusal(locked)
    standing_clock.pass_by(minutes=15, seconds=1)
    assert sign_in(browser, "keiko").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(browser, enrol, sign_in, wanted):
    enrol("keiko")
    assert 'name="next" value="/"' in browser.get("/sign-in", params={"next": wanted}).text
    assert sign_in(browser, "keiko", next=wanted).headers["location"] == "/"
    assert browser.get("/sign-in", params={"next": wanted}).headers["location"] == "/"


def test_who_is_signed_in_is_led_on(browser, enrol, sign_in):
    enrol("keiko")
    sign_in(browser, "keiko")
    answer = browser.get("/sign-in?next=/correct")
    assert (answer.status_code, answer.headers["location"]) == (303, "/correct")


def test_each_sign_in_has_a_fresh_secret_whatever_the_browser_held_before(browser, enrol, sign_in, studio):
    keiko, ren = enrol("keiko"), enrol("ren")
    browser.cookies.set("matteloop", "planted-by-somebody-else", domain="127.0.0.1", path="/")
    sign_in(browser, "keiko")
    first = browser.cookies["matteloop"]
    assert first != "planted-by-somebody-else"
    sign_in(browser, "ren")
    assert browser.cookies["matteloop"] != first
    assert list_sign_ins(studio.store, keiko.id) == ()  # the browser is somebody else's now
    assert len(list_sign_ins(studio.store, ren.id)) == 1


def test_signing_in_elsewhere_ends_nothing(new_browser, enrol, sign_in):
    enrol("keiko")
    browsers = [new_browser() for _ in range(3)]
    for each in browsers:
        sign_in(each, "keiko")
    assert [each.get("/api/v1/who").status_code for each in browsers] == [200] * 3


def test_signing_out_ends_this_sign_in_and_no_other(new_browser, enrol, sign_in):
    enrol("keiko")
    here, there = new_browser(), new_browser()
    for each in (here, there):
        sign_in(each, "keiko")
    kept = here.cookies["matteloop"]
    assert "You are signed in as Keiko" in here.get("/sign-out").text
    answer = here.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "matteloop" not in here.cookies
    here.cookies.set("matteloop", kept)
    assert here.get("/api/v1/who").status_code == 401
    assert there.get("/api/v1/who").status_code == 200


def test_looking_at_the_sign_out_signs_nobody_out(browser, enrol, sign_in):
    enrol("keiko")
    sign_in(browser, "keiko")
    browser.get("/sign-out")
    assert browser.get("/api/v1/who").status_code == 200


def test_signing_out_twice_does_no_harm(browser):
    assert browser.get("/sign-out").headers["location"] == "/sign-in"
    assert browser.post("/sign-out").headers["location"] == "/sign-in"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_website_signs_nobody_in_or_out(browser, enrol, sign_in, path, headers):
    enrol("keiko")
    sign_in(browser, "keiko")
    answer = browser.post(path, data={"name": "keiko", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "another website" in answer.json()["detail"]
    assert browser.get("/api/v1/who").status_code == 200


def test_too_many_tries_have_to_wait(browser, enrol, sign_in):
    enrol("keiko")
    for number in range(BY_ADDRESS.amount):
        sign_in(browser, f"guess{number}")
    page = sign_in(browser, "keiko")
    assert page.status_code == 429
    assert 1 <= int(page.headers["retry-after"]) <= 60
    assert f"wait {page.headers['retry-after']} seconds" in refusal(page)
