from dataclasses import replace

import pytest
from small_images import disc, png

from annotation_store.kinds import Part
from annotation_store.learning import judgements, model_registry, training_runs, training_sets
from annotation_store.learning.training_runs import Point
from studio.pages.learning.version_view import version_view


@pytest.fixture
def learnt(studio, two_products, compact_weights):
    """A version with a training of two points behind it, judged by one image."""
    store = studio.store
    run = training_runs.request(store, by="keiko")
    training_runs.start(store, run.id, 1)
    training_runs.attach(store, run.id, training_set_id=training_sets.freeze(store, by="keiko").id)
    for step in (1, 2):
        training_runs.beat(store, run.id, progress=0.5, message="", point=Point(step, {"error": 0.5 / step}))
    version = model_registry.register_candidate(
        store,
        architecture="compact",
        weights=compact_weights.read_bytes(),
        parent_id=None,
        run_id=run.id,
        metrics={},
        licence="test",
        code_version="test",
        recipe={"steps": 300},
    )
    figures = {"live": {"sad": 2.0}, "candidate": {"sad": 1.0}}
    new = judgements.NewJudgement(two_products[0], 1, "fur", Part.VALIDATION, None, figures, png(disc(1)[0]))
    judgements.keep_judgements(store, version.id, [new])
    return version


def test_all_that_is_known_of_a_version_is_shown(studio, scene, english, learnt):
    html = version_view(studio.store, scene(), learnt.id, english)
    assert f'data-version="{learnt.id}"' in html
    assert english("learnt_from", number=1, set=1, train=2, validation=1) in html
    for testid in ("figures-by-tag", "gains", "curves"):
        assert f'data-testid="{testid}"' in html
    assert "steps: 300" in html


def test_what_judged_in_projects_of_others_is_not_shown(studio, scene, english, learnt, boots):
    seen = scene()
    theirs = replace(seen, projects=tuple(each for each in seen.projects if each.id == boots), standings=())
    html = version_view(studio.store, theirs, learnt.id, english)
    assert f'data-version="{learnt.id}"' in html
    for other in ("fur", "bowl", "General"):
        assert other not in html


@pytest.mark.parametrize("number", [None, 999])
def test_no_version_is_told(studio, scene, english, number):
    assert english("choose_version") in version_view(studio.store, scene(), number, english)
