from annotation_store.kinds import Role
from annotation_store.tags import add_tags
from studio.sign_in.visitor import Visitor


def visitor(role, *projects):
    return Visitor(name="mika", display_name="Mika", role=role, projects=frozenset(projects), person_id=3)


def test_an_image_is_tagged_and_found_by_it(client, drafted_image):
    address = f"/api/v1/images/{drafted_image.id}"
    assert client.post(f"{address}/tags", json={"tags": ["夏", " hair"]}).json() == {"tags": ["hair", "夏"]}
    assert client.get(address).json()["tags"] == ["hair", "夏"]
    assert client.get(address).json()["subject"] == "cup"
    (card,) = client.get("/api/v1/images", params={"tag": "夏"}).json()["images"]
    assert (card["id"], card["tags"], card["subject"]) == (drafted_image.id, ["hair", "夏"], "cup")
    assert client.get("/api/v1/images?search=HAI").json()["images"] == [card]
    assert client.get("/api/v1/images?tag=ha").json()["images"] == []
    assert client.get("/api/v1/tags").json() == [{"tag": "hair", "images": 1}, {"tag": "夏", "images": 1}]


def test_what_cannot_be_a_tag_is_refused_with_a_sentence(client, drafted_image):
    answer = client.post(f"/api/v1/images/{drafted_image.id}/tags", json={"tags": ["a;b"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_tag")
    assert client.post(f"/api/v1/images/{drafted_image.id}/tags", json={"tags": ["x"] * 51}).status_code == 422
    half = client.post(
        f"/api/v1/images/{drafted_image.id}/tags",
        content=rb'{"tags": ["\ud83d"]}',  # of a letter
        headers={"Content-Type": "application/json"},
    )
    assert (half.status_code, half.json()["code"]) == (422, "invalid_tag")


def test_tags_are_those_of_ones_projects(client, studio, drafted_image, come_as):
    add_tags(studio.store, [drafted_image.id], ["hair"], by="keiko")
    come_as(visitor(Role.OPERATOR, 2))
    assert client.get("/api/v1/tags").json() == []
    assert client.get("/api/v1/tags?project=1").json() == []
    assert client.post(f"/api/v1/images/{drafted_image.id}/tags", json={"tags": []}).status_code == 404


def test_nobody_tags_who_is_signed_out(client, drafted_image, come_as):
    come_as(None)
    assert client.post(f"/api/v1/images/{drafted_image.id}/tags", json={"tags": []}).status_code == 401
    assert client.get("/api/v1/tags").status_code == 401
