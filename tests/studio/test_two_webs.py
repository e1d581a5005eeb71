"""Two web applications on one studio, each with a memory of its own: whoever is asked gives the same answer."""

import io
import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient
from postgresql_server import PostgresqlServer, address_of
from small_accounts import CHEAP, PASSWORD, enrol
from small_images import BlurredTrimap, draft

from annotation_store.kinds import Role
from annotation_store.learning import what_serves
from annotation_store.people import passwords
from annotation_store.people.api_tokens import create_token
from annotation_store.people.invitations import invite
from annotation_store.people.roles import ABILITIES
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.studio import Studio, open_studio
from studio.web import create_app

_NUMBERS = count(1)


@dataclass(frozen=True)
class Webs:
    studios: tuple[Studio, Studio]
    apps: tuple[object, object]
    tokens: dict[str, str]

    def browsers(self) -> tuple[TestClient, TestClient]:
        """Somebody who is not signed in, before each of the two."""
        first, second = (TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) for app in self.apps)
        return first, second

    def clients(self, name: str) -> tuple[TestClient, TestClient]:
        """The REST API of each, as this person's script reaches it."""
        both = self.browsers()
        for client in both:
            client.headers["Authorization"] = f"Bearer {self.tokens[name]}"
        return both

    def photo(self) -> int:
        """A new one, drafted."""
        number = next(_NUMBERS)
        return draft(self.studios[0].store, f"cup_{number}.png", number).id


@pytest.fixture(scope="module", params=["one folder and SQLite", "two folders and PostgreSQL"])
def webs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, empty_data_folder: Path
) -> Iterator[Webs]:
    beside = tmp_path_factory.mktemp("webs")
    first = shutil.copytree(empty_data_folder, beside / "first")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        quick = BlurredTrimap()
        patch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
        patch.setattr(LiveModel, "_load", lambda *_: quick)
        patch.setattr(passwords, "hasher", CHEAP)
        folders, more = (first, first), {}
        if "PostgreSQL" in request.param:
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            more = {"database_url": address_of(stack.enter_context(server.migrated_database()))}
            folders = (first, beside / "second")
            folders[1].mkdir()
            (folders[1] / "blobs").symlink_to(first / "blobs")  # the only thing that they share
        studios = tuple(
            open_studio(Settings(_env_file=None, data_dir=folder, device="cpu", threads=1, accounts=True, **more))
            for folder in folders
        )
        for studio in studios:
            stack.callback(studio.close)
        tokens = {}
        for name, role in (("ren", Role.ADMIN), ("mika", Role.REVIEWER), ("keiko", Role.OPERATOR)):
            person = enrol(studios[0].store, name, role)
            _, tokens[name] = create_token(studios[0].store, person.id, name="desk", scopes=ABILITIES[role], by=name)
        yield Webs(studios, tuple(map(create_app, studios)), tokens)


def stroke(key: str, x: int, radius: int = 12) -> dict[str, object]:
    points = [[x, 60], [x + 20, 90]]
    return {"key": key, "edit": {"tool": "brush", "ink": "foreground", "radius": radius, "points": points}}


def place_of(told: dict[str, object]) -> dict[str, object]:
    return {name: told[name] for name in ("revision", "position", "matte") if told.get(name) is not None}


def plane(client: TestClient, path: str) -> np.ndarray:
    answer = client.get(f"/api/v1/images/{path}")
    assert answer.status_code == 200, answer.text
    found = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return found


@pytest.fixture
def keiko(webs: Webs) -> tuple[TestClient, TestClient]:
    return webs.clients("keiko")


def drawn_in_turn(webs: Webs, keiko: tuple[TestClient, TestClient], strokes: int = 4) -> tuple[int, dict[str, object]]:
    """A photo on which both have answered, and where its operator stands."""
    image = webs.photo()
    place = place_of(keiko[0].get(f"/api/v1/images/{image}").json())
    for number, client in zip(range(strokes), cycle(keiko), strict=False):
        body = {**place, "edits": [stroke(f"{image}-{number}", 100 + 40 * number)]}
        answer = client.post(f"/api/v1/images/{image}/edits", json=body)
        assert answer.status_code == 200, answer.text
        place = place_of(answer.json())
    return image, place


