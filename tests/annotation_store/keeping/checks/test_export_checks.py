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


@pytest.mark.parametrize("column", ["revision_id", "decision_id"])
def test_a_matte_of_another_image(spoil, findings, column):
    spoil(f"UPDATE export_items SET {column} = (SELECT MAX({column}) FROM export_items) WHERE stem = 'a'")
    (finding,) = findings()
    assert finding.message.startswith("Export 1 holds the matte of another image as that of “a.png”")
