"""The curves of a training as a drawing: SVG that the server makes, since plotting libraries run text as scripts."""

from collections.abc import Sequence
from html import escape

from annotation_store.learning.training_runs import Point
from studio.i18n import Words

SERIES = ("error", "watched")
"""Figures that are drawn: of the samples that are learnt from, and of those that only watch."""
WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 26
MOST_POINTS = 400

_Points = list[tuple[float, float]]


def curves(points: Sequence[Point], words: Words) -> str:
    """HTML; empty while fewer than two points of a series are known."""
    drawn = {name: _series(points, name) for name in SERIES}
    drawn = {name: series for name, series in drawn.items() if series}
    if not any(len(series) > 1 for series in drawn.values()):
        return ""
    everything = [point for series in drawn.values() for point in series]
    last, most = max(x for x, _ in everything), max(y for _, y in everything) or 1.0
    first, least = min(x for x, _ in everything), min(y for _, y in everything)
    least = 0.0 if least < most / 2 else least - (most - least) / 10

    def place(point: tuple[float, float]) -> str:
        x = LEFT + (point[0] - first) / max(last - first, 1) * (WIDTH - LEFT - RIGHT)
        y = TOP + (most - point[1]) / max(most - least, 1e-12) * (HEIGHT - TOP - BOTTOM)
        return f"{x:.1f},{y:.1f}"

    lines = "".join(
        f'<polyline class="{name}" points="{" ".join(map(place, series))}"/>' for name, series in drawn.items()
    )
    legend = "".join(
        f'<span class="{name}">{escape(words(f"curve_{name}"))} <strong>{series[-1][1]:.4f}</strong></span>'
        for name, series in drawn.items()
    )
    label = escape(words("curve_label"), quote=True)
    return (
        f'<figure class="curves" data-testid="curves"><figcaption>{legend}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{_axes(least, most, first, last, words)}'
        f"{lines}</svg></figure>"
    )


def _series(points: Sequence[Point], name: str) -> _Points:
    """At most about MOST_POINTS of them, the last one always."""
    found = [(float(point.step), float(point.figures[name])) for point in points if name in point.figures]
    every = max(1, len(found) // MOST_POINTS)
    return found[::-1][::every][::-1]


def _axes(least: float, most: float, first: float, last: float, words: Words) -> str:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    middle, at = (least + most) / 2, (TOP + bottom) / 2
    grid = "".join(f'<line x1="{LEFT}" x2="{right}" y1="{y}" y2="{y}"/>' for y in (TOP, at, bottom))
    levels = "".join(
        f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:.4f}</text>'
        for y, value in ((TOP, most), (at, middle), (bottom, least))
    )
    steps = (
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(words("curve_step", step=f"{first:.0f}"))}</text>'
        f'<text x="{right}" y="{HEIGHT - 6}" text-anchor="end">{escape(words("curve_step", step=f"{last:.0f}"))}</text>'
    )
    return grid + levels + steps
