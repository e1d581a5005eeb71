import asyncio
import gc
import io
import json
import re
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from small_images import approve, draft

from annotation_store.errors import DamagedBlobError
from annotation_store.exports.cutouts import export_cutouts
from studio.api import downloads, exports
from studio.sign_in.visitor import local_user

ADDRESS = "/api/v1/exports/cutouts.zip"


def test_the_zip_is_the_one_that_the_store_exports(client, studio):
    for number in (1, 2):
        approve(studio.store, f"cup_{number}.png", number)
    draft(studio.store, "open_1.png", 3)
    answer = client.get(ADDRESS)
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="matteloop-\d{8}-\d{4}\.zip"', answer.headers["content-disposition"])
    expected = io.BytesIO()
    export_cutouts(studio.store, expected)
    ours, theirs = zipfile.ZipFile(io.BytesIO(answer.content)), zipfile.ZipFile(expected)
    assert ours.testzip() is None
    assert {name: ours.read(name) for name in ours.namelist()} == {
        name: theirs.read(name) for name in theirs.namelist()
    }
    names = [entry["name"] for entry in json.loads(ours.read("manifest.json"))["images"]]
    assert names == ["cup_1.png", "cup_2.png"]


def test_nothing_approved_is_said_before_anything_is_sent(client, drafted_image):
    answer = client.get(ADDRESS)
    assert answer.status_code == 409
    assert "No image is approved yet" in answer.json()["detail"]


def test_a_failure_on_the_way_breaks_the_download_off(studio):
    """The server then ends the connection without the last chunk, and the browser says that the download failed."""
    image = approve(studio.store, "cup_1.png", 1)
    studio.store.blobs.path(image.photo_blob).write_bytes(b"damaged")
    with pytest.raises(DamagedBlobError):
        list(exports._zip_chunks(studio.store, None))


def test_an_export_that_nobody_reads_ends(studio, monkeypatch, eventually):
    monkeypatch.setattr(downloads, "CHUNKS_AHEAD", 1)
    monkeypatch.setattr(downloads, "LOOK_SECONDS", 0.05)
    approve(studio.store, "cup_1.png", 1)
    chunks = exports._zip_chunks(studio.store, None)
    assert next(chunks)
    chunks.close()
    eventually(lambda: not any(thread.name == "export" for thread in threading.enumerate()))


def test_a_reader_that_pauses_still_gets_everything(studio, monkeypatch):
    monkeypatch.setattr(downloads, "CHUNKS_AHEAD", 1)
    monkeypatch.setattr(downloads, "LOOK_SECONDS", 0.01)
    approve(studio.store, "cup_1.png", 1)
    chunks = exports._zip_chunks(studio.store, None)
    received = next(chunks)
    time.sleep(0.1)  # many times as long as a full pipe waits before it looks again
    received += b"".join(chunks)
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

    download = exports.download_cutouts(studio, local_user("keiko"))
    gc.disable()  # or that would end it, at some time
    try:
        # in a thread of its own: the browser tests leave a running event loop in this one
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, download({"type": "http"}, receive, send)).result()
        eventually(lambda: not any(thread.name == "export" for thread in threading.enumerate()))
    finally:
        gc.enable()
