import csv
import time
import zipfile

import pytest
from small_images import disc, png

from annotation_store import gallery
from annotation_store.errors import StoreFullError
from annotation_store.projects import archive_project, create_project
from annotation_store.tags import tags_of
from studio import watch_folder as watch_folder_module
from studio.folder_reports import REPORT
from studio.watch_folder import Fate, FolderWatchedError, WatchFolder, move_aside, one_at_a_time


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "incoming").mkdir()
    return tmp_path / "incoming"


@pytest.fixture
def outcomes():
    return []


@pytest.fixture
def eye(studio, folder, outcomes):
    return begin(studio, folder, outcomes)


def begin(studio, folder, outcomes):
    """As after a start of the studio; files are old enough at once."""
    return WatchFolder(
        studio.store,
        folder,
        limits=studio.settings.image_limits,
        on_outcome=outcomes.append,
        on_photos=lambda: outcomes.append("photos"),
        now=lambda: time.time() + 3600,
    )


def look(eye):
    eye.look()
    eye.look()


def put(folder, name, seed=0):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(png(disc(seed)[0]))
    return path


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def told(outcomes):
    return [(each.file, each.fate.value) for each in outcomes if each != "photos"]


def report(folder):
    with (folder / REPORT).open(encoding="utf-8-sig", newline="") as file:
        return [(row["file"], row["outcome"], row["image"]) for row in csv.DictReader(file)]


def test_a_photo_comes_in_and_is_moved_aside(studio, folder, eye, outcomes):
    put(folder, "cup_1.png")
    eye.look()
    assert outcomes == []
    eye.look()
    (image,) = gallery.list_images(studio.store)
    assert (image.name, image.project_id, image.created_by) == ("cup_1.png", 1, "watch folder")
    assert files(folder) == ["report.csv", "taken-in/cup_1.png"]
    assert report(folder) == [("cup_1.png", "taken in", str(image.id))]
    assert outcomes[-1] == "photos"


def test_a_folder_within_it_is_a_project(studio, folder, eye, outcomes):
    shoes = create_project(studio.store, "Shoes", by="ren").id
    bags = create_project(studio.store, "Bags", by="ren").id
    archive_project(studio.store, bags, by="ren")
    for seed, name in enumerate(("shoes/a.png", "Bags/b.png", "Hats/c.png", "d.png")):
        put(folder, name, seed)
    for _ in range(4):
        eye.look()
    (image,) = gallery.list_images(studio.store, project_ids=[shoes])
    assert image.name == "a.png"
    assert files(folder) == ["Bags/b.png", "Hats/c.png", "report.csv", "taken-in/d.png", "taken-in/shoes/a.png"]
    left = {each.file: each.reason for each in outcomes if each != "photos" and each.fate is Fate.LEFT_ALONE}
    assert "archived" in left["Bags/"]
    assert "There is no project “Hats”" in left["Hats/"]
    assert len(told(outcomes)) == 4


def test_what_is_no_photo_is_put_aside_with_the_reason(folder, eye, outcomes):
    (folder / "letter.txt").write_text("Dear studio")
    look(eye)
    assert files(folder) == ["rejected/letter.txt", "rejected/letter.txt.reason.txt", "report.csv"]
    reason = (folder / "rejected" / "letter.txt.reason.txt").read_text(encoding="utf-8")
    assert outcomes[0].reason in reason
    assert outcomes[0].fate is Fate.REJECTED


def test_nothing_takes_the_place_of_another_file(folder, eye, outcomes):
    for seed in range(3):
        put(folder, "cup.png", seed)
        look(eye)
    put(folder, "cup.png", 2)
    look(eye)
    assert files(folder) == [
        "duplicates/cup.png",
        "report.csv",
        "taken-in/cup (2).png",
        "taken-in/cup (3).png",
        "taken-in/cup.png",
    ]
    assert told(outcomes)[-1] == ("cup.png", "duplicate")
    contents = {path.read_bytes() for path in (folder / "taken-in").iterdir()}
    assert len(contents) == 3


