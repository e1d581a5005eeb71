import numpy as np
import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.keeping.doctor import Depth
from annotation_store.keeping.finding import Severity
from matting_core.edits.marks import Retouch
from matting_core.image_io import encode_alpha, encode_trimap

CHANGES = {
    "trimap": "UPDATE revisions SET trimap_blob = :blob",
    "alpha": "UPDATE revisions SET alpha_blob = :blob",
    "painted": "UPDATE revisions SET retouch_blob = :blob",
}
pytestmark = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])


@pytest.fixture
def image(world):
    return world.draft("cup_1.png")[0]


def only(findings):
    (finding,) = findings
    return finding.severity, finding.check, finding.message


def test_sound_pictures_have_no_findings(world, image, store, spoil, findings):
    painted = store.blobs.put(Retouch.blank((30, 40)).to_png())
    spoil("UPDATE revisions SET retouch_blob = :painted", painted=painted)
    assert findings(Depth.DEEP) == []


def test_a_photo_that_cannot_be_opened(image, store, spoil, findings):
    spoil("UPDATE images SET sha256 = :photo", photo=store.blobs.put(b"no photo"))
    severity, check, message = only(findings(Depth.DEEP))
    assert (severity, check) == (Severity.DAMAGE, "photos")
    assert message.startswith("The photo “cup_1.png” (image 1) cannot be opened any more")
    assert findings(Depth.USUAL) == []


def test_a_photo_of_another_size(image, store, photo, spoil, findings):
    spoil("UPDATE images SET width = 41", "DELETE FROM revisions", "UPDATE images SET state='failed'")
    spoil("UPDATE images SET head_revision_id = NULL")
    severity, check, message = only(findings(Depth.DEEP))
    assert (severity, check) == (Severity.DAMAGE, "photos")
    assert "is 40x30, but is kept as 41x30" in message


@pytest.mark.parametrize(
    ("column", "blob", "words"),
    [
        (
            "trimap",
            lambda: encode_trimap(np.zeros((30, 41), np.uint8)),
            "41x30 in its trimap, but 40x30 in its photo",
        ),
        ("alpha", lambda: encode_alpha(np.zeros((31, 40), np.float32), bits=16), "is 40x31 in its alpha"),
        ("painted", lambda: Retouch.blank((30, 20)).to_png(), "is 20x30 in its painted alpha"),
        ("alpha", lambda: b"no picture", "cannot be opened any more"),
        ("painted", lambda: b"no picture", "cannot be opened any more"),
        ("alpha", lambda: encode_alpha(np.zeros((30, 40), np.float32), bits=16), "trimap at 300 known pixels"),
    ],
)
def test_a_matte_that_does_not_fit(image, store, spoil, findings, column, blob, words):
    spoil(CHANGES[column], blob=store.blobs.put(blob()))
    severity, check, message = only(findings(Depth.DEEP))
    assert (severity, check) == (Severity.DAMAGE, "mattes")
    assert message.startswith("Revision 1 of “cup_1.png” (image 1) ")
    assert words in message


def test_a_matte_whose_files_are_lost_is_told_once(image, store, findings):
    with store.database.read() as session:
        alpha = session.scalar(select(schema.Revision.alpha_blob))
    store.blobs.path(alpha).unlink()
    assert only(findings(Depth.DEEP))[1] == "missing-blob"
