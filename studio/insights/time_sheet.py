"""Where time goes: active seconds for each image, by week and by what was asked for."""

from annotation_store.insights.time_figures import Hours, TimeFigures, time_figures
from studio.charts import Chart, Kind
from studio.i18n import Words
from studio.insights.asking import Scope, Topic
from studio.insights.columns import column, columns
from studio.insights.groups import Lines, by_asked, by_week, table_by
from studio.insights.notes import persons_shown, untimed
from studio.insights.sheet import Range, Sheet, Tile
from studio.insights.spreads import mean_tile, of, spread_chart, sum_of
from studio.tables import Cell, Table, table_of

NAMES = (
    "images",
    "timed_images",
    "correction_mean",
    "correction_median",
    "correction_low",
    "correction_high",
    "review_mean",
    "open_to_approve",
    "strokes",
    "painted_area",
    "accepted",
)
PLACES = ("approved", "copies", "skipped", "elsewhere")


def time_sheet(lines: Lines, hours: Hours, scope: Scope, words: Words) -> Sheet:
    """hours: of the same period and projects."""
    figures = time_figures(lines)
    tables = _tables(lines, hours, scope, words)
    return Sheet(
        topic=Topic.TIME,
        images=figures.images,
        tiles=_tiles(figures, hours, words),
        charts=_charts(*tables, words),
        tables=tables,
        notes=(*untimed(figures.images - figures.timed_images, words), *persons_shown(scope, words)),
    )


def _tiles(figures: TimeFigures, hours: Hours, words: Words) -> tuple[Tile, ...]:
    """What stands on top."""
    return (
        mean_tile("correction_mean", figures.correction_seconds, words),
        mean_tile("review_mean", figures.review_seconds, words),
        _opened(figures, words),
        mean_tile("strokes", figures.strokes, words),
        _accepted(figures, words),
        _worked(hours, words),
    )


def _tables(lines: Lines, hours: Hours, scope: Scope, words: Words) -> tuple[Table, ...]:
    """Weeks, groups, and where all hours went."""
    asked = scope.asked.by.value
    places = zip(PLACES, (hours.on_approved, hours.on_copies, hours.on_skipped, hours.elsewhere), strict=True)
    rows = [(words(f"place_{place}"), seconds) for place, seconds in places]
    return (
        table_by("weeks", by_week(lines, scope), "week", NAMES, _row, words),
        table_by("groups", by_asked(lines, scope, words), asked, NAMES, _row, words),
        table_of("hours", columns(("what", "worked"), words), rows if hours.total else [], words),
    )


def _charts(weeks: Table, groups: Table, hours: Table, words: Words) -> tuple[Chart, ...]:
    """Drawn from the tables."""
    spread = ("correction_mean", "correction_low", "correction_high")
    asked = groups.head[0]
    title = words("chart_correction_by", by=asked.title.lower())
    return (
        spread_chart(words("chart_correction_by_week"), Kind.LINE, weeks, "images", spread, Range.IMAGES),
        spread_chart(title, Kind.BARS, groups, "images", spread, Range.IMAGES),
        Chart(words("chart_accepted_by_week"), Kind.LINE, weeks.only("week", "images", "accepted"), "week", "accepted"),
        Chart(words("chart_hours"), Kind.BARS, hours, "what", "worked"),
    )


def _row(lines: Lines) -> tuple[Cell, ...]:
    figures = time_figures(lines)
    correction = figures.correction_seconds
    return (
        figures.images,
        figures.timed_images,
        *(of(correction, name) for name in ("mean", "median", "low", "high")),
        of(figures.review_seconds, "mean"),
        of(figures.open_to_approve_seconds, "median"),
        of(figures.strokes, "mean"),
        of(figures.painted_area, "mean"),
        figures.accepted_as_drafted,
    )


def _opened(figures: TimeFigures, words: Words) -> Tile:
    spread = figures.open_to_approve_seconds
    told = words("formula_open_to_approve", images=0 if spread is None else spread.count)
    few = spread is None or spread.count == 1
    low, high = (None, None) if few else (of(spread, "low"), of(spread, "high"))
    named = column("open_to_approve", words)
    return Tile(named, of(spread, "median"), told, low, high, Range.IMAGES)


def _accepted(figures: TimeFigures, words: Words) -> Tile:
    share = figures.accepted_as_drafted
    count = round((share or 0) * figures.images)
    told = words("formula_accepted", count=f"{count:,}", images=f"{figures.images:,}")
    return Tile(column("accepted", words), share, told)


def _worked(hours: Hours, words: Words) -> Tile:
    told = words("formula_worked", correction=sum_of(hours.correction, words), review=sum_of(hours.review, words))
    return Tile(column("worked", words), hours.total or None, told)
