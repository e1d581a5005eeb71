import csv
import io

import pytest
from small_worth import finish, raise_alarm, show_persons

from annotation_store.events import list_events
from annotation_store.kinds import Role
from annotation_store.projects import create_project
from studio.sign_in.visitor import Visitor

TOPICS = ("time", "quality", "money", "compute")


def lead(*projects):
    return Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset(projects), person_id=3)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_topic_has_figures_with_formulas_and_tables(client, studio, topic):
    finish(studio.store, 1, tag="hair")
    told = client.get(f"/api/v1/insights/{topic}").json()
    assert told["topic"] == topic
    assert all(figure["formula"] and figure["title"] for figure in told["figures"])
    for table in told["tables"]:
        assert all(len(row) == len(table["columns"]) for row in table["rows"])


@pytest.mark.parametrize("topic", TOPICS)
def test_every_table_comes_as_csv_for_spreadsheets(client, studio, topic):
    finish(studio.store, 1, tag="=cmd()")
    for table in client.get(f"/api/v1/insights/{topic}").json()["tables"]:
        answer = client.get(f"/api/v1/insights/{topic}.csv", params={"table": table["key"]})
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="matteloop-{topic}-{table["key"]}.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 1 + len(table["rows"])
        assert not any(cell.startswith("=") for row in rows for cell in row)


def test_figures_are_of_the_photos_that_were_asked_for(client, studio):
    finish(studio.store, 1, tag="hair", days_ago=1)
    finish(studio.store, 2, days_ago=40)

    def images(**asked):
        return client.get("/api/v1/insights/time", params=asked).json()["images"]

    assert images() == 2
    assert images(tag="hair") == 1
    assert images(tag="glass") == 0
    assert images(since="2020-01-01", until="2020-02-01") == 0
    assert images(project=1) == 2
    assert images(model="closed-form") == 0


def test_titles_and_formulas_are_in_the_language_of_the_reader(client, studio):
    finish(studio.store, 1)
    told = client.get("/api/v1/insights/time", headers={"Accept-Language": "ja"}).json()
    assert told["figures"][0]["title"] == "1 枚あたりの修正時間"
    data = client.get("/api/v1/insights/time.csv", headers={"Accept-Language": "ja"}).content
    assert data.decode("utf-8-sig").startswith("週,")


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"project": 99}, 404, "There is no project number 99"),
        ({"model": "fluffy"}, 404, "“fluffy”"),
        ({"since": "2026-04-02", "until": "2026-04-01"}, 422, "before it begins"),
        ({"since": "yesterday"}, 422, "since"),
        ({"since": "0001-01-01"}, 422, "1970"),
        ({"until": "9999-12-31"}, 422, "9998"),
        ({"by": "mood"}, 422, "by"),
        ({"currency": "XAU"}, 422, "currency"),
        ({"by": "person"}, 403, "an admin can switch them on"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words(client, asked, status, words):
    answer = client.get("/api/v1/insights/time", params=asked)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_a_topic_or_a_table_that_there_is_not_is_refused(client):
    assert client.get("/api/v1/insights/mood").status_code == 422
    answer = client.get("/api/v1/insights/time.csv", params={"table": "mood"})
    assert (answer.status_code, answer.json()["detail"][:28]) == (404, "There is no table “mood” her")


def test_nobody_gets_figures_of_projects_that_they_do_not_see(client, studio, come_as):
    other = create_project(studio.store, "Boots", by="ren").id
    finish(studio.store, 1, project=other, person="ren", tag="secret")
    show_persons(studio.store, other)
    raise_alarm(studio.store, other)
    come_as(lead(1))
    for topic in ("time", "quality", "money"):
        told = client.get(f"/api/v1/insights/{topic}")
        assert told.json()["images"] == 0
        assert not any(word in told.text for word in ("secret", "Boots", '"ren"'))
    assert client.get("/api/v1/insights/time", params={"project": other}).status_code == 404
    assert client.get("/api/v1/insights/time", params={"by": "person"}).status_code == 403
    assert client.get("/api/v1/drift-alarms").json()["alarms"] == []


def test_single_people_are_told_of_where_that_is_switched_on(client, studio):
    finish(studio.store, 1, person="ren")
    show_persons(studio.store)
    told = client.get("/api/v1/insights/time", params={"by": "person"}).json()
    groups = next(table for table in told["tables"] if table["key"] == "groups")
    assert [row[0] for row in groups["rows"]] == ["ren"]


def test_an_alarm_is_accepted_as_the_new_normal(client, studio):
    number = raise_alarm(studio.store)
    assert [alarm["id"] for alarm in client.get("/api/v1/drift-alarms").json()["alarms"]] == [number]
    accepted = client.post(f"/api/v1/drift-alarms/{number}/accept").json()
    assert (accepted["figure"], accepted["ended_by"]) == ("lightness", "keiko")
    assert client.get("/api/v1/drift-alarms").json()["alarms"] == []
    assert len(client.get("/api/v1/drift-alarms", params={"ended": True}).json()["alarms"]) == 1
    assert client.post(f"/api/v1/drift-alarms/{number}/accept").json() == accepted
    assert [event.action for event in list_events(studio.store)].count("drift.accepted") == 1


def test_the_rate_card_is_read_and_replaced(client, studio):
    finish(studio.store, 1)
    card = client.get("/api/v1/rate-card").json()
    assert [each["name"] for each in card["classes"]] == ["simple", "medium", "hair and glass"]
    kept = client.put("/api/v1/rate-card", json=card | {"currency": "EUR", "operator_wage": 30})
    assert kept.status_code == 200, kept.text
    assert client.get("/api/v1/rate-card").json() == kept.json() == card | {"currency": "EUR", "operator_wage": 30}
    told = client.get("/api/v1/insights/money").json()
    assert {figure["unit"] for figure in told["figures"] if figure["form"] == "money"} == {"EUR"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operator_wage": -1}, "operator_wage"),
        ({"gpu_speed": 0}, "gpu_speed"),
        ({"currency": "XAU"}, "currency"),
        ({"classes": []}, "classes"),
        ({"exchange": {"USD": 1, "EUR": 0.9}}, "rate of JPY"),
        ({"exchange": {"USD": 2, "EUR": 0.9, "JPY": 150}}, "one dollar"),
    ],
)
def test_a_card_that_cannot_be_is_refused_in_words(client, change, words):
    card = client.get("/api/v1/rate-card").json()
    answer = client.put("/api/v1/rate-card", json=card | change)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert client.get("/api/v1/rate-card").json() == card
