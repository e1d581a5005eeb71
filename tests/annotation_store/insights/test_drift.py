import hashlib

import numpy as np
import pytest
from sqlalchemy import func, insert, select, update

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.events import recent_events
from annotation_store.insights import drift as drift_module
from annotation_store.insights.drift import accept_alarm, list_alarms, look_for_drift
from annotation_store.insights.figure_streams import Figure
from annotation_store.insights.unlikeness import LATELY, LEAST_BEFORE, STEP
from annotation_store.kinds import BLANK, RevisionKind
from annotation_store.learning.model_registry import register_shipped
from annotation_store.projects import FIRST_PROJECT, archive_project

ENOUGH = LEAST_BEFORE + LATELY
PLAIN = {"megapixels": 24.2, "aspect": 0.4, "contrast": 20.0, "warmth": 3.0, "colourfulness": 12.0}


class Photos:
    """Photos without pixels, of which only the figures are there."""

    def __init__(self, store):
        self._store = store
        self._rng = np.random.default_rng(8)

    def come(self, count, *, lightness=60.0, project_id=FIRST_PROJECT, confidence=None, model_id=None, **figures):
        """So many, all at this moment; lightness with a deviation of 5, the others as they are given."""
        with self._store.database.write() as session:
            first = (session.scalar(select(func.max(schema.Image.id))) or 0) + 1
            numbers, now = range(first, first + count), utc_now()
            session.execute(insert(schema.Image), [_image(number, now, project_id) for number in numbers])
            light = lightness + 5 * self._rng.normal(size=count)
            rows = [
                {"image_id": number, **PLAIN, "lightness": value, **figures}
                for number, value in zip(numbers, light.tolist(), strict=True)
            ]
            session.execute(insert(schema.PhotoStatistics), rows)
        if confidence is not None:
            self.draft(numbers, confidence, model_id=model_id)
        return numbers

    def take_drafts_away(self, image_ids):
        """As a pilot does: a blank draft over the one that is there."""
        with self._store.database.write() as session:
            blank = [{**_draft(image_id, 2, None), "drafter": BLANK} for image_id in image_ids]
            session.execute(insert(schema.Revision), blank)

    def draft(self, image_ids, confidence, *, model_id=None, number=1):
        """Drafts of these, with confidences around that."""
        sure = np.clip(confidence + 0.02 * self._rng.normal(size=len(image_ids)), 0, 1).tolist()
        with self._store.database.write() as session:
            session.execute(insert(schema.Revision), [_draft(image_id, number, model_id) for image_id in image_ids])
            values = [{"id": each, "confidence": value} for each, value in zip(image_ids, sure, strict=True)]
            session.execute(update(schema.Image), values)


def _image(number, moment, project_id):
    return {
        "id": number,
        "project_id": project_id,
        "name": f"{number}.png",
        "sha256": hashlib.sha256(f"{number}".encode()).hexdigest(),
        "thumbnail_blob": "0" * 64,
        "width": 6000,
        "height": 4000,
        "bit_depth": 8,
        "product_group": f"{number}",
        "state": "ready",
        "created_by": "keiko",
        "lot": 0.5,
        "created_at": moment,
        "updated_at": moment,
    }


def _draft(image_id, number, model_id):
    return {
        "image_id": image_id,
        "number": number,
        "kind": RevisionKind.DRAFT,
        "trimap_blob": "0" * 64,
        "alpha_blob": "0" * 64,
        "model_version_id": model_id,
        "drafter": "automatic",
        "author": "drafting",
    }


@pytest.fixture
def photos(store):
    return Photos(store)


@pytest.fixture
def darker(store, photos):
    """An alarm: photos have become darker."""
    photos.come(LEAST_BEFORE)
    photos.come(LATELY, lightness=40)
    (alarm,) = look_for_drift(store)
    return alarm


def figures(alarms):
    return [alarm.figure for alarm in alarms]


