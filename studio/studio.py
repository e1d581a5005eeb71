"""The studio of one data folder: the store, the models, the desk and the jobs, opened together and closed together."""

from dataclasses import dataclass, field

import structlog

from annotation_store.people.accounts import has_accounts
from annotation_store.schema_version import Age
from annotation_store.store import Store, open_store
from studio.blind_pictures import BlindPictures
from studio.desk.lines import MOST_AT_ONE
from studio.desk.sessions import EditingSessions
from studio.desk.snapshots import Snapshots
from studio.device.live_model import LiveModel
from studio.device.turns import SHARE_OF_ONE, Turns
from studio.image_projects import ImageProjects
from studio.insights.insights import Insights
from studio.jobs import Jobs, open_jobs
from studio.machine_meter import MachineMeter
from studio.operations.closing import Closing
from studio.operations.readiness import Readiness
from studio.settings import Settings
from training.built_in_models import register_built_in_models

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Studio:
    """Passed to everything that serves people; holds no state of its own beyond these.

    accounts: whether people sign in; also without the setting, once somebody has an account.
    """

    settings: Settings
    store: Store
    live: LiveModel
    sessions: EditingSessions
    jobs: Jobs
    projects: ImageProjects
    blind: BlindPictures
    turns: Turns
    accounts: bool = False
    insights: Insights = field(init=False)
    closing: Closing = field(init=False, default_factory=Closing)
    readiness: Readiness = field(init=False)

    def __post_init__(self) -> None:
        zone, idle = self.settings.zone, self.settings.idle_seconds
        object.__setattr__(self, "insights", Insights(self.store, zone=zone, idle_seconds=idle))
        object.__setattr__(self, "readiness", Readiness(self.store, self.closing))

    def close(self) -> None:
        self.live.close()
        self.sessions.close()
        self.store.database.close()


def open_studio(settings: Settings) -> Studio:
    """Open the data folder, creating it where needed. Raises StoreUnavailableError if it cannot be used."""
    store = open_store(
        settings.data_dir,
        database_url=settings.database_url.get_secret_value(),
        blob_url=settings.blob_url.get_secret_value(),
        blob_cache_room=settings.blob_cache_room,
    )
    if store.database.age() is Age.COMPATIBLE:
        log.warning("the tables are a newer version's, and this one goes on: replace it soon", data=str(store.folder))
    register_built_in_models(store)
    accounts = settings.accounts or has_accounts(store)
    live = LiveModel(
        store,
        device=settings.device,
        threads=settings.threads,
        memory_megabytes=settings.device_memory_megabytes,
    )
    turns = Turns(
        at_once=lambda: settings.predictions_at_once or live.at_once,
        waiting=settings.predictions_waiting,
        of_one=max(1, settings.predictions_waiting // SHARE_OF_ONE) if accounts else None,
    )
    snapshots = Snapshots(store.folder / "cache" / "snapshots")
    meter = MachineMeter(store, device=lambda: live.device)
    sessions = EditingSessions(
        store,
        live=live.get,
        snapshots=snapshots,
        meter=meter,
        turn=turns.turn,
        waiting=max(MOST_AT_ONE, settings.predictions_waiting),
    )
    return Studio(
        settings=settings,
        store=store,
        live=live,
        sessions=sessions,
        jobs=open_jobs(store, settings.jobs_url.get_secret_value()),
        projects=ImageProjects(store),
        blind=BlindPictures(store),
        turns=turns,
        accounts=accounts,
    )
