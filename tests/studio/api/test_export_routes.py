import asyncio
import gc
import io
import re
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from small_images import approve, disc, draft, png

from annotation_store.errors import DamagedBlobError
from annotation_store.exports.export_sets import get_export
from annotation_store.exports.formats import FORMATS
from annotation_store.kinds import Role
from studio.api import downloads, exports
from studio.sign_in.visitor import Visitor, local_user

ROUTE = "/api/v1/exports"


def create(client, **wish):
    answer = client.post(ROUTE, json=wish)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_export_is_frozen_and_comes_as_a_zip_that_stays_the_same(client, studio):
    for number in (1, 2):
        approve(studio.store, f"cup_{number}.png", number)
    draft(studio.store, "open_1.png", 3)
    export = create(client, name="Spring", formats=["alpha", "trimap"])
    assert (export["name"], export["images"], export["written_at"], export["left_out"]) == ("Spring", 2, None, [])
    answer = client.get(f"{ROUTE}/{export['id']}/download")
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="matteloop-0001-\d{8}\.zip"', answer.headers["content-disposition"])
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = [f"{folder}/cup_{number}.png" for number in (1, 2) for folder in ("alpha", "trimap")]
    assert archive.namelist() == [*names, "manifest.json"]
    approve(studio.store, "cup_3.png", 4)
    assert client.get(f"{ROUTE}/{export['id']}/download").content == answer.content
    told = client.get(f"{ROUTE}/{export['id']}")
    assert told.json()["written_at"] is not None
    manifest = client.get(f"{ROUTE}/{export['id']}/manifest")
    assert manifest.content == archive.read("manifest.json")


def test_what_is_wished_for_is_what_leaves(client, studio):
    first, second = (approve(studio.store, f"cup_{number}.png", number) for number in (1, 2))
    open_one = draft(studio.store, "open_1.png", 3)
    export = create(client, images=[first.id, open_one.id], formats=["alpha"])
    assert (export["images"], export["left_out"]) == (1, ["open_1.png"])
    assert create(client, only_new=True)["images"] == 1
    assert client.post(ROUTE, json={"only_new": True}).status_code == 409
    assert client.post(ROUTE, json={"tag": "hair"}).status_code == 409
    assert create(client, project=1)["images"] == 2
    assert second.name == "cup_2.png"


def test_exports_are_listed_a_page_at_a_time(client, studio):
    approve(studio.store, "cup_1.png", 1)
    for _ in range(3):
        create(client)
    page = client.get(ROUTE, params={"limit": 2}).json()
    assert [export["id"] for export in page["exports"]] == [3, 2]
    rest = client.get(ROUTE, params={"limit": 2, "before": page["before"]}).json()
    assert ([export["id"] for export in rest["exports"]], rest["before"]) == ([1], None)


def test_what_cannot_be_is_refused_in_words(client, studio):
    approve(studio.store, "cup_1.png", 1)
    for wish, words in (
        ({"formats": ["gif"]}, "There is no format 'gif'"),
        ({"formats": []}, "at least one"),
        ({"ground": "blue"}, "#ffffff"),
        ({"bits": 12}, "does not understand"),
        ({"colour": "own"}, "does not understand"),
    ):
        answer = client.post(ROUTE, json=wish)
        assert answer.status_code == 422
        assert words in answer.json()["detail"]
    answer = client.post(ROUTE, json={"presets": ["Nowhere"]})
    assert answer.status_code == 404
    assert "Square 2000 white" in answer.json()["detail"]


def test_nothing_approved_is_said_before_anything_is_kept(client, drafted_image):
    answer = client.post(ROUTE, json={})
    assert answer.status_code == 409
    assert "nothing to export" in answer.json()["detail"]
    assert client.get(ROUTE).json() == {"exports": [], "before": None}


def test_a_manifest_that_was_not_written_yet_is_not_there(client, studio):
    approve(studio.store, "cup_1.png", 1)
    answer = client.get(f"{ROUTE}/{create(client)['id']}/manifest")
    assert answer.status_code == 404
    assert "download it first" in answer.json()["detail"]


def test_the_formats_are_told(client):
    assert client.get(f"{ROUTE}/formats").json() == list(FORMATS)


