"""Score a matting model against true mattes: in the unknown region, as the benchmarks do, or over whole images."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.errors import MattingError
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap
from matting_core.matting import Matting
from matting_core.metrics import BandError, MatteErrors, boundary_errors, measure, measure_whole_image
from matting_core.predictor import predict

Plane = TypeVar("Plane")

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")


class EvaluationFolderError(MattingError):
    """A folder that is not laid out for an evaluation; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Score:
    """The errors of one image. boundary: by distance from the true edge, for whole images only; else empty."""

    name: str
    errors: MatteErrors
    boundary: tuple[BandError, ...] = ()


@dataclass(frozen=True, slots=True)
class BandMean:
    """Mean of the errors, 0 to 1, of those `images` that have pixels at [near, far) pixels from their true edge.

    Images count alike, as they do in `Evaluation.mean`; 0.0 where no image has such pixels.
    """

    near: float
    far: float
    images: int
    mean: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of all images, and their mean."""

    scores: tuple[Score, ...]

    @property
    def mean(self) -> MatteErrors:
        count = len(self.scores)
        return MatteErrors(
            sad=sum(score.errors.sad for score in self.scores) / count,
            mse=sum(score.errors.mse for score in self.scores) / count,
            grad=sum(score.errors.grad for score in self.scores) / count,
            conn=sum(score.errors.conn for score in self.scores) / count,
        )

    @property
    def boundary(self) -> tuple[BandMean, ...]:
        """The mean by distance from the true edge; empty unless whole images were scored."""
        return tuple(_band_mean(bands) for bands in zip(*(score.boundary for score in self.scores), strict=True))


@dataclass(frozen=True, slots=True)
class TruthFiles:
    """Paths of one image with its trimap and true alpha; all three share a stem."""

    image: Path
    trimap: Path
    alpha: Path

    def read(self) -> tuple[Rgb, Trimap, Alpha]:
        """Raises EvaluationFolderError, with the file's name, if one of them cannot be read."""
        return (
            _read(self.image, lambda data: decode_photo(data).rgb),
            _read(self.trimap, decode_trimap),
            _read(self.alpha, decode_alpha),
        )


def evaluate(
    matting: Matting,
    folder: Path,
    *,
    trimaps: str = "trimap",
    whole: bool = False,
    on_score: Callable[[Score], None] | None = None,
) -> Evaluation:
    """Evaluate on a folder with ``image/``, ``alpha/`` and a folder of trimaps.

    trimaps: name of that folder. whole: score all pixels instead of the unknown ones, and by distance from the true
    edge, too; such scores cannot be compared with the others. on_score: told each score as it comes. Raises
    EvaluationFolderError when files are missing or nothing is found.
    """
    scores = []
    for files in find_truth(folder, trimaps=trimaps):
        rgb, trimap, truth = files.read()
        alpha, name = predict(matting, rgb, trimap), files.image.stem
        if whole:
            score = Score(name, measure_whole_image(alpha, truth), boundary_errors(alpha, truth))
        else:
            score = Score(name, measure(alpha, truth, trimap))
        scores.append(score)
        if on_score is not None:
            on_score(score)
    return Evaluation(tuple(scores))


def find_truth(folder: Path, *, trimaps: str = "trimap") -> list[TruthFiles]:
    """All images of the folder with their trimaps and alphas, by name. Raises EvaluationFolderError."""
    for needed in ("image", "alpha", trimaps):
        if not (folder / needed).is_dir():
            raise EvaluationFolderError(
                f"{folder} has no folder {needed}/: an evaluation needs image/, alpha/ and {trimaps}/, "
                "with files of the same name"
            )
    found = [
        TruthFiles(image, _partner(folder / trimaps, image), _partner(folder / "alpha", image))
        for image in images_in(folder / "image")
    ]
    if not found:
        raise EvaluationFolderError(f"there is no image in {folder / 'image'}")
    return found


def images_in(folder: Path) -> Iterator[Path]:
    """The image files of a folder, by name."""
    return iter(sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES))


def _band_mean(bands: Sequence[BandError]) -> BandMean:
    """The mean of one band over the images; one without pixels there says nothing about the band."""
    means = [band.mean for band in bands if band.pixels]
    return BandMean(bands[0].near, bands[0].far, images=len(means), mean=sum(means) / max(len(means), 1))


def _read(path: Path, decode: Callable[[bytes], Plane]) -> Plane:
    try:
        return decode(path.read_bytes())
    except (MattingError, OSError) as error:
        raise EvaluationFolderError(f"{path.parent.name}/{path.name}: {error}") from error


def _partner(folder: Path, image: Path) -> Path:
    if found := [path for path in images_in(folder) if path.stem == image.stem]:
        return min(found, key=lambda path: IMAGE_SUFFIXES.index(path.suffix.lower()))
    raise EvaluationFolderError(f"{folder.name}/ has no file named {image.stem} to go with {image.name}")
