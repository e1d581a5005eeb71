"""How good drafts are, how much comes back from review, how near people come to mattes that are known, and whether
photos come in that look unlike those before."""

from collections.abc import Sequence

from annotation_store.insights.quality_figures import QualityFigures, quality_figures
from annotation_store.queue.honeypots import PersonResults
from annotation_store.records import DriftAlarmRecord
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.insights.alarms import as_told
from studio.insights.asking import Scope, Topic
from studio.insights.columns import column, columns
from studio.insights.groups import Lines, by_asked, by_week, table_by
from studio.insights.notes import persons_shown
from studio.insights.sheet import Range, Sheet, Tile
from studio.insights.spreads import mean_tile, of, spread_chart
from studio.tables import Cell, Table, table_of

NAMES = (
    "images",
    "measured",
    "sad_mean",
    "sad_median",
    "sad_low",
    "sad_high",
    "mse_mean",
    "grad_mean",
    "conn_mean",
    "reviewed",
    "returned",
    "return_rate",
)
HONEYPOTS = ("person", "honeypots", "sad_mean", "mse_mean", "grad_mean", "conn_mean")
ALARMS = ("project", "drift_figure", "before", "lately", "distance", "p_value", "noticed_at")


def quality_sheet(
    lines: Lines,
    honeypots: Sequence[PersonResults],
    alarms: Sequence[DriftAlarmRecord],
    scope: Scope,
    words: Words,
) -> Sheet:
    """honeypots, alarms: of the same projects, as far as they may be seen."""
    figures = quality_figures(lines)
    weeks, groups, *others = _tables(lines, honeypots, alarms, scope, words)
    return Sheet(
        topic=Topic.QUALITY,
        images=figures.images,
        tiles=_tiles(figures, words),
        charts=_charts(weeks, groups, words),
        tables=(weeks, groups, *others),
        notes=(*([words("errors_note")] if figures.measured else []), *persons_shown(scope, words)),
    )


def _tiles(figures: QualityFigures, words: Words) -> tuple[Tile, ...]:
    """What stands on top."""
    told = words("formula_return_rate", returned=f"{figures.returned_images:,}", reviewed=f"{figures.reviewed:,}")
    return (
        mean_tile("sad_mean", figures.sad, words),
        mean_tile("mse_mean", figures.mse, words),
        mean_tile("grad_mean", figures.grad, words),
        mean_tile("conn_mean", figures.conn, words),
        Tile(column("return_rate", words), figures.return_rate, told),
    )


def _tables(
    lines: Lines,
    honeypots: Sequence[PersonResults],
    alarms: Sequence[DriftAlarmRecord],
    scope: Scope,
    words: Words,
) -> tuple[Table, ...]:
    """Weeks, groups, tests of people, open alarms."""
    names = {project.id: project.name for project in scope.projects}
    people = [(each.person, each.count, each.sad, each.mse, each.grad, each.conn) for each in honeypots]
    drifts = [
        (
            names.get(each.project_id, str(each.project_id)),
            words(f"drift_{each.figure}"),
            as_told(each.figure, each.before),
            as_told(each.figure, each.lately),
            each.distance,
            each.p_value,
            f"{each.noticed_at.astimezone(scope.zone):%Y-%m-%d %H:%M}",
        )
        for each in alarms
    ]
    return (
        table_by("weeks", by_week(lines, scope), "week", NAMES, _row, words),
        table_by("groups", by_asked(lines, scope, words), scope.asked.by.value, NAMES, _row, words),
        table_of("honeypots", columns(HONEYPOTS, words), people, words),
        table_of("alarms", columns(ALARMS, words), drifts, words),
    )


def _charts(weeks: Table, groups: Table, words: Words) -> tuple[Chart, ...]:
    """Drawn from the tables."""
    spread = ("sad_mean", "sad_low", "sad_high")
    asked = groups.head[0]
    title = words("chart_sad_by", by=asked.title.lower())
    returns = weeks.only("week", "reviewed", "returned", "return_rate")
    return (
        spread_chart(words("chart_sad_by_week"), Kind.LINE, weeks, "measured", spread, Range.IMAGES),
        spread_chart(title, Kind.BARS, groups, "measured", spread, Range.IMAGES),
        Chart(words("chart_returns_by_week"), Kind.LINE, returns, "week", "return_rate"),
        Chart(
            words("chart_returns_by", by=asked.title.lower()),
            Kind.BARS,
            groups.only(asked.key, "reviewed", "returned", "return_rate"),
            asked.key,
            "return_rate",
        ),
    )


def _row(lines: Lines) -> tuple[Cell, ...]:
    figures = quality_figures(lines)
    return (
        figures.images,
        figures.measured,
        *(of(figures.sad, name) for name in ("mean", "median", "low", "high")),
        of(figures.mse, "mean"),
        of(figures.grad, "mean"),
        of(figures.conn, "mean"),
        figures.reviewed,
        figures.returned_images,
        figures.return_rate,
    )
