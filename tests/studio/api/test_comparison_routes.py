import csv
from io import StringIO

import pytest
from compared_discs import approve_corrected, compare_discs

from annotation_store import schema
from annotation_store.comparisons.comparisons import list_pairs
from annotation_store.comparisons.preparing import note_failure
from annotation_store.comparisons.sides import first_is_left
from annotation_store.kinds import Role
from annotation_store.projects import create_project
from studio.comparing import prepare_comparisons
from studio.sign_in.visitor import Visitor

ROUTE = "/api/v1/comparisons"
ASKED = {
    "project": 1,
    "name": "Round 1",
    "first": {"source": "draft"},
    "second": {"source": "approved"},
    "newest": 2,
}
TELLING = ("first", "second", "source", "model", "image", "draft", "approved")


def come(name="mika", role=Role.OPERATOR, project=1):
    return Visitor(name=name, display_name=name, role=role, projects=frozenset({project}), person_id=3)


@pytest.fixture
def comparison(studio):
    return compare_discs(studio.store)


@pytest.fixture
def at(comparison):
    return f"{ROUTE}/{comparison.id}"


@pytest.fixture
def elsewhere(studio, come_as):
    """Somebody who leads another project."""
    project = create_project(studio.store, "Boots", by="ren")
    return lambda: come_as(come(role=Role.LEAD, project=project.id))


def preference(choice="left", confidence=2, ground="checker"):
    return {"choice": choice, "confidence": confidence, "ground": ground}


def test_a_lead_asks_and_people_choose_once_the_mattes_are_made(client, studio, come_as):
    for seed in (1, 2, 3):
        approve_corrected(studio.store, f"disc_{seed}.png", seed)
    come_as(come(role=Role.LEAD))
    made = client.post(ROUTE, json=ASKED)
    assert made.status_code == 201
    told = made.json()
    assert (told["state"], told["name"], told["first"]) == ("preparing", "Round 1", {"source": "draft", "model": None})
    assert len(studio.jobs) == 1
    prepare_comparisons(studio.store, device="cpu")
    assert client.get(f"{ROUTE}/{told['id']}").json()["results"]["pairs"] == 2
    come_as(come())
    (listed,) = client.get(ROUTE).json()["comparisons"]
    assert listed == {"id": told["id"], "name": "Round 1", "project": 1, "state": "open", "seen": 0, "pairs": 2}


def test_what_cannot_be_compared_is_refused_in_words(client, comparison, elsewhere):
    same = client.post(ROUTE, json={**ASKED, "first": {"source": "approved"}})
    assert (same.status_code, same.json()["code"]) == (422, "invalid_comparison")
    unknown = client.post(ROUTE, json={**ASKED, "first": {"source": "model", "model": "nobody"}})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert client.post(ROUTE, json={**ASKED, "images": [999]}).status_code == 422
    assert client.post(ROUTE, json={**ASKED, "tag": "glass"}).json()["detail"].startswith("No image was chosen")
    elsewhere()
    assert client.post(ROUTE, json=ASKED).status_code == 404


def test_somebody_chooses_until_all_is_seen(client, at, come_as):
    come_as(come())
    now = client.get(f"{at}/next").json()
    seen = []
    while now["pair"] is not None:
        assert (now["seen"], now["pairs"], now["grounds"]) == (len(seen), 3, ["#ff0000", "checker"])
        seen.append(now["pair"])
        answer = client.post(f"{at}/pairs/{now['pair']}/preference", json=preference())
        assert answer.status_code == 200
        now = answer.json()
    assert len(set(seen)) == 3
    assert (now["seen"], now["left"], now["right"]) == (3, None, None)


def test_nothing_that_those_who_choose_get_tells_which_matte_is_whose(client, at, come_as, comparison):
    come_as(come())
    now = client.get(f"{at}/next")
    address = f"{at}/pairs/{now.json()['pair']}/preference"
    for answer in (client.get(ROUTE), now, client.post(address, json=preference())):
        text = answer.text.replace('"following"', "")
        assert not [word for word in TELLING if word in text]
    pictures = [client.get(f"{at}/pairs/{now.json()['pair']}/{side}") for side in ("left", "right")]
    left, right = (
        {name: value for name, value in each.headers.items() if name not in ("etag", "content-length", "x-request-id")}
        for each in pictures
    )
    assert left == right
    blobs = {pair.first_blob for pair in client_pairs(client, comparison)}
    assert not [each for each in pictures if each.headers["etag"].strip('"') in blobs]


def client_pairs(client, comparison):
    return list_pairs(client.app.state.studio.store, comparison.id)


def test_the_pictures_are_by_person_and_kept_by_the_browser(client, at, come_as, comparison):
    pair = client_pairs(client, comparison)[0]
    people = [f"person {number}" for number in range(30)]
    one = next(each for each in people if first_is_left(comparison, pair, each))
    other = next(each for each in people if not first_is_left(comparison, pair, each))

    def look(person, side, **query):
        come_as(come(person))
        return client.get(f"{at}/pairs/{pair.id}/{side}", params=query)

    left = look(one, "left")
    assert (left.status_code, left.headers["content-type"]) == (200, "image/jpeg")
    assert left.content == look(other, "right").content != look(one, "right").content
    assert left.headers["cache-control"] == "private, no-cache"
    come_as(come(one))
    again = client.get(f"{at}/pairs/{pair.id}/left", headers={"If-None-Match": left.headers["etag"]})
    assert again.status_code == 304
    come_as(come(other))
    stale = client.get(f"{at}/pairs/{pair.id}/left", headers={"If-None-Match": left.headers["etag"]})
    assert stale.status_code == 200
    assert look(one, "left", ground="checker").content != left.content
    assert look(one, "left", detail=True).status_code == 200
    assert look(one, "left", ground="#123456").status_code == 422


