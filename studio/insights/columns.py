"""The figures by name: how each is written, and so the columns of all tables."""

from collections.abc import Mapping

from studio.i18n import Words
from studio.tables import Column, Form

FIGURES: Mapping[str, Form] = {
    "week": Form.TEXT,
    "person": Form.TEXT,
    "project": Form.TEXT,
    "tag": Form.TEXT,
    "model": Form.TEXT,
    "images": Form.COUNT,
    "timed_images": Form.COUNT,
    "correction_mean": Form.SECONDS,
    "correction_median": Form.SECONDS,
    "correction_low": Form.SECONDS,
    "correction_high": Form.SECONDS,
    "review_mean": Form.SECONDS,
    "open_to_approve": Form.SECONDS,
    "strokes": Form.NUMBER,
    "painted_area": Form.SHARE,
    "accepted": Form.SHARE,
    "what": Form.TEXT,
    "worked": Form.SECONDS,
    "measured": Form.COUNT,
    "sad_mean": Form.NUMBER,
    "sad_median": Form.NUMBER,
    "sad_low": Form.NUMBER,
    "sad_high": Form.NUMBER,
    "mse_mean": Form.NUMBER,
    "grad_mean": Form.NUMBER,
    "conn_mean": Form.NUMBER,
    "reviewed": Form.COUNT,
    "returned": Form.COUNT,
    "return_rate": Form.SHARE,
    "honeypots": Form.COUNT,
    "drift_figure": Form.TEXT,
    "before": Form.NUMBER,
    "lately": Form.NUMBER,
    "distance": Form.NUMBER,
    "p_value": Form.SHARE,
    "noticed_at": Form.TEXT,
    "price_class": Form.TEXT,
    "seconds_per_image": Form.SECONDS,
    "in_house": Form.MONEY,
    "outside": Form.MONEY,
    "saving": Form.MONEY,
    "saving_low": Form.MONEY,
    "saving_high": Form.MONEY,
    "saving_share": Form.SHARE,
    "where": Form.TEXT,
    "part": Form.TEXT,
    "amount": Form.MONEY,
    "amount_in_period": Form.MONEY,
    "busy": Form.SECONDS,
    "done": Form.COUNT,
    "run": Form.COUNT,
    "kind": Form.TEXT,
    "device": Form.TEXT,
    "began": Form.TEXT,
    "state": Form.TEXT,
    "here": Form.MONEY,
    "cloud": Form.MONEY,
    "saving_per_month": Form.MONEY,
    "break_even": Form.NUMBER,
    "here_per_month": Form.MONEY,
    "cloud_per_month": Form.MONEY,
    "here_per_image": Form.MONEY,
    "cloud_per_image": Form.MONEY,
    "busy_hours_per_month": Form.HOURS,
    "own_is_cheaper_from": Form.HOURS,
}


def column(name: str, words: Words, *, unit: str = "") -> Column:
    """unit: of money its currency."""
    return Column(name, words(f"figure_{name}"), FIGURES[name], unit)


def columns(names: tuple[str, ...], words: Words, *, unit: str = "") -> tuple[Column, ...]:
    return tuple(column(name, words, unit=unit if FIGURES[name] is Form.MONEY else "") for name in names)
