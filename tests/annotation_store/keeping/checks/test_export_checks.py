import pytest

from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.keeping.finding import Severity


@pytest.fixture(autouse=True)
def frozen(world, store, findings):
    for image in world.draft("a.png", "b.png"):
        world.approve(image.id)
    freeze(store, ExportWish(), ExportOptions(), by="mika", name="Spring")
    assert findings() == []


def test_a_matte_that_is_missing_from_an_export(spoil, findings):
    spoil("DELETE FROM export_items WHERE stem = 'b'")
    (finding,) = findings()
    assert (finding.severity, finding.check) == (Severity.DAMAGE, "exports")
    assert finding.message.startswith("Export 1, “Spring”, was frozen with 2 mattes and holds 1: restore")


OTHERS = {
    "revision": "UPDATE export_items SET revision_id = (SELECT MAX(revision_id) FROM export_items) WHERE stem = 'a'",
    "decision": "UPDATE export_items SET decision_id = (SELECT MAX(decision_id) FROM export_items) WHERE stem = 'a'",
}


@pytest.mark.parametrize("part", OTHERS)
def test_a_matte_of_another_image(spoil, findings, part):
    spoil(OTHERS[part])
    (finding,) = findings()
    assert finding.message.startswith("Export 1 holds the matte of another image as that of “a.png”")
