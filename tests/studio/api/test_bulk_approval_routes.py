import pytest
from small_images import draft

from annotation_store import flags, gallery, reviews, schema
from annotation_store.projects import FIRST_PROJECT

ADDRESS = f"/api/v1/projects/{FIRST_PROJECT}/bulk-approval"


@pytest.fixture
def drafts(studio):
    """Two sure drafts and an unsure one, where 0.9 is enough."""
    images = [draft(studio.store, f"cup_{number}.png", number) for number in range(3)]
    with studio.store.database.write() as session:
        session.get_one(schema.Project, FIRST_PROJECT).bulk_confidence = 0.9
        for image, confidence in zip(images, (0.95, 0.97, 0.5), strict=True):
            session.get_one(schema.Image, image.id).confidence = confidence
    return images


def test_sure_drafts_are_listed(client, drafts):
    assert client.get(ADDRESS).json() == {
        "confidence": 0.9,
        "images": [
            {"id": drafts[1].id, "name": "cup_1.png", "confidence": 0.97},
            {"id": drafts[0].id, "name": "cup_0.png", "confidence": 0.95},
        ],
        "after": None,
    }
    assert len(client.get(f"{ADDRESS}?limit=1").json()["images"]) == 1


def test_they_are_approved_together_and_the_rest_is_told(client, studio, drafts):
    flags.flag(studio.store, drafts[1].id, note="", by="ren")
    answer = client.post(ADDRESS, json={"image_ids": [image.id for image in drafts]})
    assert answer.json() == {
        "approved": [drafts[0].id],
        "left_out": [{"id": drafts[1].id, "why": "flagged"}, {"id": drafts[2].id, "why": "unsure"}],
    }
    decision = reviews.list_decisions(studio.store, drafts[0].id)[-1]
    assert (decision.author, decision.note) == ("keiko", "in bulk")
    (_, decided) = client.get(f"/api/v1/images/{drafts[0].id}/history").json()["happenings"]
    assert (decided["verdict"], decided["in_bulk"]) == ("approved", True)


def test_a_desk_that_has_the_draft_open_sees_that_it_is_approved(client, drafts):
    address = f"/api/v1/images/{drafts[0].id}"
    assert client.get(address).json()["state"] == "ready"
    client.post(ADDRESS, json={"image_ids": [drafts[0].id]})
    assert client.get(address).json()["state"] == "approved"


def test_where_it_is_off_nothing_is_listed_and_nothing_approved(client, studio, drafted_image):
    assert client.get(ADDRESS).json() == {"confidence": None, "images": [], "after": None}
    answer = client.post(ADDRESS, json={"image_ids": [drafted_image.id]})
    assert (answer.status_code, answer.json()["code"]) == (409, "bulk_approval_off")
    assert gallery.get_image(studio.store, drafted_image.id).state == "ready"


@pytest.mark.parametrize("ids", [[], [0], ["one"], list(range(1, 502))])
def test_a_list_of_images_that_makes_no_sense_is_refused(client, drafts, ids):
    assert client.post(ADDRESS, json={"image_ids": ids}).status_code == 422
