"""Every list of the API by pages of two: together they are the whole, in its order."""

import pytest
from small_images import draft, submit

from annotation_store import notes, projects, schema
from annotation_store.kinds import RunCause
from annotation_store.learning import training_runs


def pages(client, address):
    """The items of each page, by way of its Link header."""
    found = []
    while address is not None:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        (noun,) = (name for name, value in body.items() if isinstance(value, list))
        found.append(body[noun])
        address = answer.links.get("next", {}).get("url")
        assert (address is None) == (body.get("before") is None and body.get("after") is None)
    return found


@pytest.fixture
def full(studio):
    """A studio in which every list has some items; the image to which notes are pinned."""
    for seed in range(3):
        submit(studio.store, f"bag_{seed}.png", seed)
    images = [draft(studio.store, f"cup_{seed}.png", seed) for seed in range(10, 13)]
    for x in range(5):
        notes.add_note(studio.store, images[0].id, x=x, y=0, text="look here", by="keiko")
    with studio.store.database.write() as session:
        for image in images:
            row = session.get(schema.Image, image.id)
            row.confidence = 0.95 if image.id == images[1].id else 0.9
        session.get(schema.Project, 1).bulk_confidence = 0.5
    for _ in range(3):
        run = training_runs.request(studio.store, by="keiko", cause=RunCause.BUTTON)
        training_runs.request_cancel(studio.store, run.id, by="keiko")
    for name in ("Glass", "Hair"):
        projects.create_project(studio.store, name, by="keiko")
    return images[0]


@pytest.mark.parametrize(
    "path",
    [
        "/images?state=ready&state=in_review",
        "/images/{}/notes?",
        "/reviews?",
        "/models?",
        "/projects?",
        "/trainings?",
        "/images/1/history?",
        "/projects/1/bulk-approval?",
    ],
)
def test_pages_together_are_the_whole_list(client, full, path):
    address = "/api/v1" + path.format(full.id)
    (whole,) = pages(client, f"{address}&limit=200")
    by_pages = pages(client, f"{address}&limit=1")
    assert len(whole) >= 2
    assert [item for page in by_pages for item in page] == whole
    assert [len(page) for page in by_pages] == [1] * len(whole)


def test_the_way_to_the_next_page_keeps_what_was_asked_for(client, full):
    link = client.get("/api/v1/images?state=ready&search=cup&limit=1").links["next"]["url"]
    assert link.startswith("/api/v1/images?")
    assert {"state=ready", "search=cup", "limit=1"} < set(link.partition("?")[2].split("&"))


def test_a_reviewer_goes_on_after_an_image_that_was_approved_meanwhile(client, full):
    first = client.get("/api/v1/reviews?limit=1").json()
    place = client.get("/api/v1/images/1").json()
    client.post("/api/v1/images/1/approve", json={"revision": place["revision"], "position": place["position"]})
    second = client.get(f"/api/v1/reviews?limit=1&after={first['after']}").json()
    assert [each["name"] for each in second["submissions"]] == ["bag_1.png"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "after=0", "after=x", f"after={2**63}"])
def test_a_page_that_cannot_be_is_refused(client, full, query):
    assert client.get(f"/api/v1/images/{full.id}/notes?{query}").status_code == 422
