"""``predict`` and ``evaluate``: a matting model at work on files, without the studio."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matting_core.errors import MattingError
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, ModelName, settings_from, speak_only_of_faults
from studio.commands.terminal import StatusLine, chatter_aside, print_json, progress_bar, table
from studio.commands.whole_files import whole_file

if TYPE_CHECKING:
    from matting_core.image_io import ImageLimits
    from matting_core.matting import Matting
    from matting_core.metrics import MatteErrors
    from studio.commands.image_pairs import ImagePair
    from training.evaluate import Score

WHOLE = "whole image"
"""What scores are called that count all pixels; those in the unknown region, the usual ones, need no name."""


def predict(
    images: Annotated[Path, typer.Argument(metavar="IMAGES", help="An image, or a folder of images.")],
    trimaps: Annotated[
        Path, typer.Argument(metavar="TRIMAPS", help="Its trimap, or a folder of trimaps of the same stems.")
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A PNG file or an existing folder; for a folder of images, a folder.")
    ],
    *,
    bits: Annotated[Literal[8, 16], typer.Option(help="Depth of the alphas.")] = 8,
    model: ModelName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Predict alphas from images and trimaps, as grey PNGs.

    An image that cannot be done is reported and does not stop the others; the exit status is then 1. Neither reads
    nor changes the images of a studio.

    \b
    Examples:
      python app.py predict shirt.jpg shirt-trimap.png shirt-alpha.png
      python app.py predict images/ trimaps/ alphas/ --bits 16 --model closed-form
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from studio.commands.image_pairs import pair_up
    from studio.commands.model_choice import choose_model

    pairs = pair_up(images, trimaps, out)
    name, matting = choose_model(settings, model, fastest=True)
    if images.is_dir():
        out.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, Path]] = []
    failed: list[dict[str, object]] = []
    with StatusLine() as line:
        for done, pair in enumerate(pairs):
            line.show(progress_bar(done / len(pairs), f"{done + 1} of {len(pairs)}: {pair.image.name}"))
            try:
                with chatter_aside():
                    _predict_one(matting, pair, bits=bits, limits=settings.image_limits)
            except MattingError as error:
                failed.append({"image": pair.image, "reason": str(error)})
                line.tell(f"error: {pair.image.name}: {error}")
            else:
                written.append({"image": pair.image, "alpha": pair.target})
                if not as_json:
                    line.print(str(pair.target))
    if as_json:
        print_json({"model": name, "alphas": written, "failed": failed})
    if failed:
        raise typer.Exit(1)


def _predict_one(matting: "Matting", pair: "ImagePair", *, bits: int, limits: "ImageLimits") -> None:
    from matting_core.image_io import decode_photo, decode_trimap, encode_alpha
    from matting_core.predictor import predict as predict_alpha

    if pair.trimap is None:
        raise CommandError(f"there is no trimap named {pair.image.stem} for it")
    try:
        image, trimap = pair.image.read_bytes(), pair.trimap.read_bytes()
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from error
    alpha = predict_alpha(matting, decode_photo(image, limits=limits).rgb, decode_trimap(trimap, limits=limits))
    with whole_file(pair.target) as file:
        file.write(encode_alpha(alpha, bits=bits))


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with image/, alpha/ and trimap/.")],
    *,
    trimaps: Annotated[str, typer.Option(metavar="NAME", help="Name of the folder of trimaps in DIR.")] = "trimap",
    whole: Annotated[bool, typer.Option("--whole", help="Score whole images, not only the unknown region.")] = False,
    model: ModelName = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Score a model against true alphas.

    By SAD, MSE, Grad and Conn in the unknown region, as the benchmarks do: lower is better. With --whole, all pixels
    count, what the trimap calls known among them; --json then also tells the mean error by pixels from the true edge.
    Scores of one kind cannot be compared with those of the other.

    \b
    Examples:
      python app.py evaluate testset/
      python app.py evaluate testset/ --trimaps trimap-wide --model compact-0003 --json > scores.json
      python app.py evaluate testset/ --whole --json
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from studio.commands.model_choice import choose_model
    from training.evaluate import evaluate as evaluate_folder
    from training.evaluate import find_truth

    count = len(find_truth(folder, trimaps=trimaps))
    name, matting = choose_model(settings, model)
    done: list[Score] = []

    def tell(score: "Score") -> None:
        done.append(score)
        line.count(len(done), count, f"{score.name}: SAD {score.errors.sad:.3f}")

    with StatusLine() as line, chatter_aside():
        evaluation = evaluate_folder(matting, folder, trimaps=trimaps, whole=whole, on_score=tell)
    if as_json:
        answer = {
            "model": name,
            "trimaps": trimaps,
            "images": {score.name: asdict(score.errors) for score in evaluation.scores},
            "mean": asdict(evaluation.mean),
        }
        if whole:
            answer |= {"region": WHOLE, "boundary": [asdict(band) for band in evaluation.boundary]}
        print_json(answer)
    else:
        rows = [_row(score.name, score.errors) for score in evaluation.scores]
        header = (f"Image ({WHOLE})" if whole else "Image", "SAD", "MSE", "Grad", "Conn")
        typer.echo(table(header, [*rows, _row(f"Mean of {name}", evaluation.mean)], right=(1, 2, 3, 4)))


def _row(name: str, errors: "MatteErrors") -> tuple[str, ...]:
    return (name, f"{errors.sad:.3f}", f"{errors.mse:.5f}", f"{errors.grad:.3f}", f"{errors.conn:.3f}")
