"""On a full disk every change is refused in a sentence, nothing half done stays, and later the same request is done."""

import json
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_images import approve, draft, submit

from annotation_store.blobs import digest_of
from annotation_store.errors import StoreFullError
from annotation_store.states import ImageState
from annotation_store.store import open_store
from faults.clients import new_photo, upload
from faults.mortal_studio import PATIENCE_SECONDS, MortalStudio
from faults.promises import Decision, Entry, Promises
from faults.small_disk import SmallDisk, mounted_at
from faults.soundness import examine, states_of
from training.built_in_models import register_built_in_models

BRUSH = '{"ink":"foreground","radius":12,"points":[[80,40],[88,60]],"radii":[],"tool":"brush"}'
DRAFTED = ("edits", "approve", "submit", "skip", "flag", "notes")
"""What is asked about a photo of its own, which is ready."""

UNDRAFTED = {ImageState.WAITING, ImageState.DRAFTING}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with mounted_at(tmp_path_factory.mktemp("full") / "disk") as mounted:
        yield mounted


@pytest.fixture(scope="module")
def promises() -> Promises:
    return Promises()


@pytest.fixture(scope="module")
def images(disk: SmallDisk, promises: Promises) -> dict[str, int]:
    """The photo that each kind of request is about."""
    store = open_store(disk.folder / "data")
    register_built_in_models(store)
    drafted = {what: draft(store, f"{what}.png", number) for number, what in enumerate(DRAFTED)}
    in_review = submit(store, "return.png", 100)
    approved = approve(store, "saucer.png", 101)
    store.database.close()
    promises.photos |= {each.sha256 for each in (*drafted.values(), in_review, approved)}
    for verdict, image in (("submitted", in_review), ("approved", approved)):
        promises.decisions[image.id].append(Decision(verdict, image.head_revision_id or 0))
    return {**{what: image.id for what, image in drafted.items()}, "return": in_review.id}


@pytest.fixture(scope="module")
def studio(disk: SmallDisk, images: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalStudio]:
    running = MortalStudio(disk.folder / "data", beside=tmp_path_factory.mktemp("beside"))
    running.start()
    running.wait_until_it_answers()
    yield running
    running.close()


@pytest.fixture(scope="module")
def http(studio: MortalStudio) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=studio.address, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
def is_sound(studio: MortalStudio, promises: Promises) -> Iterator[None]:
    """What was promised is there after the test, no file that is half written, and nothing else.

    Every photo is drafted by then: the next test shares its disk with nobody who writes or makes room meanwhile.
    """
    yield
    eventually(lambda: not UNDRAFTED & set(states_of(studio.folder).values()))
    assert examine(studio.folder, promises, at_rest=True) == []
    assert [path.name for path in studio.folder.rglob("*") if path.name.startswith((".incoming", ".writable"))] == []


def assert_full(answer: httpx.Response) -> None:
    assert answer.status_code == 507, answer.text
    assert answer.json()["code"] == "store_full"
    assert "make room" in answer.json()["detail"]


@pytest.mark.usefixtures("is_sound")
@pytest.mark.parametrize("what", [*DRAFTED, "return"])
def test_a_change_is_refused_and_then_done_by_the_same_request(
    disk: SmallDisk, http: httpx.Client, images: dict[str, int], promises: Promises, what: str
) -> None:
    path = f"/api/v1/images/{images[what]}"
    before = http.get(path).json()
    place = {"revision": before["revision"], "position": 0}
    bodies: dict[str, dict[str, Any]] = {
        "edits": {**place, "edits": [{"key": "a", "edit": json.loads(BRUSH)}]},
        "approve": place,
        "submit": place,
        "skip": {"reason": "a double"},
        "return": {"reason": "the strap"},
        "flag": {"note": "look"},
        "notes": {"x": 1, "y": 2, "text": "here"},
    }
    if what in ("approve", "submit"):
        http.post(f"{path}/edits", json=bodies["edits"]).raise_for_status()
        promises.logs[place["revision"]].append(Entry("a", "edit", BRUSH))
        before, place["position"] = http.get(path).json(), 1
    with disk.full():
        assert_full(http.post(f"{path}/{what}", json=bodies[what]))
        assert http.get(path).json() == before  # and reading goes on
        assert http.get(f"{path}/alpha").status_code == 200
    assert http.post(f"{path}/{what}", json=bodies[what]).is_success
    if what == "edits":
        promises.logs[place["revision"]].append(Entry("a", "edit", BRUSH))
    elif what in (verdicts := {"approve": "approved", "submit": "submitted", "skip": "skipped", "return": "returned"}):
        promises.decisions[images[what]].append(Decision(verdicts[what], place["revision"], bool(place["position"])))


