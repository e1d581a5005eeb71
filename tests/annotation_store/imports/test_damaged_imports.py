"""A thousand damaged inputs for each way in: nothing is raised, and nothing is kept by halves."""

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from elsewhere import (
    alpha_png,
    as_json,
    counts,
    cutout_avif,
    cutout_png,
    cutout_tiff,
    cutout_webp,
    layers_psd,
    photo,
    tar_of,
    trimap_png,
    zip_of,
)

from annotation_store.archives import DEFAULT_ARCHIVE_LIMITS
from annotation_store.blobs import digest_of
from annotation_store.imports.found_files import OUTSIDE, FoundFile, find_files
from annotation_store.imports.importing import ImportReport, take_mattes_in
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_photos_in
from annotation_store.keeping.doctor import examine
from annotation_store.learning.model_registry import register_shipped
from annotation_store.queue.difficulty import Difficulty, difficulty_of
from annotation_store.store import Store, open_store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.image_io import ImageLimits

TIMES = 1000
LIMITS = ImageLimits(max_pixels=1_000_000, max_side=5000, max_bytes=5_000_000)

Take = Callable[[object], ImportReport]


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all, with the photo that loose mattes and the manifest are of."""
    store = open_store(tmp_path_factory.mktemp("damaged") / "data")
    take_photos_in(store, [IncomingFile("cup.png", photo(1))], by="ren", limits=LIMITS)
    yield store
    assert list(examine(store)) == []
    store.database.close()


@pytest.fixture
def take(shared_store: Store, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Import, and see that as many rows came as the report tells of: of each photo all of them, or none."""
    model = register_shipped(shared_store, name="m", architecture="knn", shipped_weights=None, licence="MIT")
    turns = itertools.count()

    def difficulty_now_and_then(*planes: object) -> Difficulty | None:  # it takes longer than all the rest
        return difficulty_of(*planes) if next(turns) % 20 == 0 else None

    monkeypatch.setattr("annotation_store.imports.importing.difficulty_of", difficulty_now_and_then)

    def predict(_project_id: int, _rgb: Rgb, trimap: Trimap) -> tuple[Alpha, int]:
        return trimap.astype(np.float32) / 255, model.id

    def take(files: object) -> ImportReport:
        before = counts(shared_store)
        report = take_mattes_in(shared_store, files, by="keiko", limits=LIMITS, predict=predict)
        after = counts(shared_store)
        new = sum(matte.is_new_photo for matte in report.imported)
        assert after["images"] - before["images"] == new
        assert after["revisions"] - before["revisions"] == len(report.imported)
        assert after["events"] - before["events"] == len(report.imported) + new
        return report

    return take


def damaged(data: bytes, rng: random.Random) -> bytes:
    """One to three of: a bit turned, bytes replaced, put in, taken out, swapped, or the end cut off."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, length = rng.randrange(len(changed) + 1), rng.randrange(1, 24)
        match rng.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at : at + length] = rng.choice((rng.randbytes(length), b"\0" * length, b"\xff" * length))
            case 2:
                changed[at:at] = rng.randbytes(length)
            case 3:
                del changed[at : at + length]
            case 4:
                other = rng.randrange(len(changed) + 1)
                changed[at : at + 4], changed[other : other + 4] = changed[other : other + 4], changed[at : at + 4]
            case 5:
                del changed[at:]
    return bytes(changed)


def in_memory(files: Mapping[str, bytes]) -> list[FoundFile]:
    return [
        FoundFile(path, OUTSIDE, "", path.startswith("shard/"), lambda data=data: data) for path, data in files.items()
    ]


PLANES = {
    "8-bit PNG": ("cup.png", alpha_png()),
    "16-bit PNG": ("cup_alpha.png", alpha_png(16)),
    "trimap": ("cup_trimap.png", trimap_png()),
    "RGBA PNG": ("cup_cutout.png", cutout_png()),
    "RGBA TIFF": ("cup.tif", cutout_tiff()),
    "WebP": ("cup.webp", cutout_webp()),
    "AVIF": ("cup.avif", cutout_avif()),
    "PSD": ("cup.psd", layers_psd()),
}


@pytest.mark.filterwarnings("ignore")  # of decoders, about what they then refuse
@pytest.mark.parametrize("kind", PLANES)
def test_damaged_mattes(take, kind):
    name, data = PLANES[kind]
    rng = random.Random(f"a matte as {kind}")
    outcomes = set()
    for _ in range(TIMES):
        report = take(in_memory({name: damaged(data, rng)}))
        outcomes.add((len(report.imported), len(report.known), len(report.rejected)))
    assert outcomes <= {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert (0, 0, 1) in outcomes


MANIFEST = as_json(
    {
        "format_version": 2,
        "images": [
            {
                "name": "cup.png",
                "image_sha256": digest_of(photo(1)),
                "files": {"alpha/cup.png": "", "trimap/cup.png": "", "cutout/cup.png": ""},
            }
        ],
    }
)
TABLE = b"file_name,alpha_file_name,trimap_file_name\n1.png,1_a.png,1_t.png\n2.png,2_a.png,\n"
LINES = as_json({"file_name": "1.png", "alpha_file_name": "1_a.png", "sha256": "0" * 64}) + b"\n"
PLANE_FILES = {"1.png": photo(1), "1_a.png": alpha_png(), "1_t.png": trimap_png(), "2_a.png": alpha_png()}
OWN_FILES = {"alpha/cup.png": alpha_png(), "trimap/cup.png": trimap_png(), "cutout/cup.png": cutout_png()}
TEXTS = {
    "manifest": ("manifest.json", MANIFEST, OWN_FILES),
    "metadata.csv": ("metadata.csv", TABLE, PLANE_FILES),
    "metadata.jsonl": ("metadata.jsonl", LINES, PLANE_FILES),
    "facts of a shard": (
        "shard/k.json",
        as_json({"name": "cup.png", "image_sha256": digest_of(photo(1))}),
        {"shard/k.png": photo(1), "shard/k.alpha.png": alpha_png()},
    ),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_damaged_tables(take, kind):
    name, data, files = TEXTS[kind]
    rng = random.Random(f"a table as {kind}")
    for _ in range(TIMES):
        take(in_memory({name: damaged(data, rng), **files}))


ARCHIVES: Mapping[str, Callable[[Path], Path]] = {
    "zip": lambda at: zip_of(at / "export.zip", {"manifest.json": MANIFEST, **OWN_FILES}),
    "pairs": lambda at: zip_of(at / "pairs.zip", {"image/n.png": photo(3), "alpha/n.png": alpha_png()}),
    "tar": lambda at: tar_of(
        at / "0.tar",
        {"k.png": photo(4), "k.alpha.png": alpha_png(), "k.trimap.png": trimap_png(), "k.json": as_json({"name": "k"})},
    ),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_damaged_archives(take, tmp_path, kind):
    whole = ARCHIVES[kind](tmp_path)
    data, rng = whole.read_bytes(), random.Random(f"an archive as {kind}")
    for _ in range(TIMES):
        whole.write_bytes(damaged(data, rng))
        with find_files([whole], limits=LIMITS, archive_limits=DEFAULT_ARCHIVE_LIMITS) as files:
            take(files)
