"""What the commands of the experiments have in common: their options, and how they tell of mistakes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from matting_core.errors import MattingError
from training.experiments.study import Data, Finetuning

RESULTS = Path(__file__).parent / "results"

Photos = Annotated[Path, typer.Option(help="Folder of unlabelled photos; a pack of them loads faster.")]
Mattes = Annotated[Path, typer.Option(help="Tree of photos with mattes: */image and */alpha.")]
Dev = Annotated[Path, typer.Option(help="Folder to measure on, never to learn from: image/, alpha/ and trimaps.")]
Work = Annotated[Path, typer.Option(help="Keeps starts and rows: the same command goes on from there.")]
Trimaps = Annotated[list[str] | None, typer.Option(help="Names of the trimap folders in --dev.")]
Labels = Annotated[list[int] | None, typer.Option(min=1, help="Numbers of mattes to learn from.")]
Seeds = Annotated[int, typer.Option(min=1, help="Runs of everything, each with its own chance.")]
PretrainSteps = Annotated[int | None, typer.Option(min=1, help="Of pre-training, for each start; else the recipe's.")]
Steps = Annotated[int, typer.Option(min=4, help="Of fine-tuning.")]
LearningRate = Annotated[float, typer.Option(help="Highest rate of the fine-tuning, the same for all starts.")]
Crop = Annotated[int | None, typer.Option(min=16, help="Side of samples and crops in pixels; else the recipe's.")]
Architecture = Annotated[str | None, typer.Option(help="compact, matteformer or resnet50; else the recipe's.")]
Prior = Annotated[bool | None, typer.Option("--prior/--no-prior", help="Give the compact network its prior.")]
RecipeName = Annotated[str | None, typer.Option("--recipe", help="What the starts are derived from, a .toml file.")]
Device = Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")]
Workers = Annotated[int, typer.Option(min=1, help="Processes that make samples with a prior.")]
Page = Annotated[Path, typer.Option(help="Folder for the page and its curves.")]


def data_of(photos: Path, mattes: Path, dev: Path, trimaps: list[str] | None) -> Data:
    return Data(photos, mattes, dev, tuple(trimaps or ["trimap"]))


def finetuning_of(steps: int, learning_rate: float, *, on_the_way: bool = False) -> Finetuning:
    """on_the_way: measure after a quarter and a half of the steps, too."""
    return Finetuning((steps // 4, steps // 2, steps) if on_the_way else (steps,), learning_rate)


@contextmanager
def mistakes_in_plain_words() -> Iterator[None]:
    """A mistake of whoever typed the command becomes one line and exit status 1."""
    try:
        yield
    except (MattingError, FileNotFoundError, ValueError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def note(text: str) -> None:
    """How things go, on standard error."""
    typer.echo(text, err=True)