@pytest.mark.usefixtures("is_sound")
def test_photos_that_are_dropped_on_the_page_are_refused_in_words_and_taken_in_later(
    disk: SmallDisk, http: httpx.Client, promises: Promises
) -> None:
    photo = {"cup_9.png": new_photo(9)}
    with disk.full():
        assert "make room" in upload(http, photo)
    assert "intake-accepted" in upload(http, photo)
    promises.photos.add(digest_of(photo["cup_9.png"]))


@pytest.mark.usefixtures("is_sound")
def test_commands_say_so_and_leave_no_half_file(
    disk: SmallDisk, studio: MortalStudio, promises: Promises, tmp_path: Path
) -> None:
    photo, cutouts = tmp_path / "cup_8.png", disk.folder / "cutouts.zip"
    photo.write_bytes(new_photo(8))
    commands = (("ingest", str(photo)), ("export", str(cutouts)))
    with disk.full():
        for command in commands:
            studio.commands_log.unlink(missing_ok=True)
            assert run(studio, *command) == 1
            said = studio.commands_log.read_text()
            assert said.startswith("error: ")
            assert "make room" in said
            assert len(said.splitlines()) == 1
    assert sorted(path.name for path in disk.folder.iterdir()) == ["data"]
    assert [run(studio, *command) for command in commands] == [0, 0]
    promises.photos.add(digest_of(photo.read_bytes()))
    assert zipfile.ZipFile(cutouts).testzip() is None


def test_a_download_needs_no_room(disk: SmallDisk, http: httpx.Client) -> None:
    export = http.post("/api/v1/exports", json={}).json()["id"]
    with disk.full():
        answer = http.get(f"/api/v1/exports/{export}/download")
        assert zipfile.ZipFile(BytesIO(answer.content)).testzip() is None


@pytest.mark.usefixtures("is_sound")
def test_a_draft_that_cannot_be_stored_is_made_when_there_is_room(
    disk: SmallDisk, studio: MortalStudio, http: httpx.Client, promises: Promises
) -> None:
    def state() -> str | None:
        return states_of(studio.folder).get("cup_7.png")

    photo = {"cup_7.png": new_photo(7)}
    already = len(studio.log.read_text())
    studio.halt.touch()
    upload(http, photo)
    promises.photos.add(digest_of(photo["cup_7.png"]))
    eventually(lambda: state() == ImageState.DRAFTING)
    with disk.full():
        studio.halt.unlink()
        eventually(lambda: "drafting pauses" in studio.log.read_text()[already:])
        assert state() in UNDRAFTED
    eventually(lambda: state() not in UNDRAFTED)
    assert state() == ImageState.READY


def test_a_store_cannot_be_opened_on_a_full_disk_and_the_sentence_does_not_speak_of_damage(disk: SmallDisk) -> None:
    with disk.full(), pytest.raises(StoreFullError, match="make room"):
        open_store(disk.folder / "another")


def run(studio: MortalStudio, *command: str) -> int | None:
    process = studio.command(*command)
    process.join(PATIENCE_SECONDS)
    return process.exitcode


def eventually(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