def test_the_table_of_presets_is_read_and_replaced(client):
    usual = client.get(f"{ROUTE}/presets").json()
    assert usual[0]["name"] == "Square 2000 white"
    mine = {"name": "横長", "width": 1200, "height": 800, "margin": 0.1, "ground": None, "file": "webp", "shadow": True}
    assert client.put(f"{ROUTE}/presets", json={"presets": [mine]}).json() == [mine]
    assert client.get(f"{ROUTE}/presets").json() == [mine]
    refused = client.put(f"{ROUTE}/presets", json={"presets": [{**mine, "ground": "white"}]})
    assert refused.status_code == 422
    assert "#ffffff" in refused.json()["detail"]
    assert client.put(f"{ROUTE}/presets", json={"presets": []}).json() == usual


def test_a_photo_can_be_the_ground(client, studio):
    approve(studio.store, "cup_1.png", 1)
    ground = client.post(f"{ROUTE}/grounds", content=png(disc(9)[0])).json()["ground"]
    assert create(client, ground=ground)["options"]["ground"] == ground
    refused = client.post(f"{ROUTE}/grounds", content=b"no picture")
    assert refused.status_code == 422


def test_a_lead_sees_the_exports_of_their_own_projects_alone(client, studio, come_as):
    approve(studio.store, "cup_1.png", 1)
    export = create(client)
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({2}), 7))
    for part in ("", "/download", "/manifest"):
        answer = client.get(f"{ROUTE}/{export['id']}{part}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "There is no export number 1: reload the list of exports.",
        )
    assert client.post(ROUTE, json={"project": 1}).status_code == 409
    assert client.get(ROUTE).json()["exports"] == []
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({1, 2}), 7))
    assert client.get(f"{ROUTE}/{export['id']}").json()["id"] == export["id"]


def chunks(studio):
    """Of the zip of a new export."""
    export = exports.create_export(exports.ExportIn(), studio, local_user("keiko"))
    return exports.zip_chunks(studio.store, get_export(studio.store, export.id), by="keiko")


def test_a_failure_on_the_way_breaks_the_download_off(studio):
    """The server then ends the connection without the last chunk, and the browser says that the download failed."""
    image = approve(studio.store, "cup_1.png", 1)
    studio.store.blobs.path(image.photo_blob).write_bytes(b"damaged")
    with pytest.raises(DamagedBlobError):
        list(chunks(studio))


def test_an_export_that_nobody_reads_ends(studio, monkeypatch, eventually):
    monkeypatch.setattr(downloads, "CHUNKS_AHEAD", 1)
    monkeypatch.setattr(downloads, "LOOK_SECONDS", 0.05)
    approve(studio.store, "cup_1.png", 1)
    sent = chunks(studio)
    assert next(sent)
    sent.close()
    eventually(lambda: not any(thread.name == "export" for thread in threading.enumerate()))


def test_a_reader_that_pauses_still_gets_everything(studio, monkeypatch):
    monkeypatch.setattr(downloads, "CHUNKS_AHEAD", 1)
    monkeypatch.setattr(downloads, "LOOK_SECONDS", 0.01)
    approve(studio.store, "cup_1.png", 1)
    sent = chunks(studio)
    received = next(sent)
    time.sleep(0.1)  # many times as long as a full pipe waits before it looks again
    received += b"".join(sent)
    assert zipfile.ZipFile(io.BytesIO(received)).testzip() is None


def test_a_browser_that_breaks_off_ends_the_export(studio, monkeypatch, eventually):
    monkeypatch.setattr(downloads, "CHUNKS_AHEAD", 1)
    monkeypatch.setattr(downloads, "LOOK_SECONDS", 0.05)
    approve(studio.store, "cup_1.png", 1)
    began = asyncio.Event()

    async def send(message):
        if message.get("body"):
            began.set()
            await asyncio.sleep(60)  # a browser that takes no more

    async def receive():
        await began.wait()
        return {"type": "http.disconnect"}

    export = exports.create_export(exports.ExportIn(), studio, local_user("keiko"))
    download = exports.download_export(export.id, studio, local_user("keiko"))
    gc.disable()  # or that would end it, at some time
    try:
        # in a thread of its own: the browser tests leave a running event loop in this one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, download({"type": "http"}, receive, send)).result()
        eventually(lambda: not any(thread.name == "export" for thread in threading.enumerate()))
    finally:
        gc.enable()