def test_strokes_undo_and_redo_go_to_either(webs: Webs, keiko: tuple[TestClient, TestClient]) -> None:
    first, second = keiko
    image, place = drawn_in_turn(webs, keiko)
    for client, step in ((first, "undo"), (second, "undo"), (first, "redo")):
        told = client.post(
            f"/api/v1/images/{image}/{step}", json={**place, "key": f"{image}-{step}-{place['position']}"}
        )
        assert told.status_code == 200, told.text
        place = place_of(told.json())
    assert place["position"] == 7
    assert np.array_equal(plane(first, f"{image}/trimap"), plane(second, f"{image}/trimap"))


def test_what_one_has_settled_the_other_keeps(webs: Webs, keiko: tuple[TestClient, TestClient]) -> None:
    first, second = keiko
    image, place = drawn_in_turn(webs, keiko)
    settled = first.post(f"/api/v1/images/{image}/settle", json=place)
    seen = plane(first, f"{image}/alpha?bits=16")
    assert first.get(f"/api/v1/images/{image}/alpha").headers["etag"] == f'"{settled.json()["matte"]}"'
    decided = second.post(f"/api/v1/images/{image}/approve", json=place_of(settled.json()))
    assert decided.json() == {"state": "approved"}
    assert np.array_equal(plane(second, f"{image}/approved/alpha"), plane(first, f"{image}/approved/alpha"))
    number = revision_number(first, image)
    assert np.array_equal(plane(second, f"{image}/revisions/{number}/alpha?bits=16"), seen)


def revision_number(client: TestClient, image: int) -> int:
    happenings = client.get(f"/api/v1/images/{image}/history").json()["happenings"]
    return max(each["revision"] for each in happenings if each["what"] == "made")


def test_a_stroke_that_comes_again_elsewhere_is_stored_once(webs: Webs, keiko: tuple[TestClient, TestClient]) -> None:
    image = webs.photo()
    place = place_of(keiko[0].get(f"/api/v1/images/{image}").json())
    body = {**place, "edits": [stroke("only", 120)]}
    answers = [client.post(f"/api/v1/images/{image}/edits", json=body).json() for client in (*keiko, *keiko)]
    assert [answer["position"] for answer in answers] == [1, 1, 1, 1]
    assert all(answer["patches"] for answer in answers)


def test_a_key_is_answered_by_either_as_by_the_one_that_carried_it_out(
    webs: Webs, keiko: tuple[TestClient, TestClient]
) -> None:
    image = webs.photo()
    note, key = {"x": 3, "y": 4, "text": "the handle"}, {"Idempotency-Key": f"note-{image}"}
    first, again = (client.post(f"/api/v1/images/{image}/notes", json=note, headers=key) for client in keiko)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(keiko[1].get(f"/api/v1/images/{image}/notes").json()["notes"]) == 1


def test_what_one_has_in_hand_the_other_gives_to_nobody_else(webs: Webs, keiko: tuple[TestClient, TestClient]) -> None:
    image, mika = webs.photo(), webs.clients("mika")
    assert keiko[0].post(f"/api/v1/images/{image}/lease").status_code == 200
    refused = mika[1].post(f"/api/v1/images/{image}/lease")
    assert (refused.status_code, refused.json()["code"]) == (409, "leased")
    assert keiko[1].post(f"/api/v1/images/{image}/leave").status_code == 204
    assert mika[0].post(f"/api/v1/images/{image}/lease").status_code == 200


def test_a_photo_that_the_other_decided_about_is_followed_through_all_its_states(
    webs: Webs, keiko: tuple[TestClient, TestClient]
) -> None:
    """Both have it open all the while: submitted here, returned there, drawn on, approved, reopened, restored."""
    first, second = keiko
    reviewer = webs.clients("mika")[1]
    image, place = drawn_in_turn(webs, keiko)
    old = dict(place)

    def states() -> set[tuple[object, ...]]:
        told = [client.get(f"/api/v1/images/{image}").json() for client in keiko]
        assert np.array_equal(plane(first, f"{image}/trimap"), plane(second, f"{image}/trimap"))
        return {(each["state"], each["revision"], each["position"]) for each in told}

    def send(client: TestClient, what: str, body: dict[str, object]) -> dict[str, object]:
        answer = client.post(f"/api/v1/images/{image}/{what}", json=body)
        assert answer.status_code == 200, answer.text
        ((state, revision, position),) = states()
        return {"state": state, "revision": revision, "position": position}

    assert send(first, "submit", place)["state"] == "in_review"
    late = second.post(f"/api/v1/images/{image}/edits", json={**old, "edits": [stroke("late", 90)]})
    assert late.status_code == 409
    now = send(reviewer, "return", {"reason": "the handle"})
    assert now["state"] == "in_correction"
    late = first.post(f"/api/v1/images/{image}/edits", json={**old, "edits": [stroke("late", 90)]})
    assert late.status_code == 409
    now = send(second, "edits", {**place_of(now), "edits": [stroke(f"{image}-back", 200, 30)]})
    now = send(first, "approve", place_of(now))
    assert now["state"] == "approved"
    now = send(second, "reopen", {})
    draft_number = 1
    now = send(reviewer, "restore", {**place_of(now), "number": draft_number})
    assert np.array_equal(plane(first, f"{image}/trimap"), plane(first, f"{image}/draft/trimap"))
    assert reviewer.post(f"/api/v1/images/{image}/leave").status_code == 204
    now = send(first, "edits", {**place_of(now), "edits": [stroke(f"{image}-anew", 200, 30)]})
    assert now["position"] == 1