def test_an_answer_is_kept_once(client, at, come_as):
    come_as(come())
    pair = client.get(f"{at}/next").json()["pair"]
    address = f"{at}/pairs/{pair}/preference"
    assert client.post(address, json=preference()).json()["seen"] == 1
    assert client.post(address, json=preference()).json()["seen"] == 1
    other = client.post(address, json=preference("right"))
    assert (other.status_code, other.json()["code"]) == (409, "already_answered")
    for wrong in (preference("both"), preference(confidence=4), preference(ground="#123456")):
        assert client.post(address, json=wrong).status_code == 422
    assert client.post(f"{at}/pairs/999/preference", json=preference()).status_code == 404
    assert client.get(f"{at}/pairs/999/left").status_code == 404


def test_a_lead_reads_what_came_of_it_and_takes_it_along(client, at, come_as, studio, comparison):
    come_as(come())
    for pair in client_pairs(client, comparison)[:2]:
        side = "left" if first_is_left(comparison, pair, "mika") else "right"
        client.post(f"{at}/pairs/{pair.id}/preference", json=preference(side, confidence=3))
    come_as(come("ren", Role.LEAD))
    found = client.get(at).json()["results"]
    assert (found["over_pairs"]["first"], found["over_pairs"]["second"], found["answered"]) == (2, 0, 2)
    assert found["over_pairs"]["p_value"] == 0.5
    assert found["by_confidence"]["3"]["first"] == 2
    assert found["by_person"] is None
    sheet = client.get(f"{at}/results.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(sheet.content.decode("utf-8-sig"))))
    assert [(row["name"], row["first"]) for row in rows] == [
        ("disc_3.png", "0"),
        ("disc_1.png", "1"),
        ("disc_2.png", "1"),
    ]
    with studio.store.database.write() as session:
        session.get_one(schema.Project, 1).figures_by_person = True
    assert client.get(at).json()["results"]["by_person"]["mika"]["first"] == 2


def test_a_lead_closes_opens_again_and_tries_again(client, at, come_as, studio, comparison):
    come_as(come(role=Role.LEAD))
    assert client.post(f"{at}/close").json()["state"] == "closed"
    pair = client_pairs(client, comparison)[0].id
    refused = client.post(f"{at}/pairs/{pair}/preference", json=preference())
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")
    assert client.get(f"{at}/next").json()["pair"] is None
    assert client.post(f"{at}/open-again").json()["state"] == "open"
    assert client.post(f"{at}/try-again").status_code == 409
    other = client.post(ROUTE, json=ASKED).json()["id"]
    note_failure(studio.store, other, "the weights are damaged")
    assert client.get(f"{ROUTE}/{other}").json()["problem"] == "the weights are damaged"
    assert client.post(f"{ROUTE}/{other}/try-again").json()["state"] == "preparing"


def test_who_leads_nothing_may_choose_and_no_more(client, at, come_as):
    come_as(come())
    assert client.get(f"{at}/next").status_code == 200
    for method, path in (
        ("GET", at),
        ("GET", f"{at}/results.csv"),
        ("POST", f"{at}/close"),
        ("POST", f"{at}/open-again"),
        ("POST", f"{at}/try-again"),
    ):
        assert client.request(method, path).status_code == 403, path
    assert client.post(ROUTE, json=ASKED).status_code == 403


def test_to_people_of_other_projects_it_is_not_there(client, at, elsewhere, comparison):
    pair = client_pairs(client, comparison)[0].id
    elsewhere()
    assert client.get(ROUTE).json()["comparisons"] == []
    for method, path, body in (
        ("GET", at, None),
        ("GET", f"{at}/results.csv", None),
        ("GET", f"{at}/next", None),
        ("GET", f"{at}/pairs/{pair}/left", None),
        ("GET", f"{at}/pairs/{pair}/right", None),
        ("POST", f"{at}/pairs/{pair}/preference", preference()),
        ("POST", f"{at}/close", None),
        ("POST", f"{at}/open-again", None),
        ("POST", f"{at}/try-again", None),
    ):
        answer = client.request(method, path, json=body)
        assert answer.status_code == 404, path
        assert answer.json()["detail"].startswith("There is no comparison number")


def test_the_list_comes_a_page_at_a_time(client, studio, comparison):
    for number in range(3):
        client.post(ROUTE, json={**ASKED, "name": f"Round {number}"})
    first = client.get(ROUTE, params={"limit": 3}).json()
    assert [each["name"] for each in first["comparisons"]] == ["Round 2", "Round 1", "Round 0"]
    rest = client.get(ROUTE, params={"limit": 3, "before": first["before"]}).json()
    assert ([each["name"] for each in rest["comparisons"]], rest["before"]) == (["Hair"], None)
