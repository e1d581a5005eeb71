import pytest

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import create_comparison, list_pairs
from annotation_store.keeping.finding import Severity
from annotation_store.kinds import MatteSource
from annotation_store.projects import FIRST_PROJECT


@pytest.fixture(autouse=True)
def comparison(world, store, findings):
    images = [world.approve(image.id) for image in world.draft("a.png", "b.png")]
    made = create_comparison(
        store,
        FIRST_PROJECT,
        name="Hair",
        first=MatteSource.DRAFT,
        second=MatteSource.APPROVED,
        image_ids=[image.id for image in images],
        by="ren",
    )
    blob = images[0].thumbnail_blob
    for pair in list_pairs(store, made.id):
        preparing.keep_pair(store, pair.id, first_blob=blob, second_blob=blob)
    assert preparing.open_prepared(store, made.id)
    assert findings() == []
    return made


def test_an_open_comparison_without_its_mattes(spoil, findings):
    spoil("UPDATE comparison_pairs SET second_blob = NULL WHERE id = 2")
    (finding,) = findings()
    assert (finding.severity, finding.check) == (Severity.DAMAGE, "comparisons")
    assert finding.message.startswith("Comparison 1, “Hair”, is open, but 1 pairs lack mattes: restore")


def test_a_revision_of_another_image(spoil, findings):
    spoil("UPDATE comparison_pairs SET revision_id = (SELECT MAX(revision_id) FROM comparison_pairs) WHERE id = 1")
    (finding,) = findings()
    assert "holds “a.png” with something of another image or project" in finding.message


def test_a_comparison_of_another_project(world, spoil, findings):
    world.add_project("Boots")
    spoil("UPDATE comparisons SET project_id = (SELECT MAX(id) FROM projects)")
    assert len(findings()) == 2
