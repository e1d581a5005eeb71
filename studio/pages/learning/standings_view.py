"""Where a version stands in each project, why, and what can be decided about it there."""

from dataclasses import dataclass, replace
from html import escape

from annotation_store.records import ModelRecord, ProjectRecord, StandingRecord
from annotation_store.states import StandingState
from studio.i18n import Words
from studio.pages.fragments import pill
from studio.pages.learning.deeds import Deed, DeedKind, button
from studio.pages.learning.scene import Scene
from studio.pages.learning.spans import moment, percent
from studio.pages.learning.verdict_words import NAMED_PROGRAMS, why


def standings_view(scene: Scene, version: ModelRecord, words: Words, *, everywhere: bool) -> str:
    """Projects of which the same is to be said share a paragraph. everywhere: also those in which it was not tried."""
    told: list[_Told] = []
    for project in scene.projects:
        standing = scene.standing(version.id, project.id)
        if standing is not None:
            told.append(_of_standing(version, project, standing, words))
        elif everywhere:
            told.append(_of_none(version, project, words))
    if not told:
        return f'<p class="quiet">{escape(words("tried_nowhere"))}</p>'
    return f'<ul class="standings">{"".join(map(_drawn, _together(told)))}</ul>'


@dataclass(frozen=True, slots=True)
class _Told:
    """places: the marks by which a paragraph is found. mark, buttons: HTML. who: by whom, and when."""

    places: str
    state: str
    mark: str
    projects: tuple[str, ...]
    who: str
    reason: str
    buttons: str = ""


def _of_standing(version: ModelRecord, project: ProjectRecord, standing: StandingRecord, words: Words) -> _Told:
    return _Told(
        places=f"standing-{version.id}-{project.id}",
        state=standing.state.value,
        mark=pill(f"standing-{standing.state.value}", words(f"standing_{standing.state.value}")),
        projects=(project.name,),
        who=f"{_decider(standing, words)} · {moment(standing.changed_at)}",
        reason=why(standing, version, words),
        buttons="".join(_buttons(version, project, standing, words)),
    )


def _decider(standing: StandingRecord, words: Words) -> str:
    if standing.changed_by in NAMED_PROGRAMS:
        return words("decided_by_gate")
    return words("decided_by", person=standing.changed_by)


def _of_none(version: ModelRecord, project: ProjectRecord, words: Words) -> _Told:
    serve = button(words("let_serve"), Deed(DeedKind.LET_SERVE, version.id, project.id))
    place = f"standing-{version.id}-{project.id}"
    return _Told(place, "", "", (project.name,), words("never_tried"), "", serve)


def _together(told: list[_Told]) -> list[_Told]:
    """Those without buttons of which the same is said stand together, where the first of them stood."""
    merged: list[_Told] = []
    for one in told:
        alike = next((at for at, other in enumerate(merged) if _is_alike(one, other)), None)
        if alike is None:
            merged.append(one)
        else:
            merged[alike] = replace(merged[alike], projects=(*merged[alike].projects, *one.projects))
    return merged


def _is_alike(one: _Told, other: _Told) -> bool:
    facts = [(each.state, each.who, each.reason, each.buttons) for each in (one, other)]
    return facts[0] == facts[1] and not one.buttons


def _drawn(told: _Told) -> str:
    names = escape(", ".join(told.projects))
    reason = f"<p>{escape(told.reason)}</p>" if told.reason else ""
    deeds = f'<p class="deeds">{told.buttons}</p>' if told.buttons else ""
    return (
        f'<li data-testid="{told.places}" data-state="{told.state}"><p>{told.mark} <strong>{names}</strong> '
        f'<span class="quiet">{escape(told.who)}</span></p>{reason}{deeds}</li>'
    )


def _buttons(version: ModelRecord, project: ProjectRecord, standing: StandingRecord, words: Words) -> list[str]:
    state, place = standing.state, (version.id, project.id)
    found = []
    if state in (StandingState.PASSED, StandingState.CANARY, StandingState.RETIRED):
        strong = state is StandingState.PASSED
        found.append(button(words("let_serve"), Deed(DeedKind.LET_SERVE, *place), strong=strong))
    if state is StandingState.PASSED and project.canary_share > 0:
        label = words("try_on_a_share", percent=percent(project.canary_share))
        found.append(button(label, Deed(DeedKind.TRY, *place)))
    if state in (StandingState.PASSED, StandingState.CANARY):
        question = words("refuse_for_good", name=version.name, project=project.name)
        found.append(button(words("refuse"), Deed(DeedKind.REFUSE, *place), ask=question))
    return found
