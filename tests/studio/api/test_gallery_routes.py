import pytest
from small_images import approve, draft

from annotation_store import flags
from annotation_store.kinds import Role
from studio.sign_in.visitor import Visitor


def names(answer):
    assert answer.status_code == 200, answer.text
    return [image["name"] for image in answer.json()["images"]]


@pytest.fixture
def three(studio):
    return [draft(studio.store, f"cup_{number}.png", number) for number in (1, 2)] + [
        approve(studio.store, "bag_1.png", 3)
    ]


def test_images_come_newest_first_and_a_page_at_a_time(client, three):
    first = client.get("/api/v1/images?limit=2").json()
    assert [image["id"] for image in first["images"]] == [three[2].id, three[1].id]
    second = client.get(f"/api/v1/images?limit=2&before={first['before']}").json()
    assert [image["id"] for image in second["images"]] == [three[0].id]
    assert second["before"] is None


def test_a_full_last_page_says_that_it_is_the_last(client, three):
    assert client.get("/api/v1/images?limit=3").json()["before"] is None


def test_images_are_found_by_state_name_and_flag(client, studio, three):
    flags.flag(studio.store, three[0].id, note="", by="keiko")
    assert names(client.get("/api/v1/images?state=approved")) == ["bag_1.png"]
    assert names(client.get("/api/v1/images?state=approved&state=ready&search=CUP")) == ["cup_2.png", "cup_1.png"]
    assert names(client.get("/api/v1/images?flagged=true")) == ["cup_1.png"]
    assert names(client.get("/api/v1/images?project=2")) == []


def test_images_are_counted_by_state(client, three):
    counts = client.get("/api/v1/counts").json()
    assert (counts["ready"], counts["approved"], counts["failed"]) == (2, 1, 0)


def test_a_person_sees_the_images_of_their_projects_only(client, three, come_as):
    come_as(Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({2}), person_id=3))
    assert names(client.get("/api/v1/images")) == []
    assert names(client.get("/api/v1/images?project=1")) == []
    assert client.get("/api/v1/counts?project=1").json()["ready"] == 0


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "state=lost", "before=0", "project=x"])
def test_a_question_that_makes_no_sense_is_refused(client, query):
    assert client.get(f"/api/v1/images?{query}").status_code == 422
