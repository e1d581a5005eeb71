"""What the projection takes for granted, since nothing here has measured it: people, machines and prices."""

from dataclasses import dataclass

from training.experiments.pilot_times import WorkModel

_PEOPLE = WorkModel()


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Of people. megapixels: of a photo. strokes, painted_area: for a photo; the simulated operator of the learning
    loop needs 35 and a tenth of it (training/experiments/results/learning-loop.md). *_seconds: the simulated pilots'
    operator. hours_per_day, days_per_year: of work. revisions: mattes that are kept of a photo, its draft and what was
    approved.

    Of machines. use: how much of the day drafting machines are busy. gpu_times: how often a GPU does the work of one
    core here; NOT MEASURED. http_seconds: of a processor, for a request that carries a stroke. spread: standard
    deviation of the logarithm of what a stroke takes, from the README's figures at the desk (median 124, p95 207 ms).
    database_cores: for PostgreSQL. draft_writes, desk_writes: transactions for a photo's draft, and for its way over a
    desk. wanted_p95_ms: what a stroke may take. peak: of the network, above the mean. backups: copies of the tables
    that are kept.

    Prices, in any currency. core_month: of a core with its memory; object_gb_month, disk_gb_month: of storage;
    egress_gb: of what leaves the data centre.
    """

    megapixels: float = 12.0
    strokes: float = 35.0
    painted_area: float = 0.1
    opening_seconds: float = _PEOPLE.opening
    stroke_seconds: float = _PEOPLE.stroke
    area_seconds: float = _PEOPLE.area
    hours_per_day: float = 6.5
    days_per_year: float = 240.0
    revisions: float = 2.0

    use: float = 0.7
    gpu_times: float = 20.0
    http_seconds: float = 0.01
    spread: float = 0.31
    database_cores: float = 2.0
    draft_writes: float = 3.0
    desk_writes: float = 4.0
    wanted_p95_ms: float = 300.0
    peak: float = 3.0
    backups: float = 2.0

    core_month: float = 25.0
    object_gb_month: float = 0.023
    disk_gb_month: float = 0.10
    egress_gb: float = 0.05
