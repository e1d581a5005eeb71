"""The whole job that the README shows, run in an empty studio."""

import json
import shutil
import zipfile

from shell_examples import ROOT, blocks_of, run_line

from annotation_store import gallery
from annotation_store.learning import training_runs
from annotation_store.states import RunState
from annotation_store.store import open_store

README = ROOT / "README.md"


def test_a_whole_job_takes_ten_lines(example_folder):
    shutil.rmtree(example_folder / "studio-data")
    (job,) = [block for block in blocks_of(README) if "app.py draft" in block.text]
    assert len(job.commands) <= 10
    for line in job.commands:
        status, printed = run_line(line, example_folder)
        assert status == 0, f"{line}\n{printed}"
    with zipfile.ZipFile(example_folder / "cutouts.zip") as archive:
        assert "cutout/cup_01.png" in archive.namelist()
    assert len(json.loads((example_folder / "waiting.json").read_text())) == 8
    store = open_store(example_folder / "studio-data")
    assert sum(gallery.count_by_state(store).values()) == 8
    assert [run.state for run in training_runs.list_runs(store)] == [RunState.SUCCEEDED]
    assert (example_folder / "backup").is_dir()
    store.database.close()