def test_an_export_frozen_at_one_is_downloaded_from_either_byte_for_byte(
    webs: Webs, keiko: tuple[TestClient, TestClient]
) -> None:
    image, place = drawn_in_turn(webs, keiko)
    assert keiko[0].post(f"/api/v1/images/{image}/approve", json=place).status_code == 200
    lead = webs.clients("ren")
    frozen = lead[0].post("/api/v1/exports", json={"images": [image]}).json()
    zips = [client.get(f"/api/v1/exports/{frozen['id']}/download").content for client in reversed(lead)]
    assert zips[0] == zips[1]
    assert zipfile.ZipFile(io.BytesIO(zips[0])).testzip() is None


def test_who_signs_in_at_one_is_in_at_both_and_out_of_both_at_once(webs: Webs) -> None:
    first, second = webs.browsers()
    signed_in = first.post("/sign-in", data={"name": "keiko", "password": PASSWORD})
    assert signed_in.status_code == 303
    second.cookies = first.cookies
    assert second.get("/api/v1/me").json()["name"] == "keiko"
    assert second.post("/sign-out").status_code == 303
    assert first.get("/api/v1/me").status_code == 401


def test_wrong_passwords_lock_an_account_wherever_they_were_tried(webs: Webs) -> None:
    enrol(webs.studios[0].store, "sora")
    browsers = webs.browsers()
    for number in range(5):
        browsers[number % 2].post("/sign-in", data={"name": "sora", "password": f"a wrong guess {number}"})
    for browser in browsers:
        assert browser.post("/sign-in", data={"name": "sora", "password": PASSWORD}).status_code != 303


def test_a_link_is_spent_at_both(webs: Webs) -> None:
    link = invite(webs.studios[0].store, role=Role.OPERATOR, project_ids=[1], email=None, by="ren")
    first, second = webs.browsers()
    assert first.get(f"/join/{link.token}").status_code == 200
    form = {"name": "yuki", "display_name": "Yuki", "password": "a long one indeed", "again": "a long one indeed"}
    assert second.post(f"/join/{link.token}", data=form).status_code == 303
    assert first.post(f"/join/{link.token}", data={**form, "name": "another"}).status_code == 410


def test_a_person_who_is_shut_out_at_one_is_out_of_the_other(webs: Webs) -> None:
    from annotation_store.people.accounts import disable

    store = webs.studios[0].store
    person = enrol(store, "aoi")
    _, token = create_token(store, person.id, name="desk", scopes=ABILITIES[Role.OPERATOR], by="aoi")
    asked = {"headers": {"Authorization": f"Bearer {token}"}}
    assert {client.get("/api/v1/me", **asked).status_code for client in webs.browsers()} == {200}
    disable(webs.studios[1].store, person.id, by="ren")
    assert {client.get("/api/v1/me", **asked).status_code for client in webs.browsers()} == {401}


@pytest.mark.parametrize("server", ["", "postgresql"])
def test_two_that_begin_at_once_on_an_empty_studio_both_open(
    tmp_path: Path, server: str, request: pytest.FixtureRequest
) -> None:
    more = {"database_url": request.getfixturevalue("bare_postgresql_url")} if server else {}
    opened: list[Studio] = []
    failed: list[BaseException] = []
    together = threading.Barrier(2)

    def begin(folder: Path) -> None:
        together.wait()
        try:
            opened.append(open_studio(Settings(_env_file=None, data_dir=folder, **more)))
        except BaseException as error:
            failed.append(error)

    folders = [tmp_path / (f"data-{number}" if server else "data") for number in range(2)]
    threads = [threading.Thread(target=begin, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for studio in opened:
        studio.close()
    assert failed == []
    assert len(opened) == 2
