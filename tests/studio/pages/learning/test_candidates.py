from dataclasses import replace

from annotation_store.learning import model_registry
from studio.pages.learning.candidates import FULLY_SHOWN, candidates_view, newest_candidate


def test_every_version_says_what_it_is_and_where_it_comes_from(studio, scene, english, candidate):
    model_registry.annotate(studio.store, candidate.id, "<i>New</i> lights.\nMore to say.", by="ren")
    html = candidates_view(scene(), english)
    assert f"<strong>{candidate.name}</strong>" in html
    assert english("came_from", name="compact") in html
    assert "“&lt;i&gt;New&lt;/i&gt; lights.”" in html
    assert "closed-form" in html
    assert english("not_commercial") not in html


def test_a_version_that_may_not_be_sold_is_marked(scene, english, candidate):
    seen = scene()
    tainted = replace(candidate, provenance=[{"what": "photos", "licence": "research only", "commercial": False}])
    seen = replace(seen, versions={**seen.versions, candidate.id: tainted})
    assert english("not_commercial") in candidates_view(seen, english)


def test_old_versions_lie_in_a_list_that_opens(scene, english, candidate):
    many = {number: replace(candidate, id=number, name=f"small-{number}") for number in range(50, 38, -1)}
    shown, older = candidates_view(replace(scene(), versions=many), english).split("<details>")
    assert shown.count("small-") == FULLY_SHOWN
    assert "small-50" in shown
    assert "small-39" in older
    assert english("older_versions", count=len(many) - FULLY_SHOWN) in older


def test_the_page_opens_with_the_newest_version_that_was_not_shipped(scene, candidate):
    seen = scene()
    assert newest_candidate(seen) == candidate.id
    assert newest_candidate(replace(seen, versions={})) is None
