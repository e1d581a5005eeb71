import re

import pytest
from small_images import approve, draft, submit, take_in

from annotation_store import drafts, flags, reviews
from annotation_store.learning import golden
from annotation_store.tags import add_tags
from studio.i18n import Words
from studio.pages.gallery_view import EVERY_STATE, FILTERS, FLAGGED, gallery_view

HOSTILE = '<img src=x onerror="alert(1)">\'.png'


@pytest.fixture
def look(studio):
    """The gallery, in English."""

    def view(state=EVERY_STATE, *, search="", limit=60, language="en", **more):
        return gallery_view(
            studio.store, project_ids=None, state=state, search=search, limit=limit, words=Words(language), **more
        )

    return view


@pytest.fixture
def one_of_each(studio):
    """An image in every state that a filter shows, by the filter's name."""
    store = studio.store
    images = {"approved": approve(store, "approved_1.png", 1)}
    images["in_review"] = submit(store, "submitted_1.png", 6)
    images["skipped"] = reviews.skip(store, draft(store, "skipped_1.png", 2).id, reason="", by="keiko")
    images["ready"] = draft(store, "ready_1.png", 3)
    take_in(store, "failed_1.png", 4)
    images["failed"] = drafts.record_draft_failure(store, drafts.claim_next_for_drafting(store).id, "<b>too dark</b>")
    images["drafting"] = take_in(store, "waiting_1.png", 5)
    return images


def cards(view):
    return [int(number) for number in re.findall(r'data-testid="image-(\d+)"', view.grid)]


def counts(view):
    return {
        state: int(number)
        for state, number in re.findall(r'data-testid="count-(\w+)"><span[^>]*>[^<]*</span> (\d+)<', view.summary)
    }


def test_a_hostile_name_is_shown_as_text(studio, look):
    image = draft(studio.store, HOSTILE, 1)
    view = look()
    assert cards(view) == [image.id]
    assert "<img src=x" not in view.grid
    assert "onerror=&quot;alert(1)&quot;" in view.grid
    assert not re.search(r"title=\"[^\"]*<", view.grid)


def test_a_failure_is_shown_as_text(look, one_of_each):
    assert '<p class="failure">&lt;b&gt;too dark&lt;/b&gt;</p>' in look().grid


def test_a_search_is_never_part_of_the_page(look, one_of_each):
    view = look(search=HOSTILE)
    assert cards(view) == []
    assert HOSTILE not in view.grid
    assert 'data-testid="no-match"' in view.grid


def test_each_filter_shows_its_own(look, one_of_each):
    assert set(one_of_each) | {EVERY_STATE, FLAGGED, "in_correction"} == set(FILTERS)
    for name, image in one_of_each.items():
        assert cards(look(name)) == [image.id]
    assert cards(look()) == sorted((image.id for image in one_of_each.values()), reverse=True)
    assert cards(look("in_correction")) == []


def test_flagged_images_are_marked_with_their_note_and_have_a_filter(studio, look, one_of_each):
    assert cards(look(FLAGGED)) == []
    assert "pill-flagged" not in look().grid
    for name in ("approved", "failed"):
        flags.flag(studio.store, one_of_each[name].id, note=HOSTILE, by="keiko")
    view = look(FLAGGED)
    assert cards(view) == [one_of_each["failed"].id, one_of_each["approved"].id]
    assert view.grid.count('title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#x27;.png">flagged</span>') == 2
    assert "<img src=x" not in view.grid
    assert look().grid.count("pill-flagged") == 2


def test_the_counts_are_of_all_images_whatever_the_filter(look, one_of_each):
    expected = {"waiting": 1, "ready": 1, "in_review": 1, "approved": 1, "skipped": 1, "failed": 1}
    assert counts(look()) == expected
    assert counts(look("approved", search="nothing")) == expected


def test_only_images_with_a_draft_lead_to_the_editor(look, one_of_each):
    grid = look().grid
    for name, image in one_of_each.items():
        assert (f'href="/correct?image={image.id}"' in grid) == (name not in ("drafting", "failed"))


def test_progress_is_shown_while_drafts_are_made(studio, look):
    draft(studio.store, "cup_1.png", 1)
    assert "progressbar" not in look().summary
    take_in(studio.store, "cup_2.png", 2)
    assert 'aria-valuenow="50"' in look().summary
    assert Words("en")("drafting_progress", done=1, total=2) in look().summary


def test_the_way_to_the_editor_is_offered_while_images_are_open(studio, look):
    image = draft(studio.store, "cup_1.png", 1)
    for language in ("en", "ja"):
        assert Words(language)("start_correcting", count=1) in look(language=language).summary
    reviews.skip(studio.store, image.id, reason="", by="keiko")
    assert "start-correcting" not in look().summary


def test_an_empty_studio_says_what_to_do(look):
    view = look()
    assert view.summary == ""
    assert 'data-testid="empty-studio"' in view.grid
    assert (view.has_more, view.has_failed) == (False, False)


def test_more_is_offered_exactly_when_there_is_more(studio, look):
    for number in range(3):
        take_in(studio.store, f"cup_{number}.png", number)
    assert [look(limit=limit).has_more for limit in (2, 3, 4)] == [True, False, False]
    assert len(cards(look(limit=2))) == 2


def test_the_fingerprint_changes_if_and_only_if_what_is_shown_does(studio, look):
    image = draft(studio.store, "cup_1.png", 1)
    before = look()
    assert look().fingerprint == before.fingerprint
    assert look("ready").fingerprint == before.fingerprint
    assert look(search="cup").fingerprint == before.fingerprint

    seen = {before.fingerprint}
    reviews.skip(studio.store, image.id, reason="", by="keiko")
    seen.add(look().fingerprint)
    reviews.reopen(studio.store, image.id, by="keiko")
    assert look().fingerprint == before.fingerprint
    seen.add(look("approved").fingerprint)
    seen.add(look(language="ja").fingerprint)
    take_in(studio.store, "cup_2.png", 2)
    seen.add(look().fingerprint)
    seen.add(look(limit=1).fingerprint)
    assert len(seen) == 6


def test_who_may_makes_approved_images_golden_and_takes_that_back(studio, look, one_of_each):
    approved = one_of_each["approved"].id
    assert "data-deed" not in look().grid
    assert re.findall(r'data-deed="(\w+:\d+)', look(may_choose_golden=True).grid) == [f"make_golden:{approved}"]
    before = look().fingerprint
    golden.choose_golden(studio.store, approved, by="keiko")
    assert look().fingerprint != before
    assert 'class="pill pill-golden"' in look().grid
    assert re.findall(r'data-deed="(\w+:\d+)', look(may_choose_golden=True).grid) == [f"retire_golden:{approved}"]


def test_tags_are_shown_as_text_and_searched(studio, look):
    image, other = draft(studio.store, "cup_1.png", 1), draft(studio.store, "hat_1.png", 2)
    add_tags(studio.store, [image.id], ["<b>hair", "夏"], by="keiko")
    view = look()
    assert "<b>hair" not in view.grid
    assert "&lt;b&gt;hair" in view.grid
    assert f'data-testid="tags-{other.id}"' not in view.grid
    assert cards(look(search="夏")) == [image.id]
