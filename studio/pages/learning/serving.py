"""What serves in each project, since when and why, and the buttons that take it back."""

from collections.abc import Collection
from html import escape

from annotation_store.kinds import ModelKind
from annotation_store.records import ModelRecord, ProjectRecord, StandingRecord
from annotation_store.states import StandingState
from studio.i18n import Words
from studio.pages.fragments import notice, table
from studio.pages.learning.canary_words import verdict_in_words
from studio.pages.learning.deeds import Deed, DeedKind, button
from studio.pages.learning.scene import Scene
from studio.pages.learning.spans import moment, percent
from studio.pages.learning.verdict_words import why
from training.canary import CanaryVerdict


def serving_view(scene: Scene, words: Words, *, trials: Collection[CanaryVerdict] = ()) -> str:
    """A row for each project. trials: how those that go on stand."""
    if not scene.projects:
        return notice("plain", [words("no_projects")], testid="serving")
    head = [words("project"), *(words(f"kind_{kind.value}") for kind in ModelKind), words("column_approved")]
    rows = [
        (
            f"<strong>{escape(project.name)}</strong>",
            *(_cell(scene, project, kind, words, trials) for kind in ModelKind),
            f'<span data-testid="approved-{project.id}">{scene.approved.get(project.id, 0)}</span>',
        )
        for project in scene.projects
    ]
    return table(head, rows, testid="serving")


def _cell(
    scene: Scene, project: ProjectRecord, kind: ModelKind, words: Words, trials: Collection[CanaryVerdict]
) -> str:
    standing = scene.holder(project.id, kind, StandingState.LIVE)
    told = _live(scene, standing, words) if standing else _by_default(scene, kind, words)
    parts = [f'<div data-testid="live-{kind.value}-{project.id}">{told}</div>']
    if standing is not None:
        parts.append(_ways_back(scene, standing, words))
    if waiting := scene.holder(project.id, kind, StandingState.PASSED):
        parts.append(_waiting(scene, waiting, words))
    if canary := scene.holder(project.id, kind, StandingState.CANARY):
        parts.append(_canary(scene, canary, words, trials))
    return "".join(parts)


def _live(scene: Scene, standing: StandingRecord, words: Words) -> str:
    version = scene.versions[standing.model_version_id]
    since = words("serves_since", moment=moment(standing.activated_at or standing.changed_at))
    return _named(version, since, why(standing, version, words))


def _by_default(scene: Scene, kind: ModelKind, words: Words) -> str:
    if kind is ModelKind.DRAFTER:
        return f"<strong>{escape(words('automatic_drafter'))}</strong><p>{escape(words('automatic_drafter_why'))}</p>"
    version = scene.live_anywhere()
    return "" if version is None else _named(version, "", words("serves_by_default"))


def _named(version: ModelRecord, since: str, reason: str) -> str:
    quiet = f' <span class="quiet">{escape(since)}</span>' if since else ""
    return f"<strong>{escape(version.name)}</strong>{quiet}<p>{escape(reason)}</p>"


def _ways_back(scene: Scene, standing: StandingRecord, words: Words) -> str:
    """The buttons name the version that serves: pressed twice, or by two people, they go back once."""
    project_id, number = standing.project_id, standing.model_version_id
    buttons = []
    if before := scene.before(standing):
        name = scene.versions[before.model_version_id].name
        buttons.append(button(words("roll_back_to", name=name), Deed(DeedKind.ROLL_BACK, number, project_id)))
    if standing.kind is ModelKind.DRAFTER:
        buttons.append(button(words("draft_automatically"), Deed(DeedKind.DRAFT_AUTOMATICALLY, number, project_id)))
    return f'<p class="deeds">{"".join(buttons)}</p>' if buttons else ""


def _waiting(scene: Scene, standing: StandingRecord, words: Words) -> str:
    number = standing.model_version_id
    look = button(words("look_closer"), Deed(DeedKind.LOOK, number), to="version")
    told = escape(words("waits_for_decision", name=scene.versions[number].name))
    return f'<p class="aside waiting">{told} {look}</p>'


def _canary(scene: Scene, standing: StandingRecord, words: Words, trials: Collection[CanaryVerdict]) -> str:
    told = words(
        "canary_tries",
        name=scene.versions[standing.model_version_id].name,
        percent=percent(standing.canary_share or 0),
        moment=moment(standing.changed_at),
    )
    which = (standing.model_version_id, standing.project_id)
    stands = [verdict_in_words(each, words) for each in trials if (each.model_id, each.project_id) == which]
    return f'<p class="aside">{"<br>".join(map(escape, [told, *stands]))}</p>'
