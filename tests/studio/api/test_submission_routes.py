"""What waits for a reviewer, as the pages and the desk ask for it."""

import pytest
from small_images import draft, submit

from annotation_store import reviews, schema
from annotation_store.kinds import Role
from annotation_store.projects import FIRST_PROJECT
from studio.sign_in.visitor import Visitor


def reviewer(name, *projects):
    return Visitor(name=name, display_name=name, role=Role.REVIEWER, projects=frozenset(projects), person_id=1)


@pytest.fixture
def waiting(studio):
    """Two images that keiko submitted, the younger one first."""
    younger, older = (draft(studio.store, name, seed) for seed, name in enumerate(("cup_2.png", "bag_1.png")))
    for image in (older, younger):
        studio.sessions.of(image.id).submit(revision=image.head_revision_id, position=0, by="keiko")
    return older, younger


@pytest.fixture
def with_four_eyes(studio):
    with studio.store.database.write() as session:
        session.get_one(schema.Project, FIRST_PROJECT).four_eyes = True


def test_images_in_review_come_oldest_submission_first(client, studio, waiting):
    submissions = client.get("/api/v1/reviews").json()["submissions"]
    at = reviews.list_decisions(studio.store, waiting[0].id)[-1].created_at
    assert submissions[0] == {
        "id": waiting[0].id,
        "name": "bag_1.png",
        "project": FIRST_PROJECT,
        "submitted_by": "keiko",
        "submitted_at": at.isoformat().replace("+00:00", "Z"),
    }
    assert [each["name"] for each in submissions] == ["bag_1.png", "cup_2.png"]
    assert [each["name"] for each in client.get("/api/v1/reviews?limit=1").json()["submissions"]] == ["bag_1.png"]


def test_a_reviewer_goes_from_one_to_the_next(client, waiting):
    older, younger = waiting
    assert client.get("/api/v1/reviews/next").json() == {"id": older.id, "left": 2}
    assert client.get(f"/api/v1/reviews/next?after={older.id}").json() == {"id": younger.id, "left": 2}
    assert client.get(f"/api/v1/reviews/next?after={younger.id}").json() == {"id": older.id, "left": 2}
    assert client.get("/api/v1/reviews/next?after=999").json() == {"id": older.id, "left": 2}


def test_nothing_waits(client, drafted_image):
    assert client.get("/api/v1/reviews").json()["submissions"] == []
    assert client.get("/api/v1/reviews/next").json() == {"id": None, "left": 0}


def test_nobody_is_given_what_they_submitted_where_four_eyes_are_asked_for(client, waiting, with_four_eyes, come_as):
    come_as(reviewer("keiko", FIRST_PROJECT))
    assert client.get("/api/v1/reviews").json()["submissions"] == []
    assert client.get("/api/v1/reviews/next").json() == {"id": None, "left": 0}
    come_as(reviewer("ren", FIRST_PROJECT))
    assert len(client.get("/api/v1/reviews").json()["submissions"]) == 2


def test_a_reviewer_of_another_project_is_given_nothing(client, waiting, come_as):
    come_as(reviewer("ren", FIRST_PROJECT + 1))
    assert client.get("/api/v1/reviews").json()["submissions"] == []
    assert client.get(f"/api/v1/reviews?project={FIRST_PROJECT}").json()["submissions"] == []
    assert client.get("/api/v1/reviews/next").json() == {"id": None, "left": 0}


def test_the_second_pair_of_eyes_is_asked_for_in_words(client, studio, with_four_eyes, come_as):
    image = submit(studio.store, "cup_9.png", 9)
    body = {"revision": image.head_revision_id, "position": 0}
    come_as(reviewer("keiko", FIRST_PROJECT))
    answer = client.post(f"/api/v1/images/{image.id}/approve", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    assert answer.json()["detail"].startswith("You submitted “cup_9.png” yourself")
    come_as(reviewer("ren", FIRST_PROJECT))
    assert client.post(f"/api/v1/images/{image.id}/approve", json=body).json()["state"] == "approved"


def test_a_draft_is_not_approved_unsubmitted_where_four_eyes_are_asked_for(
    client, drafted_image, place, post, with_four_eyes
):
    answer = post("approve", place())
    assert (answer.status_code, answer.json()["code"]) == (403, "four_eyes")
    assert client.get(f"/api/v1/images/{drafted_image.id}").json()["state"] == "ready"


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "project=0", "project=x"])
def test_a_question_about_reviews_that_makes_no_sense_is_refused(client, query):
    assert client.get(f"/api/v1/reviews?{query}").status_code == 422
    assert client.get("/api/v1/reviews/next?after=0").status_code == 422
