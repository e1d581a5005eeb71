import shutil
from datetime import timedelta
from itertools import count

import pytest

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import DamagedBlobError
from annotation_store.events import recent_events
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.states import ImageState, StandingState
from annotation_store.store import open_store
from matting_core.errors import WeightsError
from training.canary import CanaryDecision, canary_verdicts, settle_canaries


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Made once: building the tables takes longer than most tests."""
    made = open_store(tmp_path_factory.mktemp("template") / "data")
    model_registry.register_shipped(made, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    made.database.close()
    return made.folder


@pytest.fixture
def store(tmp_path, template):
    opened = open_store(shutil.copytree(template, tmp_path / "data"))
    yield opened
    opened.database.close()


@pytest.fixture
def canary(store):
    return begin(store, ModelKind.MATTING)


def register(store, kind):
    return model_registry.register_candidate(
        store,
        kind=kind,
        architecture=kind.value,
        weights=b"weights",
        parent_id=None,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
    )


def begin(store, kind):
    """A version that is tried in the first project from now on."""
    model = register(store, kind)
    gate = {"gate": "passed"}
    how = {"by": "gate", "verdict": "better", "figures": gate, "canary_share": 0.2}
    standings.place(store, model.id, FIRST_PROJECT, StandingState.CANARY, **how)
    return model


_numbers = count(1)


def approved(store, *areas, model=None, drafter="grabcut", project_id=FIRST_PROJECT, at=None):
    """Approved images of a version's drafts, that took people so much."""
    at = at or utc_now()
    with store.database.write() as session:
        for area in areas:
            number = next(_numbers)
            image = schema.Image(
                project_id=project_id,
                name=f"{number}.png",
                sha256=f"{number:064d}",
                thumbnail_blob="",
                width=40,
                height=30,
                bit_depth=8,
                product_group=f"{number}",
                state=ImageState.APPROVED,
                lot=0.5,
                created_by="ren",
            )
            session.add(image)
            session.flush()
            made_by = {"model_version_id": model, "drafter": drafter}
            revision = schema.Revision(
                image_id=image.id,
                number=1,
                kind="draft",
                trimap_blob="",
                alpha_blob="",
                author="drafting",
                created_at=at,
                **made_by,
            )
            session.add(revision)
            session.flush()
            effort = schema.Effort(
                revision_id=revision.id,
                image_id=image.id,
                project_id=project_id,
                strokes=round(200 * area),
                painted_area=area,
                approved_at=at,
                **made_by,
            )
            session.add(effort)


def live_id(store):
    return what_serves.live_model(store, FIRST_PROJECT).id


def standing(store, model):
    (found,) = standings.list_standings(store, model_id=model.id, project_id=FIRST_PROJECT)
    return found


def settle(store):
    loaded = []
    return settle_canaries(store, load=loaded.append), loaded


def test_a_canary_whose_drafts_cost_less_goes_live_once_its_file_was_loaded(store, canary):
    before = live_id(store)
    approved(store, *[0.1, 0.12] * 4, model=before)
    approved(store, *[0.04, 0.05] * 4, model=canary.id)
    (verdict,), loaded = settle(store)
    assert [model.id for model in loaded] == [canary.id]
    assert (verdict.decision, verdict.images, verdict.live_images) == (CanaryDecision.BETTER, 8, 8)
    assert verdict.area.relative == pytest.approx(0.045 / 0.11 - 1)
    assert verdict.strokes.relative < 0
    now = standing(store, canary)
    assert (now.state, now.changed_by) == (StandingState.LIVE, "canary")
    assert now.verdict.startswith("Less work than compact: painted area 59 % lower (from -")
    assert now.verdict.endswith("on 8 images beside 8 of compact.")
    assert now.figures["gate"] == "passed"
    assert now.figures["canary"]["decision"] == "better"
    assert live_id(store) == canary.id
    assert "model.promoted" in [event.action for event in recent_events(store) if event.actor == "canary"]
    assert settle(store) == ((), [])


def test_a_canary_whose_drafts_cost_more_is_refused_and_not_even_loaded(store, canary):
    before = live_id(store)
    approved(store, *[0.04, 0.05] * 4, model=before)
    approved(store, *[0.1, 0.12] * 4, model=canary.id)
    (verdict,), loaded = settle(store)
    assert (verdict.decision, loaded) == (CanaryDecision.WORSE, [])
    assert standing(store, canary).state is StandingState.REFUSED
    assert standing(store, canary).verdict.startswith("More work than compact: painted area 144 % higher")
    assert live_id(store) == before


