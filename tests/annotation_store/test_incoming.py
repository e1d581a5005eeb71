import stat
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation_store.archives import ArchiveLimits
from annotation_store.incoming import IncomingFile, RejectedFile, gather, gather_named
from matting_core.image_io import ImageLimits


def gathered(*paths, limits=None, **more):
    return list(gather(paths, limits=limits or ImageLimits(), **more))


class OldWindowsName(zipfile.ZipInfo):
    """A member whose name is written in code page 932 without any mark of it."""

    def _encodeFilenameFlags(self):  # noqa: N802, overrides the standard library's hook
        return self.filename.encode("cp932"), self.flag_bits


@pytest.fixture
def zip_of(tmp_path):
    def make(members, *, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "photos.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for member, data in members:
                archive.writestr(member, data)
        return path

    return make


def test_files_may_be_gathered_under_other_names_than_those_on_the_disk(tmp_path, zip_of):
    (tmp_path / "0").write_bytes(b"a")
    zip_of([("in/b.png", b"b")]).rename(tmp_path / "1")
    named = [(tmp_path / "0", "D:a?.png"), (tmp_path / "1", "all.ZIP"), (tmp_path / "2", "none.png")]
    files = list(gather_named(named, limits=ImageLimits()))
    assert files[:2] == [IncomingFile("D:a?.png", b"a"), IncomingFile("b.png", b"b")]
    assert only_rejection(files[2:]).name == "none.png"


def only_rejection(files):
    (rejection,) = files
    assert isinstance(rejection, RejectedFile)
    return rejection


def test_a_file_comes_with_its_name_and_bytes(tmp_path):
    (tmp_path / "shoe.jpg").write_bytes(b"photo")
    assert gathered(tmp_path / "shoe.jpg") == [IncomingFile(name="shoe.jpg", data=b"photo")]


def test_a_folder_is_walked_in_order_without_litter(tmp_path):
    for name in ("b.jpg", "a/2.jpg", "a/1.jpg", "__MACOSX/x.jpg", ".hidden/y.jpg", "a/Thumbs.db", ".z.jpg"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    assert [file.name for file in gathered(tmp_path / "in")] == ["b.jpg", "1.jpg", "2.jpg"]


def test_a_missing_file_is_reported_and_the_next_still_comes(tmp_path):
    (tmp_path / "shoe.jpg").write_bytes(b"photo")
    missing, missing_zip, shoe = gathered(tmp_path / "gone.jpg", tmp_path / "gone.zip", tmp_path / "shoe.jpg")
    assert missing == RejectedFile("gone.jpg", "the file cannot be read: No such file or directory")
    assert missing_zip == RejectedFile("gone.zip", "the file cannot be read: there is no such file")
    assert shoe.data == b"photo"


def test_a_file_over_the_limit_is_not_even_read(tmp_path):
    (tmp_path / "big.jpg").write_bytes(b"x" * 2000)
    rejection = only_rejection(gathered(tmp_path / "big.jpg", limits=ImageLimits(max_bytes=1000)))
    assert "limit" in rejection.reason


def test_a_zip_is_read_in_order_and_nothing_is_unpacked(zip_of, tmp_path):
    path = zip_of([("b.jpg", b"B"), ("dir/", b""), ("dir/a.jpg", b"A"), ("__MACOSX/._b.jpg", b"x")])
    assert gathered(path) == [IncomingFile("b.jpg", b"B"), IncomingFile("a.jpg", b"A")]
    assert [file.name for file in tmp_path.iterdir()] == ["photos.zip"]


def test_japanese_names_from_old_windows_zips_can_be_read(zip_of):
    path = zip_of([(OldWindowsName("写真/椅子_01.jpg"), b"chair"), (zipfile.ZipInfo("机_01.jpg"), b"desk")])
    assert [file.name for file in gathered(path)] == ["椅子_01.jpg", "机_01.jpg"]


@pytest.mark.parametrize("name", ["../evil.jpg", "a/../../evil.jpg", "/etc/evil.jpg", r"C:\evil.jpg", r"..\evil.jpg"])
def test_a_path_out_of_the_zip_is_refused_and_the_others_still_come(zip_of, name):
    files = gathered(zip_of([(name, b"evil"), ("z.jpg", b"good")]))
    assert [type(file) for file in files].count(RejectedFile) == 1
    assert next(file for file in files if isinstance(file, RejectedFile)).reason.startswith("its path")
    assert IncomingFile("z.jpg", b"good") in files


def test_a_link_in_a_zip_is_refused(zip_of):
    link = zipfile.ZipInfo("link.jpg")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "it is a link" in only_rejection(gathered(zip_of([(link, b"/etc/passwd")]))).reason


def test_a_zip_in_a_zip_is_refused(zip_of):
    rejection = only_rejection(gathered(zip_of([("more.ZIP", b"PK")])))
    assert rejection.name == "photos.zip / more.ZIP"
    assert "archive inside the archive" in rejection.reason


def test_a_member_that_expands_like_a_bomb_is_refused(zip_of):
    assert "expands" in only_rejection(gathered(zip_of([("bomb.tif", bytes(5_000_000))]))).reason


def test_a_small_plain_member_is_no_bomb(zip_of):
    assert len(only_incoming(gathered(zip_of([("white.tif", b"\xff" * 500_000)]))).data) == 500_000


def only_incoming(files):
    (file,) = files
    assert isinstance(file, IncomingFile)
    return file


def test_a_zip_with_too_many_or_too_large_members_is_refused_whole(zip_of):
    path = zip_of([(f"{n}.jpg", b"12345") for n in range(3)])
    many = only_rejection(gathered(path, archive_limits=ArchiveLimits(max_members=2)))
    assert (many.name, "3 files, more than 2" in many.reason) == ("photos.zip", True)
    large = only_rejection(gathered(path, archive_limits=ArchiveLimits(max_total_bytes=14)))
    assert "unpack" in large.reason
    each = gathered(path, limits=ImageLimits(max_bytes=4))
    assert ["limit" in file.reason for file in each] == [True] * 3


def test_a_member_longer_than_its_header_says_is_refused(zip_of):
    path = zip_of([("liar.jpg", b"x" * 1000)], compression=zipfile.ZIP_STORED)
    claimed = path.read_bytes().replace((1000).to_bytes(4, "little") * 2, (1000).to_bytes(4, "little") + b"\x05\0\0\0")
    path.write_bytes(claimed)
    assert "zip" in only_rejection(gathered(path)).reason


@pytest.mark.parametrize("keep", [0, 10, 120])
def test_a_cut_off_zip_is_called_damaged(zip_of, keep):
    path = zip_of([("a.jpg", b"x" * 200)], compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[:keep])
    rejection = only_rejection(gathered(path))
    assert rejection == RejectedFile(
        "photos.zip", "the zip file is damaged or was not copied completely: copy it again"
    )


def test_a_damaged_member_is_refused_and_the_others_still_come(zip_of):
    path = zip_of([("a.jpg", b"x" * 200), ("b.jpg", b"good")], compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"x" * 200, b"y" * 200))
    damaged, good = gathered(path)
    assert (damaged.name, "damaged" in damaged.reason) == ("photos.zip / a.jpg", True)
    assert good == IncomingFile("b.jpg", b"good")


def test_a_member_without_a_name_is_refused_and_the_others_still_come(zip_of):
    path = zip_of([("a.jpg", b"nameless"), ("b.jpg", b"good")], compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"a.jpg", b"\0.jpg"))
    nameless, good = gathered(path)
    assert "no name" in nameless.reason
    assert good == IncomingFile("b.jpg", b"good")


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@given(position=st.integers(0, 400), value=st.integers(0, 255))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_of_any_byte_escapes_as_an_error(zip_of, compression, position, value):
    path = zip_of([("a.jpg", bytes(range(100))), ("b.jpg", b"good")], compression=compression)
    data = bytearray(path.read_bytes())
    data[position % len(data)] = value
    path.write_bytes(data)
    for file in gathered(path):
        assert isinstance(file, IncomingFile) or file.reason


def test_a_zip_with_a_password_is_refused(zip_of):
    path = zip_of([("a.jpg", b"secret")], compression=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 0x1  # the flag in the central directory
    path.write_bytes(data)
    assert "password" in only_rejection(gathered(path)).reason
