"""Reading a training bundle: every file is compared with its name, and whatever is odd is refused.

Members are read one at a time into memory, never unpacked to the disk; being stored, none can expand.
"""

import hashlib
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotation_store.archives import DAMAGE, ENCRYPTED
from annotation_store.learning.belief import believed_part
from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import Trimap
from matting_core.edits.marks import Retouch
from matting_core.image_io import ImageLimits, decode_alpha, decode_photo, decode_trimap
from training.bundle.errors import BundleError
from training.bundle.manifest import MANIFEST, PARENT, BundledItem, Manifest, digest_of_manifest
from training.foreign_json import parse_json

LARGEST_MANIFEST = 500_000_000
LARGEST_MEMBER = 4_000_000_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open bundle, every byte of which was compared with its digest."""

    manifest: Manifest
    digest: str
    limits: ImageLimits
    _archive: zipfile.ZipFile

    def parent_weights(self) -> bytes:
        """The safetensors file to go on from."""
        return self._archive.read(PARENT)

    def example(self, item: BundledItem) -> TrainingExample:
        """The pixels of an item. Raises BundleError if they do not fit together, and as the decoders do."""
        rgb = decode_photo(self._archive.read(f"photos/{item.photo}"), limits=self.limits).rgb
        trimap = self._trimap(item.trimap)
        alpha = decode_alpha(self._archive.read(f"alphas/{item.alpha}.png"), limits=self.limits)
        drafted = None if item.draft_trimap is None else self._trimap(item.draft_trimap)
        retouch = None
        if item.retouch is not None:
            retouch = Retouch.from_png(self._archive.read(f"retouches/{item.retouch}.png"))
        planes = (trimap, alpha, drafted, None if retouch is None else retouch.coverage)
        if any(plane.shape != rgb.shape[:2] for plane in planes if plane is not None):
            raise BundleError(f"the mattes of photo {item.photo} are not of its size: write the bundle anew")
        return TrainingExample(
            rgb=rgb,
            trimap=trimap,
            alpha=alpha,
            weight=item.weight,
            believed=believed_part(item.supervision, trimap, retouch),
            draft_trimap=drafted,
            learnt=item.learnt,
        )

    def _trimap(self, digest: str) -> Trimap:
        return decode_trimap(self._archive.read(f"trimaps/{digest}.png"), limits=self.limits)


@contextmanager
def read_bundle(
    path: Path, *, limits: ImageLimits | None = None, on_file: Callable[[int, int], None] | None = None
) -> Iterator[Bundle]:
    """Open a bundle, verified.

    limits: of its photos. on_file: told the numbers of files verified and of all. Raises BundleError, or
    ForeignJsonError about its manifest.
    """
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise BundleError(f"{path.name} is no training bundle, or was not copied completely: copy it again") from error
    with archive:
        members = _members(archive, path.stat().st_size)
        if MANIFEST not in members:
            raise BundleError(f"{path.name} is no training bundle: it holds no {MANIFEST}")
        if members[MANIFEST].file_size > LARGEST_MANIFEST:
            raise BundleError(f"{MANIFEST} is larger than any that a studio writes: write the bundle anew")
        data = b"".join(_pieces(archive, members[MANIFEST]))
        manifest = parse_json(Manifest, data, called=MANIFEST)
        _check(manifest, members)
        files = manifest.files()
        for done, (name, digest) in enumerate(files.items(), 1):
            found = hashlib.sha256()
            for piece in _pieces(archive, members[name]):
                found.update(piece)
            if found.hexdigest() != digest:
                raise BundleError(f"{name} in the bundle is not what it was: copy the bundle again")
            if on_file is not None:
                on_file(done, len(files))
        yield Bundle(manifest, digest_of_manifest(data), limits or ImageLimits(), archive)


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """By name; refused unless each is a plain stored file and there once. size: of the zip, in bytes."""
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename
        mode = info.external_attr >> 16
        if name in members:
            raise BundleError(f"the bundle holds {name!r} twice: write it anew")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise BundleError(f"{name!r} in the bundle is compressed, which a studio never does: write it anew")
        if info.flag_bits & ENCRYPTED or (stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
            raise BundleError(f"{name!r} in the bundle is no plain file: write it anew")
        if info.file_size > LARGEST_MEMBER:
            raise BundleError(f"{name!r} in the bundle has more than {LARGEST_MEMBER / 1e9:.0f} GB")
        members[name] = info
    if sum(info.file_size for info in members.values()) > size:
        raise BundleError("the bundle's files overlap: write it anew")
    return members


def _check(manifest: Manifest, members: dict[str, zipfile.ZipInfo]) -> None:
    expected = {MANIFEST, *manifest.files()}
    if missing := sorted(expected - set(members)):
        raise BundleError(f"the bundle lacks {missing[0]} ({len(missing)} files in all): copy it again")
    if surplus := sorted(set(members) - expected):
        raise BundleError(f"the bundle holds {surplus[0]!r}, which its manifest does not name: write it anew")
    if manifest.digest_of_set() != manifest.training_set.digest:
        raise BundleError("the manifest's items are not those of its training set: write the bundle anew")
    if len(manifest.items) != manifest.training_set.train:
        raise BundleError("the manifest does not list as many items as its training set has: write the bundle anew")


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while piece := file.read(_PIECE):
                yield piece
    except DAMAGE as error:
        raise BundleError(f"{info.filename!r} in the bundle is damaged: copy the bundle again") from error
