"""The layout of Adobe's Composition-1k, for programs that train on it or are tested by it.

Below ``Combined_Dataset/``, as in Adobe's archive, for photos to train on::

    Training_set/training_fg_names.txt
    Training_set/Adobe-licensed images/fg/NAME.png
    Training_set/Adobe-licensed images/alpha/NAME.png

and for photos to be tested by::

    Test_set/test_fg_names.txt
    Test_set/Adobe-licensed images/fg/NAME.png
    Test_set/Adobe-licensed images/alpha/NAME.png
    Test_set/Adobe-licensed images/trimaps/NAME_0.png to NAME_19.png

The folder's name says nothing of a licence: programs look for it. Backgrounds, and their names
(``training_bg_names.txt``), come from elsewhere, as they do for Adobe's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotation_store.exports import trimap_png
from annotation_store.exports.dataset_parts import opaque
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_names import without_dots
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject
from matting_core.image_io import encode_alpha

USUAL_BITS = 8
"""Unless others are asked for: Pillow's ``convert("L")``, by which many programs read, makes nonsense of 16 bits."""

BACKGROUNDS = 20
"""Of each foreground of the test set. Programs look for a trimap for each of them."""


@dataclass(frozen=True, slots=True)
class Composition1k:
    """One of the two sets. names: the file that lists its photos. trimaps: how many each photo has, all alike."""

    name: str
    folder: str
    names: str
    trimaps: int

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        name = without_dots(place.stem)
        return (self._path("fg", name), self._path("alpha", name), *self._trimaps(name))

    def writer(self, options: ExportOptions) -> Writer:
        return self

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        name, bits = without_dots(place.stem), subject.options.bits or USUAL_BITS
        yield ExportFile(self._path("fg", name), opaque(subject, subject.foreground, bits=bits))
        yield ExportFile(self._path("alpha", name), encode_alpha(subject.alpha, bits=bits))
        if self.trimaps:
            trimap = trimap_png.encode(subject)
            for path in self._trimaps(name):
                yield ExportFile(path, trimap)

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        names = "".join(f"{without_dots(entry.stem)}.png\n" for entry in entries)
        yield ExportFile(f"{self.folder}/{self.names}", names.encode())

    def _path(self, part: str, name: str) -> str:
        return f"{self.folder}/Adobe-licensed images/{part}/{name}.png"

    def _trimaps(self, name: str) -> tuple[str, ...]:
        return tuple(self._path("trimaps", f"{name}_{number}") for number in range(self.trimaps))


COMPOSITION_1K = Composition1k(
    "composition-1k", "Combined_Dataset/Training_set", names="training_fg_names.txt", trimaps=0
)
COMPOSITION_1K_TEST = Composition1k(
    "composition-1k-test", "Combined_Dataset/Test_set", names="test_fg_names.txt", trimaps=BACKGROUNDS
)
