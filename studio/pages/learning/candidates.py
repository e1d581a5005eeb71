"""All versions of matting model and drafter: what each came from, and where it stands."""

from html import escape

from annotation_store.records import ModelRecord
from studio.i18n import Words
from studio.pages.fragments import pill, table
from studio.pages.learning.deeds import Deed, DeedKind, button
from studio.pages.learning.licences import forbids_commercial_use
from studio.pages.learning.scene import Scene
from studio.pages.learning.spans import moment
from studio.pages.learning.standings_view import standings_view

FULLY_SHOWN = 8
"""The newest ones; those before them lie in a list that opens."""


def candidates_view(scene: Scene, words: Words) -> str:
    versions = list(scene.versions.values())
    newest, older = versions[:FULLY_SHOWN], versions[FULLY_SHOWN:]
    shown = _table(scene, newest, words, testid="models")
    if not older:
        return shown
    summary = escape(words("older_versions", count=len(older)))
    rest = _table(scene, older, words, testid="older-models")
    return f"{shown}<details><summary>{summary}</summary>{rest}</details>"


def newest_candidate(scene: Scene) -> int | None:
    """What the page opens with: the newest version that was not shipped, else the newest of all."""
    made_here = (version.id for version in scene.versions.values() if version.shipped_weights is None)
    return next(made_here, next(iter(scene.versions), None))


def _table(scene: Scene, versions: list[ModelRecord], words: Words, *, testid: str) -> str:
    head = [*(words(key) for key in ("column_model", "column_standings")), ""]
    rows = [
        (
            _about(scene, version, words),
            standings_view(scene, version, words, everywhere=False),
            button(words("look_closer"), Deed(DeedKind.LOOK, version.id), to="version"),
        )
        for version in versions
    ]
    return table(head, rows, testid=testid)


def _about(scene: Scene, version: ModelRecord, words: Words) -> str:
    marks = pill("plain", words(f"kind_{version.kind.value}"))
    if forbids_commercial_use(version):
        marks += " " + pill("failed", words("not_commercial"))
    lines = [f"{words(f'origin_{version.origin.value}')} · {moment(version.created_at)}"]
    if parent := scene.versions.get(version.parent_id or 0):
        lines.append(words("came_from", name=parent.name))
    if version.notes:
        lines.append(f"“{version.notes.splitlines()[0]}”")
    quiet = "".join(f'<p class="quiet">{escape(line)}</p>' for line in lines)
    return f"<p><strong>{escape(version.name)}</strong></p><p>{marks}</p>{quiet}"
