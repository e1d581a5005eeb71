"""One approved photo on its way out: each part of it is made when a format first asks for it, and once."""

from functools import cached_property

from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.exports.export_manifest import SubjectFacts
from annotation_store.exports.export_options import ExportOptions
from annotation_store.records import ImageRecord, RevisionRecord
from annotation_store.revisions import load_matte
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.foreground import estimate_foreground
from matting_core.image_io import Photo, decode_photo


class ExportSubject:
    """A photo, its approved matte, and what can be made of both."""

    def __init__(
        self, store: Store, image: ImageRecord, revision: RevisionRecord, facts: SubjectFacts, options: ExportOptions
    ) -> None:
        self.store = store
        self.facts = facts
        self.options = options
        self._image = image
        self._revision = revision

    @property
    def bits(self) -> int:
        """Of a channel: those asked for, else as many as the photo has."""
        return self.options.bits or self._image.bit_depth

    @cached_property
    def photo_bytes(self) -> bytes:
        """The photo's file as it came."""
        return self.store.blobs.get(self._image.photo_blob)

    @cached_property
    def photo(self) -> Photo:
        """The photo: rgb uint8 or uint16, HxWx3, orientation applied."""
        return decode_photo(self.photo_bytes, limits=ALREADY_TAKEN_IN)

    @property
    def rgb(self) -> Rgb:
        """Of the photo: uint8 or uint16, HxWx3."""
        return self.photo.rgb

    @cached_property
    def _matte(self) -> tuple[Trimap, Alpha]:
        return load_matte(self.store, self._revision)

    @property
    def trimap(self) -> Trimap:
        """uint8, HxW, {0, 128, 255}."""
        return self._matte[0]

    @property
    def alpha(self) -> Alpha:
        """float32, HxW, [0, 1]."""
        return self._matte[1]

    @cached_property
    def foreground(self) -> Rgb:
        """The subject's own colours, free of the old background: as `rgb`."""
        return estimate_foreground(self.rgb, self.alpha)
