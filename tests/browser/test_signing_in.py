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
from small_images import disc, png
from studio_address import OpenStudio

from annotation_store.gallery import get_image
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import Role
from annotation_store.people.invitations import invite
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings
from annotation_store.states import ImageState
from annotation_store.store import open_store
from matting_core.image_io import ImageLimits
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


def test_under_four_eyes_a_photo_goes_from_hand_to_hand(
    contexts: list[BrowserContext], first_link: tuple[OpenStudio, str]
) -> None:
    """Corrected by one, returned and at last approved by another."""
    studio, _ = first_link
    operator, reviewer = (context.new_page() for context in contexts)
    store = open_store(studio.folder)
    change_settings(store, FIRST_PROJECT, ProjectSettings(four_eyes=True), by="ren")
    photo = IncomingFile("cup_1.png", png(disc(1)[0]))
    (image,) = take_in(store, [photo], by="ren", limits=ImageLimits()).accepted
    for page, name, role in ((operator, "aoi", Role.OPERATOR), (reviewer, "ryo", Role.REVIEWER)):
        link = invite(store, role=role, project_ids=[FIRST_PROJECT], email=None, by="ren")
        join(page, address_of(link, base=studio.address), name=name, display_name=name)
        expect(page.locator("nav.fillable .account")).to_have_text(name, timeout=PATIENCE)
    expect(operator.locator("nav.fillable").get_by_text("Review")).to_be_hidden()
    expect(operator.locator(f"[data-testid=image-{image.id}][data-state=ready]")).to_be_visible(timeout=PATIENCE)

    operator.goto(f"{studio.address}/correct")
    operator.get_by_test_id("approve").click(timeout=PATIENCE)
    expect(operator.get_by_test_id("notice-error")).to_contain_text(
        "two pairs of eyes"
    )  # nobody approves their own work
    operator.get_by_test_id("try-again").click()
    operator.get_by_test_id("submit").click()
    expect(operator.get_by_test_id("notice-empty")).to_be_visible(timeout=PATIENCE)

    reviewer.goto(f"{studio.address}/review")
    expect(reviewer.get_by_test_id(f"image-{image.id}")).to_contain_text("by aoi", timeout=PATIENCE)
    reviewer.get_by_test_id("start-reviewing").click()
    reviewer.get_by_test_id("giveBack").click(timeout=PATIENCE)
    reviewer.get_by_test_id("skip-reason").fill("the handle")
    reviewer.get_by_test_id("skip-confirm").click()
    expect(reviewer.get_by_test_id("notice-empty")).to_be_visible(timeout=PATIENCE)

    operator.goto(f"{studio.address}/correct")
    expect(operator.get_by_text("Returned by ryo: the handle")).to_be_visible(timeout=PATIENCE)
    reviewer.goto(f"{studio.address}/correct?image={image.id}")
    expect(reviewer.get_by_test_id("editor-status")).to_have_text("aoi has this photo in hand", timeout=PATIENCE)
    operator.get_by_test_id("submit").click()
    expect(operator.get_by_test_id("notice-empty")).to_be_visible(timeout=PATIENCE)
    reviewer.goto(f"{studio.address}/correct?review=1")
    reviewer.get_by_test_id("approve").click(timeout=PATIENCE)
    expect(reviewer.get_by_test_id("notice-empty")).to_be_visible(timeout=PATIENCE)
    assert get_image(store, image.id).state is ImageState.APPROVED
    store.database.close()
