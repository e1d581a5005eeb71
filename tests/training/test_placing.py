"""What a verdict leads to, by the policy of each project."""

from dataclasses import replace

import pytest

from annotation_store.errors import DamagedBlobError
from annotation_store.kinds import LearningPolicy, ModelKind
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.projects import ProjectSettings, archive_project, change_settings, create_project, get_project
from annotation_store.states import ModelState, StandingState
from training.built_in_models import register_built_in_models
from training.gate.verdict import GateOutcome, ProjectVerdict, Verdict
from training.placing import place_candidate

FIRST = 1


@pytest.fixture
def store(tmp_path, new_store):
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


@pytest.fixture
def candidate(store, shipped_weights):
    return model_registry.register_candidate(
        store,
        architecture="compact",
        weights=shipped_weights,
        parent_id=what_serves.live_model(store).id,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
    )


def verdict(outcomes):
    """``{project number: outcome}``"""
    projects = {
        number: ProjectVerdict(number, ModelKind.MATTING, outcome, borrowed=False, figures=None)
        for number, outcome in outcomes.items()
    }
    return Verdict(projects, {}, None, next(iter(projects.values())))


def set_policy(store, policy, project_id=FIRST, **others):
    settings = replace(ProjectSettings.of(get_project(store, project_id)), learning=policy, **others)
    change_settings(store, project_id, settings, by="ren")


def standing_in(store, candidate, project_id=FIRST):
    return {each.project_id: each for each in standings.list_standings(store, model_id=candidate.id)}[project_id]


@pytest.mark.parametrize(
    ("policy", "state", "words"),
    [
        (LearningPolicy.AUTOMATIC, StandingState.LIVE, "Goes live."),
        (LearningPolicy.ASK, StandingState.PASSED, "Waits for somebody to let it serve."),
        (LearningPolicy.CANARY, StandingState.CANARY, "Makes a share of the new drafts"),
    ],
)
def test_what_becomes_of_a_better_candidate_is_the_projects_policy(store, candidate, policy, state, words):
    set_policy(store, policy, canary_share=0.3)
    assert place_candidate(store, candidate, verdict({FIRST: GateOutcome.BETTER})).startswith(words)
    standing = standing_in(store, candidate)
    assert (standing.state, standing.changed_by) == (state, "gate")
    assert standing.canary_share == (0.3 if state is StandingState.CANARY else None)
    assert ProjectVerdict.from_json(standing.figures).outcome is GateOutcome.BETTER
    is_live = what_serves.live_model(store, FIRST).id == candidate.id
    assert is_live is (state is StandingState.LIVE)


@pytest.mark.parametrize("policy", LearningPolicy)
def test_a_candidate_that_is_not_better_is_refused_by_every_policy(store, candidate, policy):
    set_policy(store, policy)
    words = place_candidate(store, candidate, verdict({FIRST: GateOutcome.WORSE_ON_GOLDEN}))
    assert words.startswith("What serves stays. Worse than compact on the golden images")
    assert standing_in(store, candidate).state is StandingState.REFUSED
    assert model_registry.get_model(store, candidate.id).state is ModelState.REJECTED


def test_each_project_is_told_its_own_and_the_whole_names_none_of_them(store, candidate):
    lace = create_project(store, "Lace", by="ren").id
    words = place_candidate(store, candidate, verdict({FIRST: GateOutcome.BETTER, lace: GateOutcome.WORSE}))
    assert words == "Better for 1 of 2 projects; each of them is told why."
    assert standing_in(store, candidate).verdict.startswith("Goes live.")
    assert standing_in(store, candidate, lace).verdict.startswith("What serves stays.")
    assert what_serves.live_model(store, FIRST).id == candidate.id
    assert what_serves.live_model(store, lace).name == "compact"


def test_archived_projects_are_left_alone(store, candidate):
    lace = create_project(store, "Lace", by="ren").id
    archive_project(store, lace, by="ren")
    place_candidate(store, candidate, verdict({FIRST: GateOutcome.BETTER}))
    assert [each.project_id for each in standings.list_standings(store, model_id=candidate.id)] == [FIRST]


def test_a_damaged_file_serves_nobody(store, candidate):
    store.blobs.path(candidate.weights_blob).write_bytes(b"damaged")
    with pytest.raises(DamagedBlobError):
        place_candidate(store, candidate, verdict({FIRST: GateOutcome.BETTER}))
    assert standings.list_standings(store, model_id=candidate.id) == ()
    assert what_serves.live_model(store, FIRST).name == "compact"
