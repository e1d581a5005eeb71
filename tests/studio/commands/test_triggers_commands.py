from datetime import UTC, datetime
from functools import partial

import pytest
from approved_discs import approve_disc

from annotation_store.kinds import TriggerKind
from annotation_store.learning import due as due_module
from annotation_store.learning import training_runs, training_sets
from annotation_store.learning.due import EffortRise, Hindrance, NextMoment, Outlook
from annotation_store.learning.effort_change import EffortChange
from annotation_store.learning.triggers import get_trigger, list_triggers, resume

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(due_module, "utc_now", lambda: NOON)


def cells(result):
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stdout.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_triggers_are_listed_with_what_they_wait_for(run, store, at_noon):
    header, _, *rows = cells(run("triggers"))
    assert header == ["Trigger", "State", "Trains", "Now"]
    assert rows == [
        ["approvals", "paused", "every 50 newly approved mattes", "0 of 50"],
        ["schedule", "paused", "0 2 * * * (UTC)", "next on 2026-03-05 02:00"],
        ["effort", "paused", "when the effort rises by 25 %", "40 more approved images are needed to tell"],
    ]


def test_triggers_are_changed_resumed_and_paused(run, store, at_noon):
    rows = cells(run("triggers", "--every", 100, "--cron", "30 1 * * 1-5", "--time-zone", "Asia/Tokyo", "--rise", 40))
    assert [row[2] for row in rows[2:]] == [
        "every 100 newly approved mattes",
        "30 1 * * 1-5 (Asia/Tokyo)",
        "when the effort rises by 40 %",
    ]
    assert rows[3][3] == "next on 2026-03-05 01:30"
    assert [row[1] for row in cells(run("triggers", "--resume", "schedule"))[2:]] == ["paused", "active", "paused"]
    kept = get_trigger(store, TriggerKind.SCHEDULE)
    assert (kept.active, kept.schedule, kept.changed_by) == (True, "30 1 * * 1-5", "keiko")
    rows = cells(run("triggers", "--resume", "effort", "--pause", "schedule"))
    assert [row[1] for row in rows[2:]] == ["paused", "paused", "active"]
    assert get_trigger(store, TriggerKind.EFFORT).rise == 0.4


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--every", 0), "choose a number from 1 to 100,000"),
        (("--cron", "at night"), "A schedule has 5 fields"),
        (("--time-zone", "Tokyo"), "There is no time zone “Tokyo”"),
        (("--rise", 1), "choose one from 5% to 1000%"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(run, store, options, reason):
    before = [(each.active, each.approvals, each.schedule, each.rise) for each in list_triggers(store)]
    result = run("triggers", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    assert reason in result.stderr
    assert [(each.active, each.approvals, each.schedule, each.rise) for each in list_triggers(store)] == before


def test_an_unknown_trigger_is_refused(run, store):
    result = run("triggers", "--pause", "moon")
    assert result.exit_code == 2
    assert "approvals" in result.stderr


def test_a_dry_run_tells_what_would_be_trained_on_and_begins_nothing(run, store, compact_weights):
    for seed, name in enumerate(("cup_1.png", "cup_2.png", "hat_1.png")):
        approve_disc(store, name, seed)
    resume(store, TriggerKind.APPROVALS, by="ren")
    result = run("retrain", "--dry-run")
    first, second, *_ = result.stdout.splitlines()
    assert first.endswith("2 products in all.")
    assert first.startswith(("A training now would learn from 1 mattes", "A training now would learn from 2 mattes"))
    assert second.startswith("New since the last training: 3.")
    assert cells(result)[2][:2] == ["approvals", "active"]
    assert cells(result)[2][3] == "3 of 50"
    assert training_runs.list_runs(store) == ()


def test_a_dry_run_tells_how_many_approved_photos_are_left_out(run, store, monkeypatch):
    for seed, name in enumerate(("cup_1.png", "cup_2.png", "hat_1.png")):
        approve_disc(store, name, seed)
    assert "Left out" not in run("retrain", "--dry-run").stdout
    monkeypatch.setattr(training_sets, "preview", partial(training_sets.preview, most=2))
    assert "Left out, because so many came later: 1." in run("retrain", "--dry-run").stdout


def test_a_dry_run_says_why_no_training_is_possible(run, store):
    run("triggers", "--every", 1, "--resume", "approvals")
    approve_disc(store, "cup.png", 1)
    result = run("retrain", "--dry-run")
    assert result.stdout.startswith(
        "No training is possible now. Training needs approved photos of at least 2 products"
    )
    assert cells(result)[2][1] == "too little approved"


@pytest.mark.parametrize(
    ("kind", "awaits", "hindrance", "state", "told"),
    [
        (
            TriggerKind.SCHEDULE,
            NextMoment(next_at=None, missed=NOON),
            Hindrance.IN_TRAINING,
            "waits for a training",
            "2026-03-04 12:00 is to be made up for, never again",
        ),
        (
            TriggerKind.EFFORT,
            EffortRise(0, EffortChange(0.1, 0.15, 0.5, 0.2, 0.9, is_less=False, is_more=True), 0.25),
            None,
            "due",
            "painted area 15.0 % of a photo, 10.0 % before: +50 %, beyond chance",
        ),
        (
            TriggerKind.EFFORT,
            EffortRise(0, EffortChange(0.1, 0.11, 0.1, -0.2, 0.4, is_less=False, is_more=False), 0.25),
            None,
            "active",
            "painted area 11.0 % of a photo, 10.0 % before: +10 %, which may be chance",
        ),
    ],
)
def test_every_outlook_has_its_words(run, store, monkeypatch, kind, awaits, hindrance, state, told):
    outlook = Outlook(get_trigger(store, kind), awaits, hindrance)
    monkeypatch.setattr(due_module, "outlooks", lambda _store: (outlook,))
    row = cells(run("triggers"))[2]
    assert (row[1], row[3]) == (state, told)
