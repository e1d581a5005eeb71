"""Two web processes serve one studio, each on a folder of its own; one is killed at work and comes back."""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest
from many_operators import Hold, Ledger, Operator
from small_accounts import CHEAP, enrol
from small_images import draft
from sqlalchemy import select
from web_processes import PATIENCE_SECONDS, WebProcess

from annotation_store import schema
from annotation_store.corrections import open_document, replayed_marks
from annotation_store.keeping.doctor import examine, is_sound
from annotation_store.kinds import Role
from annotation_store.people import passwords
from annotation_store.people.api_tokens import create_token
from annotation_store.people.roles import Ability
from annotation_store.store import Store, open_store
from training.built_in_models import register_built_in_models

PHASE_SECONDS = 6.0
"""With two processes, with one of them dead, and with two again."""
MOUNTED, BUCKET = "blobs that both have mounted", "blobs in a bucket"

pytestmark = pytest.mark.scale


@pytest.fixture
def blob_url(request: pytest.FixtureRequest) -> str:
    """Where the blobs lie; nothing for folders. Where it is a bucket, the processes share no folder at all."""
    return "" if request.param == MOUNTED else request.getfixturevalue("bucket_url")


@pytest.fixture
def store(tmp_path: Path, postgresql_url: str, blob_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The studio's, seen from a third computer."""
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    opened = open_store(tmp_path / "third", database_url=postgresql_url, blob_url=blob_url)
    register_built_in_models(opened)
    yield opened
    opened.database.close()


@pytest.fixture
def webs(tmp_path: Path, postgresql_url: str, blob_url: str, store: Store) -> Iterator[tuple[WebProcess, WebProcess]]:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
        if not blob_url:
            (folder / "blobs").symlink_to(store.folder / "blobs")  # nothing else is shared
    settings = {"database_url": postgresql_url, "blob_url": blob_url, "accounts": "true"}
    first, second = (WebProcess(folder, **settings) for folder in folders)
    with ExitStack() as stack:
        for web in (first, second):
            stack.callback(web.close)
            web.start()
        yield first, second


@pytest.mark.parametrize(
    ("blob_url", "people", "images"), [(MOUNTED, 32, 40), (BUCKET, 6, 10)], indirect=["blob_url"], ids=[MOUNTED, BUCKET]
)
def test_many_operators_lose_nothing_when_one_of_two_web_processes_is_killed(
    store: Store, webs: tuple[WebProcess, WebProcess], people: int, images: int
) -> None:
    for number in range(images):  # while the two are on their way
        draft(store, f"cup_{number}.png", number)
    tokens = {name: token_of(store, name) for name in (f"operator-{number:02}" for number in range(people))}
    for web in webs:
        web.wait_until_ready()
    ledger = Ledger()
    addresses = [web.address for web in webs]
    operators = [Operator(addresses, ledger, name=name, token=token, seed="webs") for name, token in tokens.items()]
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(warm_up, token=tokens["operator-00"]), range(1, 1 + len(addresses)), addresses))
    began = time.monotonic()
    for operator in operators:
        operator.start()
    time.sleep(PHASE_SECONDS)
    killed = time.monotonic()
    webs[1].kill()
    time.sleep(PHASE_SECONDS)
    alone = time.monotonic()
    webs[1].start()
    webs[1].wait_until_ready()
    back = time.monotonic()
    time.sleep(PHASE_SECONDS)
    ended = time.monotonic()
    for operator in operators:
        operator.call_it_a_day()
    for operator in operators:
        operator.end()
    phases = {"two": (began, killed), "one": (killed, alone), "two again": (back, ended)}
    rates = {name: round(ledger.strokes_per_second(*span), 1) for name, span in phases.items()}
    print(f"\nstrokes/s {rates}, {len(ledger.strokes)} strokes, {len(ledger.holds)} approvals, ", end="")
    print(f"answers {sorted(ledger.answers.values())}, asked again {dict(ledger.asked_again)}")

    assert min(ledger.answers[web.address] for web in webs) > 2 * people
    assert sum(ledger.asked_again.values()) > 0
    assert all(rate > 0 for rate in rates.values())
    assert_logs_are_what_was_acknowledged(store, ledger)
    assert_decisions_stand(store, ledger, least=people)
    assert_nothing_was_in_two_hands(ledger.holds)
    assert_the_trail_has_no_gap(store, images)
    findings = list(examine(store))
    assert is_sound(findings), findings


