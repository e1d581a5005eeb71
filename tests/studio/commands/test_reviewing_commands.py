import json

import pytest
from small_images import approve, draft, submit, take_in

from annotation_store import corrections, gallery, revisions
from annotation_store.corrections import KeyedEdit
from annotation_store.kinds import QueuePolicy
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings
from annotation_store.queue import leases
from annotation_store.reviews import list_decisions
from annotation_store.reviews.bulk_approval import was_in_bulk
from annotation_store.states import ImageState
from matting_core.arrays import FOREGROUND
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from training.built_in_models import register_built_in_models


@pytest.fixture
def images(store, compact_weights):
    """One image in each state that a decision may begin at, by state."""
    register_built_in_models(store)
    return {
        "approved": approve(store, "cup.png", 1),
        "in_review": submit(store, "scarf.png", 2),
        "ready": draft(store, "vase.png", 3),
        "waiting": take_in(store, "shoe.png", 4),
    }


def state_of(store, image):
    return gallery.get_image(store, image.id).state


def test_the_list_begins_with_what_waits_for_a_reviewer(run, store, images):
    lines = run("review", "list").stdout.splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["Image", "Name", "Project", "State", "Confidence", "Submitted by"]
    assert cells[2:] == [
        ["2", "scarf.png", "General", "in_review", "", "keiko"],
        ["3", "vase.png", "General", "ready", "", ""],
    ]


def test_the_list_comes_as_json_of_the_states_that_are_asked_for(run, store, images):
    told = json.loads(run("review", "list", "--state", "approved", "--state", "in_review", "--json").stdout)
    assert [(each["id"], each["state"], each["submitted_by"]) for each in told] == [
        (2, "in_review", "keiko"),
        (1, "approved", None),
    ]
    assert told[0]["submitted_at"].endswith("Z")


def test_images_are_approved_by_number_and_by_name_under_the_operators_name(run, store, images):
    result = run("review", "approve", images["in_review"].id, "vase.png")
    assert (result.exit_code, result.stdout) == (0, "2 approved, 0 refused\n"), result.output
    assert {state_of(store, images[name]) for name in ("in_review", "ready")} == {ImageState.APPROVED}
    assert list_decisions(store, images["ready"].id)[-1].author == "keiko"
    assert not was_in_bulk(list_decisions(store, images["ready"].id)[-1])


def test_an_approved_image_keeps_the_edits_that_were_on_it(run, store, images):
    image = images["ready"]
    document = corrections.open_document(store, image.id)
    stroke = Stroke(Ink.FOREGROUND, 24, ((80, 80), (120, 80)))
    corrections.append_edits(
        store,
        image.id,
        revision_id=document.revision_id,
        position=document.position,
        edits=[KeyedEdit("a", stroke)],
        by="keiko",
    )
    assert run("review", "approve", "vase.png").exit_code == 0
    head = revisions.get_revision(store, gallery.get_image(store, image.id).head_revision_id)
    trimap, alpha = revisions.load_matte(store, head)
    assert head.number == 2
    assert trimap[20, 25] == FOREGROUND
    assert alpha[20, 25] == 1


def test_each_refusal_is_a_line_and_stops_none_of_the_others(run, store, images):
    leases.take(store, images["ready"].id, by="mia")
    result = run("review", "approve", "nobody.png", 99, "shoe.png", "vase.png", "scarf.png", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["approved"] == [{"id": 2, "name": "scarf.png", "state": "approved"}]
    assert [(each["id"], each["name"]) for each in told["refused"]] == [
        (None, "nobody.png"),
        (None, "99"),
        (4, "shoe.png"),
        (3, "vase.png"),
    ]
    complaints = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert complaints[0] == "error: nobody.png: there is no image of this name: `review list` has the names"
    assert "mia" in complaints[3]


def test_a_name_that_several_images_have_is_no_choice(run, store, images):
    draft_again = take_in(store, "vase.png", 9)
    result = run("review", "skip", "vase.png")
    assert result.exit_code == 1
    assert f"give one of their numbers 3, {draft_again.id}" in result.stderr
    assert state_of(store, images["ready"]) is ImageState.READY


def test_all_of_a_state_are_approved_but_never_drafts_that_nobody_looked_at(run, store, images):
    assert run("review", "approve", "--all", "in_review").stdout == "1 approved, 0 refused\n"
    result = run("review", "approve", "--all", "ready")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: drafts that nobody has touched are not approved together like this")
    assert state_of(store, images["ready"]) is ImageState.READY


def test_sure_drafts_are_approved_together_where_the_project_allows_it(run, store, images):
    refused = run("review", "approve", "--all-sure", "--project", "General")
    assert refused.exit_code == 1
    assert "switched off there" in refused.stderr
    change_settings(store, FIRST_PROJECT, ProjectSettings(bulk_confidence=0.5), by="ren")
    run("draft")  # the photo that waits: with a confidence
    sure = images["waiting"]
    result = run("review", "approve", "--all-sure", "--project", "general", "--json")
    assert json.loads(result.stdout) == {
        "approved": [{"id": sure.id, "name": "shoe.png", "state": "approved"}],
        "refused": [],
    }
    assert was_in_bulk(list_decisions(store, sure.id)[-1])
    assert state_of(store, images["ready"]) is ImageState.READY  # of unknown confidence


def test_four_eyes_hold_in_a_shell_too(run, store, images, monkeypatch):
    change_settings(store, FIRST_PROJECT, ProjectSettings(four_eyes=True, policy=QueuePolicy.FIRST_IN), by="ren")
    result = run("review", "approve", "scarf.png")
    assert result.exit_code == 1
    assert "second pair of eyes" in result.stderr
    monkeypatch.setenv("MATTELOOP_OPERATOR", "ren")
    assert run("review", "approve", "scarf.png").exit_code == 0


def test_images_are_returned_with_a_reason_skipped_and_reopened(run, store, images):
    assert run("review", "return", "scarf.png", "--reason", "the fringe").stdout == "1 returned, 0 refused\n"
    assert list_decisions(store, images["in_review"].id)[-1].note == "the fringe"
    assert run("review", "skip", "vase.png", "shoe.png").stdout == "2 skipped, 0 refused\n"
    assert run("review", "reopen", "--all", "skipped").stdout == "2 reopened, 0 refused\n"
    assert state_of(store, images["waiting"]) is ImageState.WAITING
    assert run("review", "return", "cup.png", "--reason", " ").exit_code == 1
    assert state_of(store, images["approved"]) is ImageState.APPROVED


@pytest.mark.parametrize(
    "arguments",
    [
        ("approve",),
        ("approve", "cup.png", "--all", "in_review"),
        ("approve", "--all-sure"),
        ("approve", "--all-sure", "--project", "General", "cup.png"),
        ("return", "cup.png"),
        ("skip", "--all", "elsewhere"),
    ],
)
def test_what_is_not_clear_is_a_usage_error(run, store, images, arguments):
    assert run("review", *arguments).exit_code == 2
    assert state_of(store, images["approved"]) is ImageState.APPROVED


def test_only_images_of_the_project_are_found(run, store, images):
    from annotation_store.projects import create_project

    create_project(store, "Glass", by="ren")
    assert run("review", "skip", "vase.png", "--project", "Glass").exit_code == 1
    assert run("review", "skip", images["ready"].id, "--project", "Glass").exit_code == 1
    assert run("review", "list", "--project", "Glass", "--json").stdout == "[]\n"
