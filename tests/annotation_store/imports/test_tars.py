import io
import tarfile

import pytest

from annotation_store.archives import ArchiveLimits
from annotation_store.imports.tars import DAMAGED, UnreadableTarError, list_tar


@pytest.fixture
def tar(tmp_path):
    """``tar(info, data)...``: a tar of these members."""

    def make(*members, format_=tarfile.GNU_FORMAT):
        path = tmp_path / "shard.tar"
        with tarfile.open(path, "w", format=format_) as archive:
            for info, data in members:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return path

    return make


def member(name, type_=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, link
    return info


def listed(path, *, limits=None, most=1000):
    return list(list_tar(path, limits=limits or ArchiveLimits(), max_member_bytes=most))


@pytest.mark.parametrize("format_", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_members_are_told_by_where_they_lie(tar, format_):
    long = "a" * 90 + "/" + "b" * 90 + ".png"
    path = tar((member("./x.png"), b"one"), (member(long), b"three"), format_=format_)
    first, second = listed(path)
    assert (first.path, second.path) == ("x.png", long)
    data = path.read_bytes()
    assert [data[each.offset : each.offset + each.size] for each in (first, second)] == [b"one", b"three"]


def test_folders_and_litter_are_passed_over(tar):
    path = tar((member("d", tarfile.DIRTYPE), b""), (member("d/.hidden"), b"x"), (member("__MACOSX/a"), b"x"))
    assert listed(path) == []


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (member("../a.png"), "points outside"),
        (member("/etc/a.png"), "points outside"),
        (member("C:/a.png"), "points outside"),
        (member("a.png", tarfile.SYMTYPE, "/etc/passwd"), "a link, not a file"),
        (member("a.png", tarfile.LNKTYPE, "b.png"), "a link, not a file"),
        (member("a.png", tarfile.FIFOTYPE), "no plain file"),
        (member("a.png", tarfile.CHRTYPE), "no plain file"),
        (member("a.zip"), "an archive inside the archive"),
    ],
)
def test_what_is_no_plain_file_is_refused(tar, info, words):
    (only,) = listed(tar((info, b"")))
    assert words in only.refusal


def test_a_large_member_is_refused_and_the_next_comes(tar):
    large, small = listed(tar((member("a.png"), b"x" * 2000), (member("b.png"), b"x")))
    assert "more than the limit of" in large.refusal
    assert small.refusal is None


def test_of_a_tar_that_was_cut_off_what_is_whole_is_told_first(tar):
    path = tar((member("a.png"), b"x" * 900), (member("b.png"), b"y" * 900))
    data = path.read_bytes()
    path.write_bytes(data[: 512 + 1024 + 512 + 100])
    members = list_tar(path, limits=ArchiveLimits(), max_member_bytes=1000)
    assert next(members).refusal is None
    assert "ends before this file does" in next(members).refusal
    with pytest.raises(UnreadableTarError, match=DAMAGED):
        next(members)


def test_a_damaged_header_is_not_the_end(tar):
    path = tar((member("a.png"), b"x"), (member("b.png"), b"y"))
    data = bytearray(path.read_bytes())
    data[1024:1030] = b"\xff" * 6  # the name of the second, which its checksum covers
    path.write_bytes(data)
    members = list_tar(path, limits=ArchiveLimits(), max_member_bytes=1000)
    assert next(members).path == "a.png"
    with pytest.raises(UnreadableTarError, match=DAMAGED):
        next(members)


def test_headers_that_lead_nowhere_end_the_list(tmp_path):
    for size, type_ in ((-1024, b"0"), (-1024, b"x"), (1 << 40, b"x"), (1 << 40, b"L")):
        info = tarfile.TarInfo("a.png")
        info.type = type_
        header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        header[124:136] = tarfile.itn(size, 12, tarfile.GNU_FORMAT)
        header[148:156] = b" " * 8
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        path = tmp_path / "bad.tar"
        path.write_bytes(header + b"\0" * 2048)
        with pytest.raises(UnreadableTarError, match=DAMAGED):
            listed(path)


def test_too_many_members_and_no_tar_at_all(tar, tmp_path):
    path = tar(*((member(f"{number}.png"), b"") for number in range(4)))
    with pytest.raises(UnreadableTarError, match="more than 3 files: divide it"):
        listed(path, limits=ArchiveLimits(max_members=3))
    path.write_bytes(b"no tar " * 200)
    with pytest.raises(UnreadableTarError, match=DAMAGED):
        listed(path)
    with pytest.raises(UnreadableTarError, match="there is no such file"):
        listed(tmp_path / "gone.tar")