def warm_up(image: int, address: str, *, token: str) -> None:
    """The first photo of a process waits for its model: that is no part of what is measured."""
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_SECONDS) as http:
        place = http.get(f"{address}/api/v1/images/{image}").json()
        body = {"revision": place["revision"], "position": 0}
        answer = http.post(f"{address}/api/v1/images/{image}/settle", json=body)
        assert answer.status_code == 200, answer.text


def token_of(store: Store, name: str) -> str:
    person = enrol(store, name, Role.OPERATOR)
    return create_token(store, person.id, name="desk", scopes=[Ability.LOOK, Ability.CORRECT], by=name)[1]


def assert_logs_are_what_was_acknowledged(store: Store, ledger: Ledger) -> None:
    """Every acknowledged stroke exactly once, in its order, and nothing else."""
    with store.database.read() as session:
        rows = session.execute(
            select(schema.EditEntry.revision_id, schema.EditEntry.client_key).order_by(
                schema.EditEntry.revision_id, schema.EditEntry.position
            )
        ).all()
    logs = {
        revision: [key for _, key in entries] for revision, entries in itertools.groupby(rows, key=lambda row: row[0])
    }
    assert logs == dict(ledger.logs)
    assert len(rows) == len(ledger.strokes) > 0


def assert_decisions_stand(store: Store, ledger: Ledger, *, least: int) -> None:
    """Every acknowledged decision is there, of each person in their order; and nobody else decided."""
    with store.database.read() as session:
        rows = session.scalars(select(schema.Decision).order_by(schema.Decision.id)).all()
        kept: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for row in rows:
            kept[row.image_id, row.author].append(row.verdict.value)
        states = dict(session.execute(select(schema.Image.id, schema.Image.state)).all())
        last = {row.image_id: row.verdict.value for row in rows}
    told: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for image, decisions in ledger.decisions.items():
        for verdict, person in decisions:
            told[image, person].append(verdict)
    assert kept == told
    assert sum(verdict == "approved" for verdicts in kept.values() for verdict in verdicts) > least
    for image, verdict in last.items():
        assert (states[image].value == "approved") == (verdict == "approved")
        if verdict == "approved":  # what stands there is what its strokes make: nothing counts on it any more
            document = open_document(store, image)
            assert (document.position, replayed_marks(store, document).trimap.shape) == (0, (64, 96))


def assert_nothing_was_in_two_hands(holds: list[Hold]) -> None:
    by_image: defaultdict[int, list[Hold]] = defaultdict(list)
    for hold in holds:
        by_image[hold.image].append(hold)
    assert any(len({hold.person for hold in each}) > 1 for each in by_image.values()), "no image changed hands"
    for each in by_image.values():
        for before, after in itertools.pairwise(sorted(each, key=lambda hold: hold.since)):
            assert before.until <= after.since, (before, after)


def assert_the_trail_has_no_gap(store: Store, images: int) -> None:
    """For one image, what one event left is what the next one found."""
    with store.database.read() as session:
        events = session.execute(
            select(schema.Event.image_id, schema.Event.action, schema.Event.before, schema.Event.after)
            .where(schema.Event.image_id.is_not(None))
            .order_by(schema.Event.image_id, schema.Event.id)
        ).all()
    compared = 0
    for image, of_image in itertools.groupby(events, key=lambda event: event[0]):
        mattes = [event for event in of_image if event[3] is not None]
        for (_, _, _, after), (_, action, before, _) in itertools.pairwise(mattes):
            assert before == after, (image, action)
            compared += 1
    assert compared > images