def test_nothing_is_decided_before_there_are_enough_of_each(store, canary):
    assert canary_verdicts(store)[0].in_words() == (
        "Undecided: there are too few approved images yet (on 0 images beside 0 of compact)."
    )
    approved(store, *[0.1] * 40, model=live_id(store))
    approved(store, *[0.01] * 7, model=canary.id)
    (verdict,) = canary_verdicts(store)
    assert (verdict.decision, verdict.images, verdict.missing) == (CanaryDecision.UNDECIDED, 7, 1)
    assert verdict.in_words().startswith("Undecided: painted area 90 % lower")
    assert settle(store) == ((), [])
    assert standing(store, canary).state is StandingState.CANARY


def test_a_canary_that_is_no_better_after_the_last_look_is_refused(store, canary):
    approved(store, *[0.1, 0.12, 0.08] * 20, model=live_id(store))
    approved(store, *[0.1, 0.12, 0.08] * 19, model=canary.id)
    (verdict,) = canary_verdicts(store)
    assert (verdict.decision, verdict.missing) == (CanaryDecision.UNDECIDED, 3)
    approved(store, 0.1, 0.12, 0.08, model=canary.id)
    (verdict,), _ = settle(store)
    assert verdict.decision is CanaryDecision.NOT_BETTER
    assert standing(store, canary).state is StandingState.REFUSED
    assert "No less work than compact that could not be chance" in standing(store, canary).verdict


def test_between_two_looks_nothing_is_decided_however_often_one_asks(store, canary):
    even = [0.1, 0.12, 0.09, 0.11] * 2
    approved(store, *even, model=live_id(store))
    approved(store, *even, model=canary.id)
    approved(store, *[0.3] * 6, model=live_id(store), at=utc_now() + timedelta(seconds=1))
    approved(store, *[0.0] * 6, model=canary.id, at=utc_now() + timedelta(seconds=2))
    (verdict,) = canary_verdicts(store)
    assert verdict.area.is_less  # but it is not the moment to look
    assert (verdict.decision, verdict.missing) == (CanaryDecision.UNDECIDED, 1)
    approved(store, 0.3, model=live_id(store), at=utc_now() + timedelta(seconds=3))
    approved(store, 0.0, model=canary.id, at=utc_now() + timedelta(seconds=3))
    assert canary_verdicts(store)[0].decision is CanaryDecision.BETTER


def test_only_drafts_of_these_two_in_this_project_since_the_canary_began_count(store, canary):
    other, elsewhere = register(store, ModelKind.MATTING), create_project(store, "Glass", by="ren")
    approved(store, *[0.1] * 9, model=live_id(store), at=standing(store, canary).changed_at - timedelta(minutes=1))
    approved(store, *[0.1] * 9, model=other.id)
    approved(store, *[0.1] * 9, model=live_id(store), project_id=elsewhere.id)
    approved(store, *[0.01] * 9, model=canary.id)
    (verdict,) = canary_verdicts(store)
    assert (verdict.images, verdict.live_images) == (9, 0)


def test_a_drafter_is_compared_by_name_with_the_automatic_one_or_with_the_live_one(store):
    canary, older = begin(store, ModelKind.DRAFTER), register(store, ModelKind.DRAFTER)
    approved(store, *[0.1] * 5, drafter="grabcut")
    approved(store, *[0.1] * 4, drafter="backdrop")
    approved(store, *[0.1] * 3, drafter=older.name)
    approved(store, *[0.01] * 7, drafter=canary.name)
    (verdict,) = canary_verdicts(store)
    assert (verdict.live, verdict.images, verdict.live_images) == (None, 7, 9)
    assert verdict.in_words().endswith("beside 9 of the automatic drafter. Looked at again after 1 more.")
    standings.place(store, older.id, FIRST_PROJECT, StandingState.LIVE, by="ren", verdict="chosen")
    (verdict,) = canary_verdicts(store)
    assert (verdict.live, verdict.images, verdict.live_images) == (older.name, 7, 3)


@pytest.mark.parametrize("error", [WeightsError("no safetensors"), DamagedBlobError("has changed on the disk")])
def test_a_better_canary_whose_file_cannot_be_loaded_is_refused(store, canary, error):
    def load(_model):
        raise error

    before = live_id(store)
    approved(store, *[0.1] * 8, model=before)
    approved(store, *[0.05] * 8, model=canary.id)
    settle_canaries(store, load=load)
    assert standing(store, canary).state is StandingState.REFUSED
    assert standing(store, canary).verdict.endswith(f"But it cannot serve: {error}")
    assert live_id(store) == before


def test_what_somebody_decides_meanwhile_stays(store, canary):
    def load(_model):
        standings.place(store, canary.id, FIRST_PROJECT, StandingState.REFUSED, by="ren", verdict="no")

    before = live_id(store)
    approved(store, *[0.1] * 8, model=before)
    approved(store, *[0.05] * 8, model=canary.id)
    assert settle_canaries(store, load=load) == ()
    assert (standing(store, canary).state, standing(store, canary).changed_by) == (StandingState.REFUSED, "ren")
    assert live_id(store) == before
