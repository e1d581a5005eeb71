"""A worker as a studio starts it, whose trainings and drafts are quick: stands in for ``python -m studio.worker``.

``python quick_worker.py MEGABYTES PID [--after-fall]``. MEGABYTES: see quick_retrain.py.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from small_images import BlurredTrimap  # noqa: E402

from annotation_store.learning import what_serves  # noqa: E402
from studio import reminding, training_job, worker  # noqa: E402
from studio.device.live_model import LiveModel  # noqa: E402

if __name__ == "__main__":
    megabytes, parent, *rest = sys.argv[1:]
    quick = BlurredTrimap()
    LiveModel.get = lambda live, *_, **__: (what_serves.live_model(live._store), quick)
    LiveModel._load = lambda *_: quick
    training_job.PROGRAM = (str(Path(__file__).with_name("quick_retrain.py")), megabytes)
    training_job.POLL_SECONDS = 0.1
    worker._compile_pymatting = lambda: None
    worker.WATCH_SECONDS = 0.2
    reminding.REMIND_SECONDS = 0.5
    worker.main(int(parent), after_fall=worker.AFTER_FALL in rest)
