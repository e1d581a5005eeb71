import errno
import os

import cv2
import numpy as np
import pytest
from small_images import approve, disc, draft

from annotation_store import reviews
from annotation_store.errors import InvalidExportError
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import approved_now
from annotation_store.kinds import Verdict
from annotation_store.projects import rename_project
from annotation_store.reviews import return_to_operator
from studio import outbox as outbox_module
from studio.folder_reports import REPORT
from studio.outbox import Outbox


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def outbox(studio, folder):
    """It has looked once: what is approved from now on appears."""
    made = Outbox(studio.store, folder, ["cutout"])
    made.look()
    return made


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_approved_appears_with_its_alpha(studio, folder, outbox):
    image = approve(studio.store, "靴.png", 1)
    assert outbox.look() == 1
    assert files(folder) == ["General/靴.png", REPORT]
    data = np.frombuffer((folder / "General" / "靴.png").read_bytes(), np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    assert np.abs(pixels[..., 3] / 255 - disc(1)[2]).max() <= 0.5 / 255 + 1e-6
    assert f"General/靴.png,written,{image.id}" in (folder / REPORT).read_text(encoding="utf-8-sig")
    assert outbox.look() == 0


def test_several_forms_have_folders(studio, folder):
    outbox = Outbox(studio.store, folder, ["cutout", "alpha", "psd"])
    outbox.look()
    approve(studio.store, "cup.png", 1)
    outbox.look()
    assert files(folder) == ["General/alpha/cup.png", "General/cutout/cup.png", "General/psd/cup.psd", REPORT]


def test_what_is_approved_again_takes_the_place_of_its_own_file_only(studio, folder, outbox):
    one, two = approve(studio.store, "cup.png", 1), approve(studio.store, "cup.jpg", 2)
    outbox.look()
    assert files(folder) == [f"General/cup-{two.id}.png", "General/cup.png", REPORT]
    other = (folder / "General" / "cup.png").read_bytes()
    path = folder / "General" / f"cup-{two.id}.png"
    path.write_bytes(b"older")
    return_to_operator(studio.store, two.id, reason="the hair", by="ren")
    assert outbox.look() == 0
    document = outbox_document(studio, two.id)
    reviews.approve(studio.store, two.id, document, by="keiko")
    assert outbox.look() == 1
    assert path.read_bytes() != b"older"
    assert (folder / "General" / "cup.png").read_bytes() == other
    assert one.id != two.id


def outbox_document(studio, image_id):
    from annotation_store.corrections import open_document
    from annotation_store.revisions import get_revision, load_matte

    document = open_document(studio.store, image_id)
    trimap, alpha = load_matte(studio.store, get_revision(studio.store, document.revision_id))
    return reviews.Seen(document.revision_id, document.position, trimap, alpha)


def test_what_was_returned_before_it_was_written_does_not_appear(studio, folder, outbox):
    image = approve(studio.store, "cup.png", 1)
    return_to_operator(studio.store, image.id, reason="the hair", by="ren")
    assert outbox.look() == 0
    assert files(folder) == []
    assert approved_now(studio.store, image.id, ExportOptions()) is None
    assert reviews.list_decisions(studio.store, image.id)[-1].verdict is Verdict.RETURNED


def test_a_draft_is_not_approved(studio, folder, outbox):
    draft(studio.store, "cup.png", 1)
    assert outbox.look() == 0


def test_a_project_of_another_name_has_another_folder(studio, folder, outbox):
    rename_project(studio.store, 1, "Shoes: spring", by="ren")
    approve(studio.store, "cup.png", 1)
    outbox.look()
    assert files(folder) == ["Shoes_ spring/cup.png", REPORT]


def test_a_folder_that_is_gone_is_waited_for(studio, tmp_path, folder, outbox):
    approve(studio.store, "cup.png", 1)
    folder.rename(tmp_path / "unmounted")
    assert outbox.look() == 0
    assert not folder.exists()
    (tmp_path / "unmounted").rename(folder)
    assert outbox.look() == 1
    assert files(folder) == ["General/cup.png", REPORT]


def test_whoever_is_killed_writes_it_once_more(studio, folder, outbox, monkeypatch):
    approve(studio.store, "cup.png", 1)

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox_module, "note_seen", die)
    with pytest.raises(KeyboardInterrupt):
        outbox.look()
    monkeypatch.undo()
    assert Outbox(studio.store, folder, ["cutout"]).look() == 1
    assert files(folder) == ["General/cup.png", REPORT]


def test_one_that_cannot_be_written_stops_nobody(studio, folder, outbox):
    broken, _ = approve(studio.store, "a.png", 1), approve(studio.store, "b.png", 2)
    studio.store.blobs.path(broken.photo_blob).write_bytes(b"damaged")
    assert outbox.look() == 1
    assert files(folder) == ["General/b.png", REPORT]
    assert f"a.png,failed,{broken.id}" in (folder / REPORT).read_text(encoding="utf-8-sig")


def test_a_long_name_stops_nobody(studio, folder, outbox):
    approve(studio.store, "靴" * 120 + ".png", 1)
    approve(studio.store, "cup.png", 2)
    assert outbox.look() == 2
    assert files(folder) == ["General/cup.png", f"General/{'靴' * 66}.png", REPORT]


def refuse_to_write(monkeypatch, number, *, name):
    """The disk answers with this errno to files of this name."""
    plain = outbox_module.durable_file

    def refuse(path, **more):
        if path.name == name:
            raise OSError(number, os.strerror(number), str(path))
        return plain(path, **more)

    monkeypatch.setattr(outbox_module, "durable_file", refuse)


@pytest.mark.parametrize("number", [errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EISDIR])
def test_a_file_that_the_disk_does_not_take_is_told_and_stops_nobody(studio, folder, outbox, monkeypatch, number):
    broken, _ = approve(studio.store, "a.png", 1), approve(studio.store, "b.png", 2)
    refuse_to_write(monkeypatch, number, name="a.png")
    assert outbox.look() == 1
    assert files(folder) == ["General/b.png", REPORT]
    assert f"a.png,failed,{broken.id},{os.strerror(number)}" in (folder / REPORT).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.ESTALE, errno.EIO, errno.EACCES, errno.ENOENT])
def test_what_is_the_fault_of_the_disk_is_waited_out(studio, folder, outbox, monkeypatch, number):
    approve(studio.store, "a.png", 1)
    with monkeypatch.context() as disk:
        refuse_to_write(disk, number, name="a.png")
        assert outbox.look() == 0
    assert not (folder / REPORT).exists()
    assert outbox.look() == 1


def test_what_lies_in_the_way_of_a_file_or_a_folder_stops_nobody(studio, folder, outbox):
    (folder / "General").write_text("a file")
    (folder / "Shoes" / "b.png").mkdir(parents=True)
    approve(studio.store, "a.png", 1)
    assert outbox.look() == 0
    rename_project(studio.store, 1, "Shoes", by="ren")
    approve(studio.store, "b.png", 2)
    approve(studio.store, "c.png", 3)
    assert outbox.look() == 1
    assert files(folder) == ["General", "Shoes/c.png", REPORT]
    assert (folder / REPORT).read_text(encoding="utf-8-sig").count(",failed,") == 2


@pytest.mark.parametrize("name", ["webdataset", "imagefolder", "presets", "training-pairs", "nonsense"])
def test_forms_that_hold_many_photos_in_one_file_are_refused(studio, folder, name):
    with pytest.raises(InvalidExportError):
        Outbox(studio.store, folder, [name])