def test_whoever_is_killed_before_moving_finds_a_duplicate(studio, folder, outcomes, monkeypatch):
    put(folder, "cup.png")

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(watch_folder_module, "move_aside", die)
    with pytest.raises(KeyboardInterrupt):
        look(begin(studio, folder, outcomes))
    monkeypatch.undo()
    assert files(folder) == ["cup.png"]
    look(begin(studio, folder, outcomes))
    assert files(folder) == ["duplicates/cup.png", "report.csv"]
    assert len(gallery.list_images(studio.store)) == 1


def test_each_photo_of_a_zip_is_told(studio, folder, eye, outcomes):
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("photos/a.png", png(disc(1)[0]))
        archive.writestr("photos/notes.txt", "no photo")
    with zipfile.ZipFile(folder / "none.zip", "w"):
        pass
    look(eye)
    assert told(outcomes) == [
        ("all.zip/a.png", "taken in"),
        ("all.zip/notes.txt", "rejected"),
        ("none.zip", "rejected"),
    ]
    assert files(folder) == [
        "rejected/none.zip",
        "rejected/none.zip.reason.txt",
        "report.csv",
        "taken-in/all.zip",
    ]


TABLE = "file,product_id,tags,assigned_to\na.png,4901,red;wool,mika\nb.png,4902,,\n"


def test_a_table_waits_until_all_its_photos_have_come(studio, folder, eye, outcomes):
    (folder / "list.csv").write_text(TABLE, encoding="utf-8-sig")
    put(folder, "a.png", 1)
    look(eye)
    (image,) = gallery.list_images(studio.store)
    assert (image.product_group, image.assigned_to) == ("4901", "mika")
    assert tags_of(studio.store, image.id) == ("red", "wool")
    assert files(folder) == ["list.csv", "report.csv", "taken-in/a.png"]
    assert outcomes[-1].fate is Fate.WAITS
    assert outcomes[-1].reason == "1 of its photos have not come yet: b.png"
    put(folder, "c.png", 3)
    look(eye)
    assert told(outcomes)[-1] == ("c.png", "taken in")
    put(folder, "b.png", 2)
    look(eye)
    assert gallery.list_images(studio.store)[0].product_group == "4902"
    assert files(folder) == ["report.csv", *(f"taken-in/{name}" for name in ("a.png", "b.png", "c.png", "list.csv"))]
    assert told(outcomes)[-1] == ("list.csv", "applied")


def while_at_work(monkeypatch, name, change):
    """Call `change` once, as a function of the watch folder's of this name has done its work."""
    plain = getattr(watch_folder_module, name)

    def work(*given, **named):
        done = plain(*given, **named)
        monkeypatch.setattr(watch_folder_module, name, plain)
        change()
        return done

    monkeypatch.setattr(watch_folder_module, name, work)


def test_a_photo_that_was_overwritten_meanwhile_stays_until_it_is_taken_in_itself(studio, folder, eye, monkeypatch):
    path = put(folder, "cup.png", 1)
    newer = png(disc(2)[0]) + bytes(1)
    while_at_work(monkeypatch, "take_in", lambda: path.write_bytes(newer))
    look(eye)
    assert files(folder) == ["cup.png", "report.csv"]
    (older,) = gallery.list_images(studio.store)
    assert report(folder) == [("cup.png", "taken in", str(older.id))]
    look(eye)
    assert (folder / "taken-in" / "cup.png").read_bytes() == newer
    taken_in = gallery.list_images(studio.store)
    assert [studio.store.blobs.get(each.photo_blob) for each in taken_in] == [newer, png(disc(1)[0])]


def test_a_table_that_was_overwritten_meanwhile_is_applied_anew(studio, folder, eye, monkeypatch):
    put(folder, "a.png", 1)
    table = folder / "list.csv"
    table.write_text("file,tags\na.png,red\n")
    while_at_work(monkeypatch, "apply_subjects", lambda: table.write_text("file,tags\na.png,blue\n"))
    look(eye)
    assert files(folder) == ["list.csv", "report.csv", "taken-in/a.png"]
    look(eye)
    assert files(folder) == ["report.csv", "taken-in/a.png", "taken-in/list.csv"]
    (image,) = gallery.list_images(studio.store)
    assert "blue" in tags_of(studio.store, image.id)


