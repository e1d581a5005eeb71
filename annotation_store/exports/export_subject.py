"""One approved photo on its way out: each part of it is made when a format first asks for it, and once."""

from functools import cached_property

from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.exports.export_manifest import SubjectFacts
from annotation_store.exports.export_options import Colours, ExportOptions
from annotation_store.records import ImageRecord, RevisionRecord
from annotation_store.revisions import load_matte
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.foreground import estimate_foreground
from matting_core.image_io import Photo, decode_in_own_colours, decode_photo, srgb_profile
from matting_core.linear_light import fitting, resize_alpha, resize_cutout, resize_photo, resize_trimap


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
        """The photo as it was taken, in sRGB or its own colours: rgb uint8 or uint16, HxWx3, orientation applied."""
        decode = decode_in_own_colours if self.options.colours is Colours.OWN else decode_photo
        return decode(self.photo_bytes, limits=ALREADY_TAKEN_IN)

    @property
    def icc(self) -> bytes:
        """The ICC profile of `rgb` and `foreground`, to be embedded: the photo's own, or that of sRGB."""
        if self.options.colours is Colours.OWN and self.photo.icc_profile is not None:
            return self.photo.icc_profile
        return srgb_profile()

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), in pixels, in which the photo leaves; formats of one size go by `full_alpha` instead."""
        height, width = self.full_alpha.shape
        return fitting(width, height, longest_side=self.options.longest_side)

    @cached_property
    def rgb(self) -> Rgb:
        """Of the photo, in the size asked for: uint8 or uint16, HxWx3."""
        width, height = self.size
        return resize_photo(self.photo.rgb, width=width, height=height)

    @cached_property
    def trimap(self) -> Trimap:
        """In the size asked for: uint8, HxW, {0, 128, 255}; unknown wherever what a pixel is made of differs."""
        width, height = self.size
        return resize_trimap(self._matte[0], width=width, height=height)

    @cached_property
    def alpha(self) -> Alpha:
        """In the size asked for: float32, HxW, [0, 1]."""
        width, height = self.size
        return resize_alpha(self.full_alpha, width=width, height=height)

    @cached_property
    def foreground(self) -> Rgb:
        """The subject's own colours, free of the old background: as `rgb`."""
        width, height = self.size
        return resize_cutout(self.full_foreground, self.full_alpha, width=width, height=height)[0]

    @property
    def full_alpha(self) -> Alpha:
        """As it was approved, in the photo's size: float32, HxW, [0, 1]."""
        return self._matte[1]

    @cached_property
    def full_foreground(self) -> Rgb:
        """`foreground` in the photo's size."""
        return estimate_foreground(self.photo.rgb, self.full_alpha)

    @cached_property
    def _matte(self) -> tuple[Trimap, Alpha]:
        return load_matte(self.store, self._revision)
