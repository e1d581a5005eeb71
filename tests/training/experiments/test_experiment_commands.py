"""Every experiment from its command to its page, with numbers that are as small as they can be."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from training.experiments import few_labels, initialisations, pretext_ablations, study, trimap_free
from training.experiments.starts import STARTS, Start


@pytest.fixture
def folders(photos: Path, mattes: Path, dev: Path, recipe: Path, tmp_path: Path) -> list[str]:
    """Options that all of the trainings need."""
    folders = {"photos": photos, "mattes": mattes, "dev": dev, "work": tmp_path / "work", "page": tmp_path / "page"}
    options = [text for name, path in folders.items() for text in (f"--{name}", str(path))]
    return [*options, "--recipe", str(recipe), "--seeds", "1", "--pretrain-steps", "2", "--steps", "4"]


SOME = {start: STARTS[start] for start in (Start.RANDOM, Start.PATCHES_CODE, Start.MASKED)}


def run(command: Callable[..., None], options: list[str]) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, options)


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this was measured before")

    for name in ("train", "score", "starting_network"):
        monkeypatch.setattr(study, name, refuse)


def test_few_labels_are_measured_once_and_told_on_a_page(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (few_labels, initialisations):
        monkeypatch.setattr(module, "STARTS", SOME)
    two = ["--labels", "3", "--labels", "2"]
    done = run(few_labels.main, [*folders, *two])
    assert done.exit_code == 0, done.output
    path = Path(done.stdout.splitlines()[-1])
    page = path.read_text()
    assert page.startswith("# Few labels: compact without prior\n")
    for start in SOME:
        assert f"| {start} | " in page
    assert "**patches-code** against **realistic**: not measured yet." in page
    assert "| start | no matte | K = 2 | K = 3 |" in page
    # random weights reach their own error at the end, or have passed it on the way
    assert re.search(r"\| random \| [0-4] \| [0-4] \|", page)
    assert "a single seed tells no difference from chance" in page
    for name in ("labels", "steps-2", "steps-3"):
        picture = f"few-labels-compact-without-prior-trimap-{name}.svg"
        assert f"({picture})" in page
        assert (path.parent / picture).read_text().count("<polyline") >= len(SOME)

    forbid(monkeypatch)
    rows = (tmp_path / "work" / "rows.jsonl").read_text()
    assert len(rows.splitlines()) == 1 + len(SOME) * (1 + 2 * 3)
    again = run(few_labels.main, [*folders, *two])
    assert again.exit_code == 0, again.output
    assert path.read_text() == page
    # the same budget and mattes: another command has nothing left to measure
    shared = run(initialisations.main, [*folders, "--kind", "compact", "--labels", "3"])
    assert shared.exit_code == 0, shared.output
    assert "| closed form | " in Path(shared.stdout.splitlines()[-1]).read_text()
    assert (tmp_path / "work" / "rows.jsonl").read_text() == rows


def test_an_interrupted_run_goes_on_where_it_was(
    folders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few_labels, "STARTS", {Start.REALISTIC: STARTS[Start.REALISTIC]})
    options = [*folders, "--labels", "2"]
    assert run(few_labels.main, options).exit_code == 0
    path = tmp_path / "work" / "rows.jsonl"
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:-2]))
    assert run(few_labels.main, options).exit_code == 0
    kept = [line.partition('"seconds"')[0] for line in path.read_text().splitlines()]
    assert kept == [line.partition('"seconds"')[0] for line in whole.splitlines()]


def test_ablations_of_one_factor_are_told_beside_the_reference(
    folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    patches = pretext_ablations.FACTORS[0]
    monkeypatch.setattr(pretext_ablations, "FACTORS", (replace(patches, variants=patches.variants[-1:]),))
    done = run(pretext_ablations.main, [*folders, "--crop", "56", "--labels", "2"])
    assert done.exit_code == 0, done.output
    path = Path(done.stdout.splitlines()[-1])
    page = path.read_text()
    for name in ("random", "dpt", "patch-28"):
        assert f"| {name} | " in page
    assert (path.parent / "pretext-ablations-trimap-2-patch.svg").read_text().count("<polyline") == 2


@pytest.mark.slow
def test_a_network_with_its_prior_goes_through_the_same(folders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initialisations, "STARTS", {Start.PATCHES_CODE: STARTS[Start.PATCHES_CODE]})
    done = run(initialisations.main, [*folders, "--kind", "compact-prior", "--labels", "2"])
    assert done.exit_code == 0, done.output
    page = Path(done.stdout.splitlines()[-1]).read_text()
    assert "## compact with prior" in page
    assert "so that start is made without a prior" in page


def test_too_few_mattes_are_told_before_anything_is_trained(
    folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch)
    failed = run(few_labels.main, [*folders, "--labels", "5"])
    assert failed.exit_code == 1
    assert "5 mattes are asked for and 4 are usable" in failed.output


@pytest.mark.usefixtures("shipped_weights")
def test_drafted_trimaps_are_compared_with_given_ones(dev: Path, tmp_path: Path) -> None:
    options = ["--dev", str(dev), "--work", str(tmp_path / "work"), "--page", str(tmp_path / "page")]
    done = run(trimap_free.main, options)
    assert done.exit_code == 0, done.output
    page = Path(done.stdout.splitlines()[-1]).read_text()
    for row in ("| closed form | drafted | ", "| compact | drafted | ", "| compact | trimap | ", "| drafted | "):
        assert row in page
    assert sorted(path.name for path in (tmp_path / "work" / "drafted-by-automatic" / "drafted").iterdir()) == [
        "0.png",
        "1.png",
    ]


def test_what_a_trimap_gets_wrong_is_counted_over_all_pixels() -> None:
    trimap = np.array([[0, 0, 255, 128]], np.uint8)
    alpha = np.array([[0.0, 0.9, 0.2, 0.1]], np.float32)
    assert trimap_free.wrong_share(trimap, alpha) == 0.5