def actions(store, count=10):
    return [event.action for event in recent_events(store, count) if event.action.startswith("drift.")]


def test_photos_unlike_those_before_raise_an_alarm_that_the_trail_tells(store, darker):
    assert (darker.project_id, darker.figure) == (FIRST_PROJECT, Figure.LIGHTNESS)
    assert darker.before == pytest.approx(60, abs=1)
    assert darker.lately == pytest.approx(40, abs=2)
    assert darker.distance > 0.8
    assert darker.p_value < 1e-9
    assert (darker.ended_at, darker.ended_by) == (None, None)
    assert list_alarms(store) == (darker,)
    (event,) = recent_events(store, 1)
    assert (event.action, event.actor, event.image_id) == ("drift.noticed", "matteloop", None)
    assert (event.data["alarm_id"], event.data["figure"]) == (darker.id, "lightness")


def test_an_open_alarm_is_not_raised_twice(store, photos, darker):
    assert look_for_drift(store) == ()
    photos.come(STEP, lightness=40)
    assert look_for_drift(store) == ()
    assert list_alarms(store, open_only=False) == (darker,)


def test_an_alarm_lasts_as_long_as_the_photos_stay_so(store, photos, darker):
    """What raised it is soon most of what came before the latest: that does not end it."""
    for _ in range(5):
        photos.come(LATELY, lightness=40)
        look_for_drift(store)
    assert list_alarms(store) == (darker,)


def test_an_alarm_ends_by_itself_once_photos_look_as_before(store, photos, darker):
    photos.come(LATELY)
    assert look_for_drift(store) == ()
    assert list_alarms(store) == ()
    (ended,) = list_alarms(store, open_only=False)
    assert (ended.id, ended.ended_by) == (darker.id, "matteloop")
    assert ended.ended_at is not None
    assert actions(store) == ["drift.ended", "drift.noticed"]
    assert look_for_drift(store) == ()
    assert list_alarms(store) == ()


def test_what_somebody_accepts_is_the_new_normal(store, photos, darker):
    accepted = accept_alarm(store, darker.id, by="ren")
    assert (accepted.ended_by, accepted.ended_at is not None) == ("ren", True)
    assert actions(store) == ["drift.accepted", "drift.noticed"]
    assert recent_events(store, 1)[0].actor == "ren"
    photos.come(LEAST_BEFORE, lightness=40)
    photos.come(LATELY, lightness=40)
    assert look_for_drift(store) == ()
    photos.come(LATELY)  # as it was at first, which is no measure any more
    (alarm,) = look_for_drift(store)
    assert alarm.before == pytest.approx(40, abs=1)
    assert list_alarms(store, open_only=False) == (alarm, accepted)


def test_other_figures_keep_their_measure_when_one_is_accepted(store, photos, darker):
    accept_alarm(store, darker.id, by="ren")
    photos.come(LATELY, lightness=40, megapixels=45.7)
    assert figures(look_for_drift(store)) == ["megapixels"]


def test_an_alarm_that_is_over_stays_as_it_ended(store, photos, darker):
    accepted = accept_alarm(store, darker.id, by="ren")
    assert accept_alarm(store, darker.id, by="keiko") == accepted
    assert actions(store) == ["drift.accepted", "drift.noticed"]


def test_an_alarm_that_is_not_there_cannot_be_accepted(store):
    with pytest.raises(NotFoundError, match="alarm number 7"):
        accept_alarm(store, 7, by="ren")


def test_too_few_photos_are_not_judged(store, photos):
    photos.come(LEAST_BEFORE - 1)
    photos.come(LATELY, lightness=40)
    assert look_for_drift(store) == ()
    photos.come(1, lightness=40)
    assert figures(look_for_drift(store)) == ["lightness"]


def test_a_project_is_looked_at_again_after_a_step_of_new_photos_only(store, photos):
    photos.come(ENOUGH)
    photos.come(STEP * 3 - 1, lightness=40)  # two steps of them are looked at: half of the latest photos
    alarms = look_for_drift(store)
    photos.come(1, lightness=40)
    alarms += look_for_drift(store)
    assert len(alarms) == 1
    assert alarms[0].lately < 60
    assert look_for_drift(store) == ()


