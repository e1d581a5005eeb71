"""Metrics for Prometheus: what this process has answered, and how the studio is, asked of the store when scraped.

No label names a person, a photo or a project. Every process counts for itself.
https://prometheus.io/docs/practices/naming/
"""

import shutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import structlog

from annotation_store.store import BLOB_FOLDER
from annotation_store.vital_signs import take_vital_signs
from matting_core.errors import MattingError
from matting_core.optional_packages import require
from studio.device.tally import Tally
from studio.operations import heartbeat
from studio.operations.finished_requests import API, FinishedRequest
from studio.studio import Studio

if TYPE_CHECKING:
    from prometheus_client.core import Metric

log = structlog.get_logger()

PACKAGE = "prometheus_client"
WORKER = "worker"
"""As workers sign on: studio/worker.py."""
STROKES = frozenset({"edits", "undo", "redo", "redraft", "preview", "settle", "recompute"})
"""Last parts of the routes of an image by which its matte follows a hand."""
_IMAGE = f"{API}/images/{{image_id}}/"
REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STROKE_SECONDS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 10)
"""An operator feels what is slower than a tenth of a second."""
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """Of one opened studio. Raises MissingPackageError."""

    def __init__(self, studio: Studio) -> None:
        require(PACKAGE, purpose="MATTELOOP_METRICS_TOKEN")
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "matteloop_requests",
            "Requests answered, by the template of their route and the class of their status.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "matteloop_request_seconds",
            "Seconds until a request was answered to its end.",
            ["route"],
            buckets=REQUEST_SECONDS,
            registry=self._registry,
        )
        self._stroke_seconds = Histogram(
            "matteloop_stroke_seconds",
            "Seconds until a stroke, an undo and the like was stored and its matte answered.",
            ["kind"],
            buckets=STROKE_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_Figures(studio))  # type: ignore[arg-type]

    def count(self, finished: FinishedRequest) -> None:
        """Take one request into account."""
        status = f"{finished.status // 100}xx" if finished.status else "none"
        self._requests.labels(finished.method, finished.route, status).inc()
        self._request_seconds.labels(finished.route).observe(finished.seconds)
        kind = finished.route.removeprefix(_IMAGE)
        if kind in STROKES and finished.status == 200:
            self._stroke_seconds.labels(kind).observe(finished.seconds)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All of them as text, in the form that the header Accept prefers, and the name of that form."""
        from prometheus_client.exposition import choose_encoder

        encode, form = choose_encoder(accept)
        return encode(self._registry), form


def batch_buckets(sizes: Mapping[int, int]) -> tuple[list[tuple[str, float]], float]:
    """How many batches there were of each size, as a histogram; and how many passes they were together."""
    tally = Tally(BATCH_SIZES)
    for size, times in sizes.items():
        tally.add(size, times=times)
    return tally.told()


class _Figures:
    """Asked whenever somebody scrapes. Where the store does not answer, its figures are missing, not zero."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def describe(self) -> list["Metric"]:
        """Nothing: else the store would be asked at the start."""
        return []

    def collect(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily as Gauge

        yield from self._of_the_store()
        sessions = self._studio.sessions.count()
        yield Gauge("matteloop_editing_sessions", "Images open for correction in this process.", value=sessions)
        yield from self._of_the_device()
        folder = self._studio.store.folder
        silence = heartbeat.silence(folder)
        if silence is not None:
            yield Gauge(
                "matteloop_worker_silence_seconds",
                "Seconds since a worker of this folder was heard last.",
                value=silence,
            )
        try:
            free = shutil.disk_usage(folder / BLOB_FOLDER).free
        except OSError as error:
            log.warning("a metric is missing", reason=str(error))
        else:
            yield Gauge("matteloop_blobs_free_bytes", "Room left on the disk of the blobs.", value=free)

    def _of_the_device(self) -> Iterator["Metric"]:
        from prometheus_client.core import CounterMetricFamily as Counter
        from prometheus_client.core import GaugeMetricFamily as Gauge
        from prometheus_client.core import HistogramMetricFamily as Histogram

        turns, live = self._studio.turns, self._studio.live
        figures = turns.figures()
        waiting = Gauge("matteloop_predictions_waiting", "Predictions that wait for their turn.", labels=["kind"])
        for urgency, number in figures.waiting.items():
            waiting.add_metric([urgency.name.lower()], number)
        yield waiting
        yield Gauge("matteloop_predictions_at_work", "Predictions that have their turn.", value=figures.at_work)
        refused = "Predictions that were turned away because too many waited."
        yield Counter("matteloop_busy_answers", refused, value=figures.refused)
        buckets, seconds = turns.waits.told()
        waits = "Seconds that a prediction waited for its turn."
        yield Histogram("matteloop_turn_wait_seconds", waits, buckets=buckets, sum_value=seconds)
        buckets, passes = batch_buckets(live.batch_sizes())
        size = "Passes of a network that ran together on the device, of the models that are loaded now."
        yield Histogram("matteloop_batch_size", size, buckets=buckets, sum_value=passes)
        yield Gauge(
            "matteloop_models_loaded", "Versions of models that are ready in this process.", value=live.loaded()
        )
        held = "Memory of the device that they hold."
        yield Gauge("matteloop_models_bytes", held, value=live.memory_held())

    def _of_the_store(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily as Gauge

        try:
            signs = take_vital_signs(self._studio.store)
        except MattingError as error:
            log.warning("metrics of the store are missing", reason=str(error))
            yield Gauge("matteloop_store_up", "Whether the store answers.", value=0)
            yield _worker_up(heartbeat.is_heard(self._studio.store.folder))
            return
        yield Gauge("matteloop_store_up", "Whether the store answers.", value=1)
        images = Gauge("matteloop_images", "Images by their state.", labels=["state"])
        for state, number in signs.images.items():
            images.add_metric([state], number)
        yield images
        trainings = Gauge("matteloop_trainings", "Trainings by their state.", labels=["state"])
        for run_state, number in signs.trainings.items():
            trainings.add_metric([run_state], number)
        yield trainings
        workers = Gauge("matteloop_workers", "Processes that work in the background, wherever.", labels=["name"])
        for name, number in sorted({WORKER: 0, **signs.workers}.items()):
            workers.add_metric([name], number)
        yield workers
        yield _worker_up(signs.workers.get(WORKER, 0) > 0 or heartbeat.is_heard(self._studio.store.folder))
        yield Gauge("matteloop_leases", "Images in somebody's hands.", value=signs.leases)
        yield Gauge("matteloop_sign_ins", "Sign-ins that have not ended.", value=signs.sign_ins)
        waits = "Seconds that the oldest of the photos without a draft has waited."
        yield Gauge("matteloop_longest_wait_seconds", waits, value=signs.longest_wait)


def _worker_up(is_up: bool) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily as Gauge

    return Gauge("matteloop_worker_up", "Whether a worker was heard within a minute, wherever.", value=is_up)
