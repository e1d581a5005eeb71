"""A training as a studio starts it, of two small samples and six steps: stands in for ``python -m training.retrain``.

``python quick_retrain.py MEGABYTES FOLDER RUN ...``. After every step it keeps its state. While there is a file `hold`
beside FOLDER, it stays at step HELD_AT. MEGABYTES: what it may take beyond what a bare start takes; 0 for no limit.
"""

import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pytest  # noqa: E402
import typer  # noqa: E402
from quick_lessons import one_window_each  # noqa: E402

from annotation_store.learning import training_runs  # noqa: E402
from annotation_store.learning.training_runs import Point  # noqa: E402
from training import finetune, retrain, run_teller  # noqa: E402

STEPS, HELD_AT = 6, 4
BEAT, SETTINGS_OF = training_runs.beat, retrain.settings_of


def main(megabytes: int) -> None:
    one_window_each(pytest.MonkeyPatch())
    finetune.SAVE_EVERY_SECONDS = 0.0
    run_teller.BEAT_SECONDS = 0.0
    retrain.settings_of = _quick
    training_runs.beat = _beat
    if megabytes:
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = taken + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(retrain.main)
    program()


def _quick(**named: Any) -> retrain.RetrainSettings:
    settings = SETTINGS_OF(**named)
    return replace(settings, finetune=replace(settings.finetune, steps=STEPS, batch=2, crop=64))


def _beat(store: Any, run_id: int, *, point: Point | None = None, **told: Any) -> bool:
    answer = BEAT(store, run_id, point=point, **told)
    while point is not None and point.step == HELD_AT and (store.folder.parent / "hold").exists():
        time.sleep(0.02)
    return answer


if __name__ == "__main__":
    main(int(sys.argv.pop(1)))
