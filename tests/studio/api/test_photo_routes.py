import io
import zipfile

import pytest
from small_images import disc, png

from annotation_store import gallery
from annotation_store.kinds import Role
from annotation_store.projects import FIRST_PROJECT, create_project
from matting_core.image_io import ImageLimits
from studio.api import photos
from studio.security.request_limits import PHOTOS
from studio.sign_in.visitor import Visitor

CUP, BAG = (png(disc(seed)[0]) for seed in (1, 2))
OPERATOR = Visitor(name="ren", display_name="Ren", role=Role.OPERATOR, projects=frozenset({1}), person_id=4)
LEAD = Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({FIRST_PROJECT}), person_id=3)


def send(client, *files, **query):
    return client.post(PHOTOS, files=[("file", file) for file in files], params=query)


def names(told):
    return [each["name"] for each in told]


def test_several_files_come_in_at_once_and_each_is_told_of(client, studio):
    answer = send(client, ("cup_1.png", CUP), ("cup_2.png", CUP), ("bag_1.png", BAG), ("note.txt", b"hello"))
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert names(report["accepted"]) == ["cup_1.png", "bag_1.png"]
    assert report["duplicates"] == [{"name": "cup_2.png", "image": report["accepted"][0]["id"]}]
    assert names(report["rejected"]) == ["note.txt"]
    image = gallery.get_image(studio.store, report["accepted"][0]["id"])
    assert (image.state, image.created_by, image.product_group) == ("waiting", "keiko", "cup")


def test_the_drafting_is_told(client, studio, monkeypatch):
    told = []
    monkeypatch.setattr(type(studio.jobs), "draft", lambda _: told.append("draft"))
    send(client, ("cup_1.png", CUP))
    assert told == ["draft"]


def test_one_file_comes_in_as_the_body_itself(client):
    answer = client.post(PHOTOS, content=CUP, params={"name": "カップ_1.png"}, headers={"Content-Type": "image/png"})
    assert names(answer.json()["accepted"]) == ["カップ_1.png"]


def test_a_zip_is_taken_apart(client):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("in/cup_1.png", CUP)
        file.writestr("../bag_1.png", BAG)
    report = send(client, ("photos.zip", archive.getvalue())).json()
    assert names(report["accepted"]) == ["cup_1.png"]
    assert len(report["rejected"]) == 1


def test_they_get_the_subject_that_is_said(client, studio):
    report = send(client, ("a.png", CUP), ("b.png", BAG), subject="the red cup").json()
    assert {each["subject"] for each in report["accepted"]} == {"the red cup"}


@pytest.mark.parametrize(
    "name", ["../../evil.png", "/etc/passwd.png", "a\\b.png", "..", "", "x" * 300 + ".png", "カ" * 190 + ".png"]
)
def test_no_name_becomes_a_path(client, studio, tmp_path, name):
    before = sorted(path for path in tmp_path.rglob("*") if "blobs" not in path.parts and path.is_file())
    answer = send(client, (name, CUP))
    assert answer.status_code in (200, 422)
    after = sorted(path for path in tmp_path.rglob("*") if "blobs" not in path.parts and path.is_file())
    assert set(after) - set(before) <= {path for path in after if "sqlite3" in path.name}


@pytest.mark.parametrize("name", ["D:app.png", 'a?<*>|".png', "CON", "カ" * 190 + ".png"])
def test_no_name_becomes_that_of_a_file_of_the_system(client, monkeypatch, name):
    plain, opened = photos.gather_named, []

    def gather_named(files, **more):
        def noted():
            for path, own in files:
                opened.append(path.name)
                yield path, own

        return plain(noted(), **more)

    monkeypatch.setattr(photos, "gather_named", gather_named)
    by_form, by_body = (
        send(client, (name.replace('"', "%22"), CUP)),
        client.post(PHOTOS, content=BAG, params={"name": name}, headers={"Content-Type": "image/png"}),
    )
    assert opened == ["upload", "upload"]
    assert names(by_form.json()["accepted"]) == [name.replace('"', "%22")]
    assert names(by_body.json()["accepted"]) == [name]


def test_a_body_without_a_name_and_one_without_files_are_refused_in_words(client):
    answer = client.post(PHOTOS, content=CUP)
    assert (answer.status_code, answer.json()["code"]) == (422, "unclear_upload")
    empty = client.post(PHOTOS, content=b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert empty.json() == {"accepted": [], "duplicates": [], "rejected": []}


@pytest.mark.parametrize("boundary", ["", "; boundary=x", "; boundary="])
def test_what_is_no_multipart_is_refused(client, boundary):
    answer = client.post(PHOTOS, content=b"no parts", headers={"Content-Type": f"multipart/form-data{boundary}"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_that_is_too_large_is_rejected_by_name(client, studio, monkeypatch):
    monkeypatch.setattr(type(studio.settings), "image_limits", ImageLimits(max_bytes=1_000_000))
    large = bytes(1_200_000)
    for answer in (
        client.post(PHOTOS, content=large, params={"name": "large.png"}),
        send(client, ("large.png", large)),
    ):
        assert names(answer.json()["rejected"]) == ["large.png"], answer.text


def test_where_there_are_several_projects_one_is_named(client, studio):
    glass = create_project(studio.store, "Glass", by="keiko")
    assert send(client, ("cup_1.png", CUP)).json()["code"] == "unclear_upload"
    report = send(client, ("cup_1.png", CUP), project=glass.id).json()
    assert report["accepted"][0]["project"] == glass.id
    assert send(client, ("cup_1.png", CUP), project=99).status_code == 404


def test_a_project_of_others_is_not_there(client, studio, come_as):
    glass = create_project(studio.store, "Glass", by="keiko")
    come_as(LEAD)
    assert send(client, ("cup_1.png", CUP), project=glass.id).status_code == 404


def test_who_may_not_take_photos_in_sends_nothing(client, come_as, monkeypatch):
    monkeypatch.setattr(photos, "take_in", lambda *_, **__: pytest.fail("it was taken in"))
    come_as(OPERATOR)
    assert send(client, ("cup_1.png", CUP)).status_code == 403


def test_the_original_is_the_very_bytes_that_came_in(client):
    image = send(client, ("カップ 1.png", CUP)).json()["accepted"][0]
    answer = client.get(f"/api/v1/images/{image['id']}/original")
    assert answer.content == CUP
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E3%82%AB")
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/api/v1/images/{image['id']}/original", headers=known).status_code == 304


def test_what_is_not_there_has_no_original(client, drafted_image, come_as):
    assert client.get("/api/v1/images/999/original").status_code == 404
    come_as(Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({2}), person_id=3))
    assert client.get(f"/api/v1/images/{drafted_image.id}/original").status_code == 404
