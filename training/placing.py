"""What a verdict leads to in each project: refused, or, by the project's policy, live, tried, or waiting for a yes."""

from annotation_store.kinds import LearningPolicy, ModelKind
from annotation_store.learning import standings, what_serves
from annotation_store.projects import list_projects
from annotation_store.records import ModelRecord, ProjectRecord, StandingRecord
from annotation_store.states import StandingState
from annotation_store.store import Store
from training.gate.verdict import ProjectVerdict, Verdict
from training.gate.words import in_words
from training.models import check_loads

GATE = "gate"  # the actor in the audit trail

_LEADS_TO = {
    LearningPolicy.AUTOMATIC: StandingState.LIVE,
    LearningPolicy.ASK: StandingState.PASSED,
    LearningPolicy.CANARY: StandingState.CANARY,
}

_IN_WORDS = {
    StandingState.LIVE: "Goes live.",
    StandingState.PASSED: "Waits for somebody to let it serve.",
    StandingState.CANARY: "Makes a share of the new drafts, until the effort that they cost has decided.",
    StandingState.REFUSED: "What serves stays.",
}


def place_candidate(store: Store, candidate: ModelRecord, verdict: Verdict) -> str:
    """Give a judged version its standing in every project that is not archived, and say so in English.

    Where projects differ, only how many: whoever reads it need not know of all of them.

    A version that is to serve is loaded before. Raises WeightsError or DamagedBlobError.
    """
    if any(project.passed for project in verdict.projects.values()):
        check_loads(store, candidate)  # the stored file itself must load before it may serve
    told = {}
    for project in list_projects(store):
        if project.archived_at is None:
            standing = _place(store, candidate, project, verdict.projects[project.id])
            told[project.id] = standing.verdict
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    passed = sum(verdict.projects[number].passed for number in told)
    return f"Better for {passed} of {len(told)} projects; each of them is told why."


def _place(store: Store, candidate: ModelRecord, project: ProjectRecord, verdict: ProjectVerdict) -> StandingRecord:
    state = _LEADS_TO[project.learning] if verdict.passed else StandingState.REFUSED
    return standings.place(
        store,
        candidate.id,
        project.id,
        state,
        by=GATE,
        verdict=f"{_IN_WORDS[state]} {in_words(verdict, live_name=_name_of_live(store, project.id, candidate.kind))}",
        figures=verdict.as_json(),
        canary_share=project.canary_share,
    )


def _name_of_live(store: Store, project_id: int, kind: ModelKind) -> str:
    if kind is ModelKind.MATTING:
        return what_serves.live_model(store, project_id).name
    live = what_serves.live_drafter(store, project_id)
    return "the automatic drafter" if live is None else live.name
