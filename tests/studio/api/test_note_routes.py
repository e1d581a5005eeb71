from datetime import datetime

import pytest
from small_images import HEIGHT, WIDTH, draft


@pytest.fixture
def read(client, drafted_image):
    """All notes on the drafted image."""
    return lambda: client.get(f"/api/v1/images/{drafted_image.id}/notes").json()["notes"]


def test_a_note_is_pinned_and_listed(read, post):
    assert read() == []
    answer = post("notes", {"x": WIDTH - 1, "y": 0, "text": "a hair here"})
    assert answer.status_code == 201
    note = answer.json()
    assert datetime.fromisoformat(note["created_at"]).utcoffset() is not None
    assert note == {
        "id": note["id"],
        "x": WIDTH - 1,
        "y": 0,
        "text": "a hair here",
        "author": "keiko",
        "created_at": note["created_at"],
        "resolved_at": None,
        "resolved_by": None,
    }
    assert read() == [note]


def test_a_note_is_resolved_once(read, post):
    note = post("notes", {"x": 1, "y": 2, "text": "a hair here"}).json()
    resolved = post(f"notes/{note['id']}/resolve").json()
    assert resolved == note | {"resolved_by": "keiko", "resolved_at": resolved["resolved_at"]}
    assert resolved["resolved_at"] is not None
    assert post(f"notes/{note['id']}/resolve").json() == resolved
    assert read() == [resolved]


@pytest.mark.parametrize(
    "wrong",
    [
        {"x": -1},
        {"x": WIDTH},
        {"y": HEIGHT},
        {"y": 10**30},
        {"x": 0.5},
        {"text": ""},
        {"text": "  "},
        {"text": "x" * 2001},
        {"colour": "red"},
    ],
)
def test_a_note_against_the_rules_is_refused_in_words(read, post, wrong):
    answer = post("notes", {"x": 1, "y": 2, "text": "a hair here"} | wrong)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert read() == []


def test_a_note_of_another_image_is_not_found(client, studio, read, post):
    note = post("notes", {"x": 1, "y": 2, "text": "a hair here"}).json()
    other = draft(studio.store, "scarf_1.png", 2)
    for image, number in ((other.id, note["id"]), (other.id, 999)):
        answer = client.post(f"/api/v1/images/{image}/notes/{number}/resolve")
        assert answer.status_code == 404
        assert answer.json()["detail"].startswith(f"There is no note number {number}")
    assert read() == [note]
