import json

import pytest
from small_images import take_in

from annotation_store.drafts import claim_next_for_drafting
from annotation_store.workers.places import Place, here
from annotation_store.workers.workers import sign_off, sign_on


@pytest.fixture
def elsewhere(store):
    return sign_on(store, name="worker", place=Place("gpu-2", 4410))


def test_who_works_is_listed_with_the_photos_in_hand(run, store, elsewhere):
    take_in(store, "cup_1.png", 1)
    claim_next_for_drafting(store, worker_id=elsewhere.id)
    draft = sign_on(store, name="draft")
    listed = json.loads(run("workers", "--json").stdout)
    assert [(each["name"], each["host"], each["pid"], each["photos"]) for each in listed] == [
        ("worker", "gpu-2", 4410, 1),
        ("draft", here().host, here().pid, 0),
    ]
    rows = [line for line in run("workers").stdout.splitlines() if "gpu-2" in line]
    assert len(rows) == 1
    sign_off(store, draft.id)
    assert [each["worker"] for each in json.loads(run("workers", "--json").stdout)] == [elsewhere.id]


def test_where_nobody_works_it_says_how_to_begin(run, store):
    assert "python app.py worker" in run("workers").stdout
