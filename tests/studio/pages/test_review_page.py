import pytest
from small_images import draft, submit

from annotation_store import gallery, schema
from annotation_store.kinds import Role
from annotation_store.states import ImageState
from studio.pages.review import build_review_page
from studio.sign_in.visitor import Visitor


@pytest.fixture
def page(functions):
    return functions(build_review_page)


@pytest.fixture
def sure(studio):
    """A draft that is surer than its project asks for."""
    image = draft(studio.store, "bag_1.png", 2)
    with studio.store.database.write() as session:
        session.get_one(schema.Project, 1).bulk_confidence = 0.9
        session.get_one(schema.Image, image.id).confidence = 0.97
    return image


def test_nothing_waits_at_first(page):
    waiting, sure, together, offered, _seen = page("refresh", 0, "")
    assert "Nothing waits" in waiting
    assert (sure, together["visible"], offered) == ("", False, [])


def test_a_submission_leads_to_the_desk_of_a_reviewer(studio, page):
    image = submit(studio.store, '<b>"cup"_1.png', 1)
    waiting = page("refresh", 0, "")[0]
    assert f'href="/correct?image={image.id}&review=1"' in waiting
    assert "by keiko" in waiting
    assert "<b>" not in waiting


def test_what_has_not_changed_is_not_sent_again(studio, page):
    *_, seen = page("refresh", 0, "")
    assert page("refresh", 0, seen)[-1] == seen
    submit(studio.store, "cup_1.png", 1)
    assert page("refresh", 0, seen)[-1] != seen


def test_sure_drafts_are_approved_together_as_they_were_shown(studio, page, sure):
    _, shown, together, offered, _ = page("refresh", 1, "")
    assert (together["visible"], offered) == (True, [sure.id])
    assert "confidence 97.0 %" in shown
    assert "Approved: 1." in page("approve_together", 1, offered)
    assert gallery.get_image(studio.store, sure.id).state is ImageState.APPROVED
    assert "Left out, because something changed meanwhile: 1" in page("approve_together", 1, offered)


def test_a_reviewer_of_another_project_is_shown_nothing_and_approves_nothing(studio, page, sure, ask_as):
    submit(studio.store, "cup_1.png", 1)
    ask_as(Visitor(name="ren", display_name="Ren", role=Role.REVIEWER, projects=frozenset({2}), person_id=4))
    waiting, shown, _, offered, _ = page("refresh", 1, "")
    assert "Nothing waits" in waiting
    assert (shown, offered) == ("", [])
    page("approve_together", 1, [sure.id])
    assert gallery.get_image(studio.store, sure.id).state is ImageState.READY
