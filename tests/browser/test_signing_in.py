"""Several people in one studio, each in a browser of their own: from the link on the console to signing out."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from studio_address import OpenStudio

from annotation_store.kinds import Role
from annotation_store.people.invitations import invite
from annotation_store.store import open_store
from studio.sign_in.links import address_of

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # milliseconds, on one busy core
PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture(scope="module")
def first_link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenStudio, str]]:
    """A studio with accounts, and the link for its first admin as the console shows it."""
    folder = tmp_path_factory.mktemp("people")
    settings = {"MATTELOOP_DATA_DIR": str(folder), "MATTELOOP_PORT": "0", "MATTELOOP_ACCOUNTS": "true"}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address, link = (re.search(r"http://\S+", process.stdout.readline()) for _ in range(2))
        assert address is not None
        assert link is not None
        yield OpenStudio(address.group(), folder), link.group()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """Two browsers that know nothing of each other."""
    opened = [browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") for _ in range(2)]
    yield opened
    for context in opened:
        context.close()


def join(page: Page, link: str, *, name: str, display_name: str) -> None:
    page.goto(link)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name to be shown").fill(display_name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_people_come_in_by_links_and_are_led_back_to_where_they_were(
    contexts: list[BrowserContext], first_link: tuple[OpenStudio, str]
) -> None:
    studio, link = first_link
    admin, operator = (context.new_page() for context in contexts)
    complaints: list[str] = []
    for page in (admin, operator):
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )

    admin.goto(studio.address)  # nobody is in yet
    expect(admin).to_have_url(f"{studio.address}/sign-in")
    join(admin, link, name="Ren", display_name="Ren Sato")
    expect(admin).to_have_url(f"{studio.address}/")
    expect(admin.locator("nav.fillable").get_by_text("Ren Sato")).to_be_visible(timeout=PATIENCE)

    store = open_store(studio.folder)
    invitation = address_of(
        invite(store, role=Role.OPERATOR, project_ids=[1], email=None, by="ren"), base=studio.address
    )
    store.database.close()
    join(operator, invitation, name="keiko", display_name="田中 恵子")
    expect(operator.locator("nav.fillable .account")).to_have_text("田中 恵子", timeout=PATIENCE)
    admin.goto(invitation)
    expect(admin.get_by_role("heading")).to_have_text("This link does not work any more")

    operator.locator("nav.fillable .account").click()
    expect(operator).to_have_url(f"{studio.address}/account")
    operator.get_by_role("button", name="Sign out", exact=True).click()
    expect(operator).to_have_url(f"{studio.address}/sign-in")
    operator.goto(f"{studio.address}/correct?project=1")
    expect(operator).to_have_url(re.compile(r"/sign-in\?next=%2Fcorrect%3Fproject%3D1$"))
    sign_in(operator, "keiko", "not the password")
    expect(operator.get_by_role("alert")).to_contain_text("do not belong together")
    sign_in(operator, "keiko")
    expect(operator).to_have_url(f"{studio.address}/correct?project=1")

    admin.goto(f"{studio.address}/account")
    admin.get_by_role("button", name="Sign out everywhere").click()
    expect(admin.get_by_role("status")).to_have_text("You are signed out everywhere.")
    admin.goto(f"{studio.address}/learn")
    expect(admin).to_have_url(f"{studio.address}/sign-in?next=%2Flearn")
    assert complaints == []