def test_photos_as_before_raise_nothing(store, photos):
    photos.come(ENOUGH + 10 * STEP, confidence=0.9)
    assert look_for_drift(store) == ()
    assert actions(store) == []


def test_a_store_without_photos_is_looked_at_in_peace(store):
    assert look_for_drift(store) == ()
    assert list_alarms(store) == ()


def test_each_project_is_compared_with_itself(world, store, photos):
    second = world.add_project("Glass")
    photos.come(ENOUGH)
    photos.come(ENOUGH, lightness=20, project_id=second)
    assert look_for_drift(store) == ()
    photos.come(LATELY, lightness=60, project_id=second)
    (alarm,) = look_for_drift(store)
    assert alarm.project_id == second
    assert list_alarms(store, project_ids=[FIRST_PROJECT]) == ()
    assert list_alarms(store, project_ids=[second]) == (alarm,)


def test_projects_that_are_archived_are_left_alone(store, photos):
    photos.come(LEAST_BEFORE)
    photos.come(LATELY, lightness=40)
    archive_project(store, FIRST_PROJECT, by="ren")
    assert look_for_drift(store) == ()


def test_drafts_that_are_less_sure_raise_an_alarm(store, photos):
    model = _model(store, "one")
    photos.come(LEAST_BEFORE, confidence=0.95, model_id=model)
    photos.come(LATELY, confidence=0.8, model_id=model)
    (alarm,) = look_for_drift(store)
    assert alarm.figure == "confidence"
    assert (alarm.before, alarm.lately) == pytest.approx((0.95, 0.8), abs=0.01)


def test_another_model_is_no_drift_and_ends_an_alarm_about_the_one_before(store, photos):
    one, other = _model(store, "one"), _model(store, "other")
    photos.come(LEAST_BEFORE, confidence=0.95, model_id=one)
    photos.come(LATELY, confidence=0.8, model_id=one)
    assert figures(look_for_drift(store)) == ["confidence"]
    photos.come(LATELY, confidence=0.6, model_id=other)
    assert look_for_drift(store) == ()
    assert list_alarms(store) == ()


def test_blank_drafts_of_a_pilot_change_nothing(store, photos):
    model = _model(store, "one")
    photos.come(LEAST_BEFORE, confidence=0.95, model_id=model)
    photos.take_drafts_away(photos.come(LATELY, confidence=0.8, model_id=model))
    assert figures(look_for_drift(store)) == ["confidence"]


def test_an_image_that_is_drafted_anew_counts_by_its_newest_draft(store, photos):
    one, other = _model(store, "one"), _model(store, "other")
    images = photos.come(ENOUGH, confidence=0.95, model_id=one)
    photos.draft(images[:LATELY], 0.6, model_id=other, number=2)
    assert look_for_drift(store) == ()


def test_another_process_that_was_faster_is_not_followed_by_a_second_alarm(store, photos, monkeypatch):
    photos.come(LEAST_BEFORE)
    photos.come(LATELY, lightness=40)
    compare, theirs = drift_module.unlikeness, []

    def compare_late(before, lately):
        if not theirs:
            monkeypatch.setattr(drift_module, "unlikeness", compare)
            theirs.extend(look_for_drift(store))
            monkeypatch.setattr(drift_module, "unlikeness", compare_late)
        return compare(before, lately)

    monkeypatch.setattr(drift_module, "unlikeness", compare_late)
    assert look_for_drift(store) == ()
    assert list_alarms(store, open_only=False) == tuple(theirs)
    assert len(theirs) == 1


def _model(store, name):
    weights = {"architecture": "compact", "shipped_weights": f"{name}.safetensors", "licence": "Apache-2.0"}
    return register_shipped(store, name=name, **weights).id
