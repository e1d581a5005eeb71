"""Curves as small SVG files, written by hand: a plotting library would be a dependency for a few polylines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from training.experiments.results import Spread

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 210, 40, 48
COLOURS = ("#000000", "#e69f00", "#0072b2", "#56b4e9", "#009e73", "#d55e00", "#cc79a7", "#999999")
"""Of Okabe and Ito, which colour-blind people tell apart."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line through points (x, errors); their deviation is drawn where it is known."""

    name: str
    points: Sequence[tuple[float, Spread]]


def drawn(curves: Sequence[Curve], *, title: str, x_name: str, y_name: str, logarithmic: bool = False) -> str:
    """The curves as one SVG picture. logarithmic: x, which is then above 0. A curve without
    points is left out. Raises ValueError without any point."""
    curves = [curve for curve in curves if curve.points]
    xs = sorted({x for curve in curves for x, _ in curve.points})
    if not xs:
        raise ValueError("there is no point to draw")
    ends = [end for curve in curves for _, spread in curve.points for end in _ends(spread)]
    across = _Axis(xs[0], xs[-1], LEFT, WIDTH - RIGHT, logarithmic)
    up = _Axis(min(ends), max(ends), HEIGHT - BOTTOM, TOP, False)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 22, title, size=14),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_name, anchor="middle"),
        _text(LEFT - 50, TOP - 8, y_name),
    ]
    parts += [_text(across(x), HEIGHT - BOTTOM + 18, f"{x:g}", anchor="middle") for x in xs]
    for y in _ticks(min(ends), max(ends)):
        parts.append(f'<path d="M{LEFT} {up(y):.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(_text(LEFT - 6, up(y) + 4, f"{y:g}", anchor="end"))
    for index, curve in enumerate(curves):
        parts += _curve(curve, across, up, colour=COLOURS[index % len(COLOURS)], row=index)
    return "\n".join([*parts, "</svg>", ""])


@dataclass(frozen=True, slots=True)
class _Axis:
    """From values to pixels."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool

    def __call__(self, value: float) -> float:
        low, high, at = (
            (math.log(v) for v in (self.low, self.high, value)) if self.logarithmic else (self.low, self.high, value)
        )
        share = (at - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)


def _curve(curve: Curve, across: _Axis, up: _Axis, *, colour: str, row: int) -> list[str]:
    places = [(across(x), spread) for x, spread in curve.points]
    line = " ".join(f"{x:.1f},{up(spread.mean):.1f}" for x, spread in places)
    parts = [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for x, spread in places:
        low, high = _ends(spread)
        parts.append(f'<circle cx="{x:.1f}" cy="{up(spread.mean):.1f}" r="3" fill="{colour}"/>')
        if high > low:
            parts.append(f'<path d="M{x:.1f} {up(low):.1f}V{up(high):.1f}" stroke="{colour}" opacity="0.6"/>')
    y = TOP + 14 + 20 * row
    parts.append(f'<path d="M{WIDTH - RIGHT + 14} {y - 4}h22" stroke="{colour}" stroke-width="2"/>')
    parts.append(_text(WIDTH - RIGHT + 42, y, curve.name))
    return parts


def _ends(spread: Spread) -> tuple[float, float]:
    deviation = 0.0 if math.isnan(spread.deviation) else spread.deviation
    return spread.mean - deviation, spread.mean + deviation


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two values, about five of them."""
    if high <= low:
        return [low]
    rough = (high - low) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [round(index * step, 10) for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
