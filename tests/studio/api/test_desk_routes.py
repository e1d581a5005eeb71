from datetime import UTC, datetime

import pytest
from small_images import approve, draft, submit

from annotation_store import reviews, schema
from annotation_store.kinds import Role, Verdict
from studio.sign_in.visitor import Visitor


def test_the_progress_of_today_is_the_persons_own(client, studio):
    approve(studio.store, "cup_1.png", 1)
    submit(studio.store, "cup_2.png", 2)
    reviews.skip(studio.store, draft(studio.store, "cup_3.png", 3).id, reason="", by="keiko")
    reviews.skip(studio.store, draft(studio.store, "cup_4.png", 4).id, reason="", by="ren")
    draft(studio.store, "cup_5.png", 5)
    answer = client.get("/api/v1/desk/today?offset_minutes=540")
    assert answer.json() == {"approved": 1, "submitted": 1, "skipped": 1, "left": 1}


@pytest.mark.parametrize(("offset", "approved"), [(0, 0), (-120, 1), (540, 1)])
def test_the_offset_decides_where_the_day_begins(client, studio, monkeypatch, offset, approved):
    image = draft(studio.store, "cup_1.png", 1)
    with studio.store.database.write() as session:
        session.add(
            schema.Decision(
                image_id=image.id,
                verdict=Verdict.APPROVED,
                note="",
                author="keiko",
                created_at=datetime(2026, 3, 4, 22, tzinfo=UTC),
            )
        )
    monkeypatch.setattr("studio.api.desk.utc_now", lambda: datetime(2026, 3, 5, 1, tzinfo=UTC))
    assert client.get(f"/api/v1/desk/today?offset_minutes={offset}").json()["approved"] == approved


@pytest.mark.parametrize("query", ["", "?offset_minutes=", *(f"?offset_minutes={each}" for each in (841, -721, "JST"))])
def test_a_day_without_a_sound_offset_is_refused(client, query):
    answer = client.get(f"/api/v1/desk/today{query}")
    assert answer.status_code == 422
    assert "offset_minutes" in answer.json()["detail"]


def test_what_is_left_in_projects_of_others_is_not_told(client, studio, come_as):
    draft(studio.store, "cup_1.png", 1)
    come_as(Visitor(name="mika", display_name="Mika", role=Role.OPERATOR, projects=frozenset({2}), person_id=3))
    assert client.get("/api/v1/desk/today?offset_minutes=0").json()["left"] == 0
    come_as(Visitor(name="mika", display_name="Mika", role=Role.OPERATOR, projects=frozenset({1}), person_id=3))
    assert client.get("/api/v1/desk/today?offset_minutes=0").json()["left"] == 1
