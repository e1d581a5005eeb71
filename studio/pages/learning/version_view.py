"""One version, looked at closely: where it stands, by what it was judged, how it learnt, and what went into it."""

from collections.abc import Mapping
from html import escape
from typing import Any

from annotation_store.errors import NotFoundError
from annotation_store.learning import judgements, training_runs, training_sets
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.fragments import notice, pill
from studio.pages.learning.curves import curves
from studio.pages.learning.downloads import downloads_view
from studio.pages.learning.judgement_figures import figures_by_tag
from studio.pages.learning.judgement_pictures import pictures_view
from studio.pages.learning.licences import licences_view
from studio.pages.learning.scene import Scene
from studio.pages.learning.spans import moment
from studio.pages.learning.standings_view import standings_view


def version_view(store: Store, scene: Scene, model_id: int | None, words: Words) -> str:
    """HTML; a sentence if there is no such version."""
    if model_id is None or (version := scene.versions.get(model_id)) is None:
        return notice("plain", [words("choose_version")], testid="version")
    mine = {project.id for project in scene.projects}
    judged = [each for each in judgements.judgements_of(store, version.id) if each.project_id in mine]
    parts = [
        f"<h3>{escape(version.name)} {pill('plain', words(f'kind_{version.kind.value}'))}</h3>",
        _facts(store, scene, version, words),
        standings_view(scene, version, words, everywhere=True),
        _titled(words("figures_title"), figures_by_tag(judged, version.kind, words)),
        pictures_view(store, judged, version.kind, words),
        _titled(words("curve_label"), _curves(store, version, words)),
        _titled(words("downloads_title"), downloads_view(version, words)),
        _titled(words("licences_title"), licences_view(version, words)),
        _recipe(version.recipe, words),
    ]
    return f'<div class="version" data-testid="version" data-version="{version.id}">{"".join(parts)}</div>'


def _titled(title: str, body: str) -> str:
    return f"<h4>{escape(title)}</h4>{body}" if body else ""


def _facts(store: Store, scene: Scene, version: ModelRecord, words: Words) -> str:
    told = [f"{words(f'origin_{version.origin.value}')} · {moment(version.created_at)} · {version.architecture}"]
    if parent := scene.versions.get(version.parent_id or 0):
        told.append(words("came_from", name=parent.name))
    if version.training_run_id is not None:
        told.append(_learnt_from(store, version.training_run_id, words))
    return "".join(f'<p class="quiet">{escape(line)}</p>' for line in told)


def _learnt_from(store: Store, run_id: int, words: Words) -> str:
    try:
        run = training_runs.get_run(store, run_id)
        if run.training_set_id is None:
            return words("learnt_in", number=run_id)
        found = training_sets.get_training_set(store, run.training_set_id)
    except NotFoundError:
        return ""
    return words("learnt_from", number=run_id, set=found.id, train=found.train_count, validation=found.validation_count)


def _curves(store: Store, version: ModelRecord, words: Words) -> str:
    return "" if version.training_run_id is None else curves(training_runs.curve(store, version.training_run_id), words)


def _recipe(recipe: Mapping[str, Any], words: Words) -> str:
    if not recipe:
        return ""
    lines = "".join(f"<li>{escape(str(key))}: {escape(str(value))}</li>" for key, value in recipe.items())
    return f"<details><summary>{escape(words('recipe_title'))}</summary><ul>{lines}</ul></details>"
