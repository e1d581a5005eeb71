"""Does it learn? From the button to a version that makes fewer errors, and to a refusal where it would make more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from breakable_studio import BreakableStudio
from playwright.sync_api import Browser, Locator, Page, expect
from small_images import png
from toy_domain import Doll, doll

from annotation_store import corrections, drafts, gallery, intake, reviews
from annotation_store.incoming import IncomingFile
from annotation_store.kinds import Part
from annotation_store.learning import model_registry, standings, training_sets, what_serves
from annotation_store.records import ImageRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState, StandingState
from annotation_store.store import Store, open_store
from matting_core.arrays import UNKNOWN, Alpha
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.image_io import ImageLimits
from matting_core.model_names import open_matting
from matting_core.predictor import predict
from matting_core.trimap import force_known
from training.built_in_models import register_built_in_models

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = 1
"""The number of the only project."""
PRODUCTS = ("anna", "bela", "clara", "emil", "frida", "gustav", "hedwig", "paula")
"""One photo each. By their names, three of them are held out."""
STEPS, LEARNING_RATE = 30, 6e-3
"""At twenty times the usual rate a toy is learnt within seconds."""
SHARE_OF_ERRORS = 0.5
"""At most so much of the shipped model's error is left; a tenth is what was measured."""
PAGE_PATIENCE, DRAFT_PATIENCE, TRAINING_PATIENCE = 120_000, 240_000, 600_000  # milliseconds, on one busy core

Approved = Callable[[Doll, Part], Alpha]
"""The alpha that somebody approved of a doll, by the part of the training set in which it will lie."""


def take_in_approved(store: Store, approved: Approved) -> None:
    """All dolls, with mattes that count as painted by hand."""
    register_built_in_models(store)
    parts = training_sets.divide(PRODUCTS, validation_share=0.25)
    assert sorted(parts.values()).count(Part.VALIDATION) == 3
    for number, name in enumerate(PRODUCTS):
        photo = doll(number)
        file = IncomingFile(f"{name}_1.png", png(photo.rgb))
        (image,) = intake.take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
        drafts.claim_next_for_drafting(store)
        trimap = AutomaticDrafter().draft(photo.rgb).trimap
        alpha = force_known(approved(photo, parts[name]), trimap)
        drafts.record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter="by hand", by="keiko")
        document = corrections.open_document(store, image.id)
        seen = reviews.Seen(document.revision_id, 0, *load_matte(store, get_revision(store, document.revision_id)))
        reviews.approve(store, image.id, seen, by="keiko")


@contextmanager
def open_page(browser: Browser, store: Store) -> Iterator[tuple[Page, BreakableStudio]]:
    """The studio of a store's folder, and an English browser."""
    studio = BreakableStudio(store.folder, training_steps=STEPS, learning_rate=LEARNING_RATE, threads=1)
    studio.start()
    try:
        with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as context:
            yield context.new_page(), studio
    finally:
        studio.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "data")
    yield opened
    opened.database.close()


def learn(page: Page, studio: BreakableStudio) -> Locator:
    """Press the button, and see a training of the matting model through to its end; where the page tells of it."""
    page.goto(f"{studio.address}/learn")
    expect(page.get_by_test_id(f"live-matting-{FIRST}")).to_contain_text("compact", timeout=PAGE_PATIENCE)
    expect(page.get_by_test_id(f"approved-{FIRST}")).to_have_text(str(len(PRODUCTS)))
    page.locator("#retrain").click()
    of_drafter, of_matting = (
        page.locator(f"[data-testid=training-run][data-kind={k}]") for k in ("drafter", "matting")
    )
    of_drafter.locator("[data-deed^=cancel]").click(timeout=PAGE_PATIENCE)  # that one would take minutes
    expect(of_matting.and_(page.locator("[data-state=running]"))).to_contain_text(
        "Learning: step", timeout=TRAINING_PATIENCE
    )
    expect(of_matting.get_by_test_id("curves")).to_be_visible(timeout=TRAINING_PATIENCE)
    ended = of_matting.and_(page.locator("[data-state=succeeded]"))
    ended.wait_for(timeout=TRAINING_PATIENCE)
    return ended


def draft_of_new_photo(page: Page, studio: BreakableStudio, store: Store, photo: Doll, path: Path) -> ImageRecord:
    path.write_bytes(png(photo.rgb))
    page.goto(studio.address)
    page.set_input_files("#upload input[type=file]", path, timeout=PAGE_PATIENCE)
    expect(page.locator(".card[data-state=ready]")).to_have_count(1, timeout=DRAFT_PATIENCE)
    (image,) = gallery.list_images(store, states=[ImageState.READY])
    return image


def test_what_was_approved_is_learnt_and_new_photos_need_fewer_corrections(
    browser: Browser, store: Store, tmp_path: Path
) -> None:
    take_in_approved(store, lambda photo, _part: photo.wanted)
    with open_page(browser, store) as (page, studio):
        verdict = learn(page, studio)
        expect(verdict).to_contain_text("It made compact-0001. Better than what served.")
        expect(page.get_by_test_id(f"live-matting-{FIRST}")).to_contain_text("compact-0001")
        photo = doll(100)
        image = draft_of_new_photo(page, studio, store, photo, tmp_path / "quirin_1.png")
    revision = get_revision(store, image.head_revision_id or 0)
    assert revision.model_version_id == what_serves.live_model(store, FIRST).id
    trimap, alpha = load_matte(store, revision)
    before = predict(open_matting("compact"), photo.rgb, trimap)
    unknown = trimap == UNKNOWN
    errors, errors_before = (float(np.abs(each - photo.wanted)[unknown].sum()) for each in (alpha, before))
    assert errors < SHARE_OF_ERRORS * errors_before


def test_what_would_make_more_errors_is_refused_and_the_page_says_so_in_both_languages(
    browser: Browser, store: Store
) -> None:
    """Threads belong to the products that are held out; whoever approved the others has forgotten them."""
    take_in_approved(store, lambda photo, part: photo.wanted if part is Part.TRAIN else photo.whole)
    with open_page(browser, store) as (page, studio):
        verdict = learn(page, studio)
        expect(verdict).to_contain_text("It made compact-0001. Worse than what served.")
        expect(page.get_by_test_id(f"live-matting-{FIRST}").locator("strong")).to_have_text("compact")
        with browser.new_context(locale="ja-JP") as context:
            japanese = context.new_page()
            japanese.goto(f"{studio.address}/learn")
            told = japanese.locator("[data-testid=training-run][data-kind=matting]")
            expect(told).to_contain_text("これまでのモデルより悪い結果です。", timeout=PAGE_PATIENCE)
    candidate = model_registry.list_models(store)[0]
    (standing,) = standings.list_standings(store, model_id=candidate.id)
    assert standing.state is StandingState.REFUSED
    assert what_serves.live_model(store, FIRST).name == "compact"
