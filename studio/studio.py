"""The studio of one data folder: the store, the models, the desk and the jobs, opened together and closed together."""

import threading
from dataclasses import dataclass

from annotation_store.store import Store, open_store
from studio.desk.sessions import EditingSessions
from studio.desk.snapshots import Snapshots
from studio.jobs import Jobs
from studio.live_model import LiveModel
from studio.settings import Settings
from training.built_in_models import register_built_in_models


@dataclass(frozen=True, slots=True)
class Studio:
    """Passed to everything that serves people; holds no state of its own beyond these."""

    settings: Settings
    store: Store
    live: LiveModel
    sessions: EditingSessions
    jobs: Jobs

    def warm_up(self) -> None:
        """Load the live model in the background, so that the first stroke does not wait for imports."""
        threading.Thread(target=self._load, name="warm-up", daemon=True).start()

    def close(self) -> None:
        self.sessions.close()
        self.store.database.close()

    def _load(self) -> None:
        _, matting = self.live.get()
        from matting_core.predictor import run_once

        run_once(matting)
        import pymatting  # noqa: F401  (for the export; compiles its kernels on the very first import)


def open_studio(settings: Settings) -> Studio:
    """Open the data folder, creating it where needed. Raises StoreUnavailableError if it cannot be used."""
    store = open_store(settings.data_dir)
    register_built_in_models(store)
    live = LiveModel(store, device=settings.device, threads=settings.threads)
    snapshots = Snapshots(store.folder / "cache" / "snapshots")
    sessions = EditingSessions(store, live=live.get, snapshots=snapshots)
    return Studio(settings=settings, store=store, live=live, sessions=sessions, jobs=Jobs(store.folder))