def test_a_table_may_come_after_its_photos(studio, folder, eye):
    put(folder, "a.png", 1)
    put(folder, "b.png", 2)
    look(eye)
    (folder / "list.csv").write_text(TABLE)
    look(eye)
    assert [each.product_group for each in gallery.list_images(studio.store)] == ["4902", "4901"]
    assert "taken-in/list.csv" in files(folder)


def test_what_people_change_after_a_table_was_applied_stays(studio, folder, eye):
    from annotation_store.queue.assignment import assign

    (folder / "list.csv").write_text(TABLE)
    put(folder, "a.png", 1)
    look(eye)
    (image,) = gallery.list_images(studio.store)
    assign(studio.store, [image.id], to="joe", by="ren")
    put(folder, "c.png", 3)
    look(eye)
    assert gallery.get_image(studio.store, image.id).assigned_to == "joe"


@pytest.mark.parametrize("text", ["name,price\na.png,3\n", "file,tags\na.png,\n", ""])
def test_a_table_that_is_not_understood_is_put_aside_with_the_reason(folder, eye, outcomes, text):
    (folder / "list.csv").write_text(text)
    look(eye)
    assert "rejected/list.csv.reason.txt" in files(folder)
    assert "list.csv, line" in outcomes[0].reason


def test_a_full_disk_is_waited_out(studio, folder, eye, outcomes, monkeypatch):
    put(folder, "cup.png")

    def full(*_, **__):
        raise StoreFullError("There is no room left.")

    monkeypatch.setattr(watch_folder_module, "take_in", full)
    look(eye)
    assert (files(folder), outcomes) == (["cup.png"], [])
    monkeypatch.undo()
    look(eye)
    assert files(folder) == ["report.csv", "taken-in/cup.png"]


def test_what_the_studio_stumbles_over_is_told_once_and_stops_nobody(folder, eye, outcomes, monkeypatch):
    put(folder, "a.png", 1)
    put(folder, "b.png", 2)
    plain = watch_folder_module.take_in

    def stumble(store, incoming, **more):
        (file,) = incoming
        if file.name == "a.png":
            raise RuntimeError("a bug")
        return plain(store, [file], **more)

    monkeypatch.setattr(watch_folder_module, "take_in", stumble)
    for _ in range(4):
        eye.look()
    assert files(folder) == ["a.png", "report.csv", "taken-in/b.png"]
    assert told(outcomes) == [("a.png", "left alone"), ("b.png", "taken in")]


def test_a_photo_that_cannot_be_moved_is_told_once(studio, folder, eye, outcomes):
    put(folder, "a.png", 1)
    (folder / "taken-in").write_text("in the way")
    for _ in range(4):
        eye.look()
    assert told(outcomes)[0] == ("a.png", "taken in")
    assert [name for name, _ in told(outcomes)].count("a.png") == 1
    assert len(gallery.list_images(studio.store)) == 1


def test_a_folder_that_is_gone_is_waited_for(studio, tmp_path, outcomes):
    eye = begin(studio, tmp_path / "share", outcomes)
    look(eye)
    (tmp_path / "share").mkdir()
    put(tmp_path / "share", "cup.png")
    look(eye)
    assert told(outcomes) == [("cup.png", "taken in")]


def test_a_folder_is_watched_once(studio, folder):
    with (
        one_at_a_time(studio.store, folder),
        pytest.raises(FolderWatchedError, match="is watched already"),
        one_at_a_time(studio.store, folder),
    ):
        raise AssertionError
    with one_at_a_time(studio.store, folder):
        pass


def test_a_failed_move_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileNotFoundError):
        move_aside(tmp_path / "none.png", tmp_path / "taken-in")
    assert files(tmp_path) == []
