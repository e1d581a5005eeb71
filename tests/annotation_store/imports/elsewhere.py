"""Photos with mattes as other programs would send them: tiny, and laid out by hand."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage
from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.archives import DEFAULT_ARCHIVE_LIMITS
from annotation_store.imports.found_files import find_files
from annotation_store.imports.importing import ImportedMatte, ImportReport, take_mattes_in
from annotation_store.records import ImageRecord
from annotation_store.revisions import list_revisions, load_matte
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.image_io import ImageLimits, encode_alpha, encode_rgb, encode_rgba, encode_rgba_tiff, encode_trimap
from matting_core.trimap import force_known

WIDTH, HEIGHT = 40, 30  # as all photos of the small world of the store's tests
Files = Mapping[str, bytes]


def scene(seed: int = 1) -> tuple[Rgb, Trimap, Alpha]:
    """A soft bright disc on dark noise: photo, trimap, alpha in steps of eight bits."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    distance = np.hypot(x - WIDTH / 2, y - HEIGHT / 2)
    alpha = np.rint(np.clip((8 - distance) / 4 + 0.5, 0, 1) * 255).astype(np.float32) / np.float32(255)
    trimap = np.full((HEIGHT, WIDTH), 128, np.uint8)
    trimap[distance < 5], trimap[distance > 11] = 255, 0
    ground = np.random.default_rng(seed).integers(20, 60, (HEIGHT, WIDTH, 3))
    rgb = np.rint(alpha[..., None] * (220, 200, 60) + (1 - alpha[..., None]) * ground).astype(np.uint8)
    return rgb, trimap, force_known(alpha, trimap)


def photo(seed: int = 1) -> bytes:
    return encode_rgb(scene(seed)[0])


def alpha_png(bits: int = 8) -> bytes:
    return encode_alpha(scene()[2], bits=bits)


def trimap_png() -> bytes:
    return encode_trimap(scene()[1])


def cutout_png(seed: int = 1) -> bytes:
    return encode_rgba(scene(seed)[0], scene()[2], bits=8)


def cutout_tiff(seed: int = 1) -> bytes:
    return encode_rgba_tiff(scene(seed)[0], scene()[2])


def cutout_webp(seed: int = 1) -> bytes:
    return _by_pillow("WEBP", seed, lossless=True, exact=True)


def cutout_avif(seed: int = 1) -> bytes:
    return _by_pillow("AVIF", seed, quality=100)


def layers_psd(seed: int = 1, *, name: str = "Subject") -> bytes:
    """A background, and the subject above it with the alpha as its mask."""
    rgb, _, alpha = scene(seed)
    document = PSDImage.new("RGB", (WIDTH, HEIGHT))
    document.create_pixel_layer(Image.fromarray(rgb), name="Background")
    subject = document.create_pixel_layer(Image.fromarray(rgb), name=name)
    subject.create_mask(Image.fromarray(np.rint(alpha * 255).astype(np.uint8)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def grey_png(plane: np.ndarray) -> bytes:
    return cv2.imencode(".png", plane)[1].tobytes()


def folder_of(root: Path, files: Files) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def zip_of(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tar_of(path: Path, files: Files) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


PAIRS = {"image/a.png": photo(), "alpha/a.png": alpha_png(), "trimap/a.png": trimap_png()}
"""One photo with its matte, in folders named after their roles."""


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def take_in(store: Store, *paths: Path, **more: object) -> ImportReport:
    limits = ImageLimits(max_pixels=1_000_000, max_side=5000, max_bytes=5_000_000)
    with find_files(paths, limits=limits, archive_limits=DEFAULT_ARCHIVE_LIMITS) as files:
        return take_mattes_in(store, files, by="keiko", limits=limits, **more)


def only(report: ImportReport) -> ImportedMatte:
    """The one matte that was imported."""
    assert not report.rejected, report.rejected
    (matte,) = report.imported
    return matte


def reason(report: ImportReport) -> str:
    """Why the only one was refused."""
    assert not report.imported
    (rejection,) = report.rejected
    return rejection.reason


def matte_of(store: Store, image: ImageRecord) -> tuple[Trimap, Alpha]:
    return load_matte(store, list_revisions(store, image.id)[-1])


def in_steps(alpha: Alpha, bits: int = 8) -> np.ndarray:
    return np.rint(alpha * (2**bits - 1)).astype(int)


COUNTED = (schema.Image, schema.Revision, schema.Event, schema.Decision)


def counts(store: Store) -> dict[str, int]:
    with store.database.read() as session:
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in COUNTED}


def _by_pillow(format_: str, seed: int, **options: object) -> bytes:
    rgb, _, alpha = scene(seed)
    rgba = np.dstack([rgb, np.rint(alpha * 255).astype(np.uint8)])
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, format_, **options)
    return out.getvalue()
