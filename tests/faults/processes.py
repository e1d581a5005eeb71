"""The studio's processes as they are forked: what runs in them. Imports everything that the studio imports.

In place of the live model stands a blur of the trimap, and cut-outs keep the colours of the photo: what a killed
process leaves on the disk does not depend on that, and numba's threads would not live through a fork. Everything else
is the studio as it is: `studio.web.serve`, `studio.worker.main`, `open_store` and the commands of `app.py`.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from small_images import BlurredTrimap

import training.models  # noqa: F401  (the studio imports it late; here it comes with the fork)
from annotation_store.exports import export_subject
from annotation_store.learning import what_serves
from annotation_store.store import Store, open_store
from faults.deaths import Death, MortalApp, arm
from matting_core.drafting.drafter import Drafter
from studio import commands, training_job, web, worker
from studio.device.live_model import LiveModel
from studio.drafter_choice import chosen_drafter
from studio.drafting import steps
from studio.settings import Settings, environment_of

WATCH_SECONDS = 0.2  # how soon a worker notices that its parent is gone
REMIND_SECONDS = 0.5
QUICK_RETRAIN = (str(Path(__file__).with_name("quick_retrain.py")), "0")


def prepare(log: Path) -> None:
    """Before one of the functions below: what this process says goes to `log`, and it spares the mathematics.

    Nothing that whoever runs the tests has set for a studio of their own is heard.
    """
    os.setsid()
    os.chdir(log.parent)  # away from a file .env
    for name in [name for name in os.environ if name.startswith("MATTELOOP_")]:
        del os.environ[name]
    with log.open("a") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.environ["GRADIO_TEMP_DIR"] = str(log.with_name("uploads"))
    quick = BlurredTrimap()
    LiveModel.get = lambda live, *_, **__: (what_serves.live_model(live._store), quick)
    LiveModel._load = lambda *_: quick
    LiveModel.warm_up = lambda *_: None
    worker._compile_pymatting = lambda: None
    training_job.PROGRAM = QUICK_RETRAIN
    worker.WATCH_SECONDS = WATCH_SECONDS
    worker.REMIND_SECONDS = REMIND_SECONDS
    export_subject.estimate_foreground = lambda rgb, _: rgb


def serve_studio(settings: dict[str, Any], death: Death | None, halt: Path) -> None:
    """The web process, with its worker, until it is ended; both are one process group. halt: see MortalStudio."""
    steps.chosen_drafter = lambda store, image_id: _choose_later(store, image_id, halt)
    make_app = web.create_app
    web.create_app = lambda studio: MortalApp(make_app(studio))
    web.Worker = lambda settings: _ForkedWorker(settings, death)
    web.serve(Settings(_env_file=None, **settings))


def run_command(arguments: list[str], death: Death | None) -> None:
    """As ``python app.py ARGUMENTS`` does it."""
    if death is not None:
        arm(death)
    commands.program(arguments, prog_name="python app.py")


def open_and_close(folder: Path, death: Death | None) -> None:
    """Open the store, which brings it up to date, and close it."""
    if death is not None:
        arm(death)
    open_store(folder).database.close()


class _ForkedWorker:
    """Stands in for `studio.worker.Worker`, which starts an interpreter anew. It is not started again if it falls.

    Forked before its parent opens the database, for no connection may be used on both sides of a fork.
    """

    def __init__(self, settings: Settings, death: Death | None) -> None:
        parent = os.getpid()
        reading, self._starting = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.dup2(reading, 3)
            os.closerange(4, 1024)  # the studio's port, too
            self._work(settings, parent, death if death is not None and death.in_worker else None)
        os.close(reading)
        if death is not None and not death.in_worker:
            arm(death)

    def start(self) -> None:
        os.write(self._starting, b"!")

    def stop(self) -> None:
        os.kill(self._process, signal.SIGTERM)
        os.waitpid(self._process, 0)

    def _work(self, settings: Settings, parent: int, death: Death | None) -> None:
        status = 1
        try:
            if os.read(3, 1):  # nothing comes from a parent that died before
                if death is not None:
                    arm(death)
                os.environ.update(environment_of(settings))
                worker.main(parent)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)


def _choose_later(store: Store, image_id: int, halt: Path) -> Drafter:
    while halt.exists():
        time.sleep(0.02)
    return chosen_drafter(store, image_id)
