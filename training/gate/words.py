"""A verdict in English, with its figures. Pages that speak other languages write their own from the same figures."""

from training.gate.measures import RULES, Measure
from training.gate.verdict import Figures, GateOutcome, ProjectVerdict

NAMES = {
    Measure.SAD: "SAD",
    Measure.GRAD: "Grad",
    Measure.PAINTED_AREA: "painted area",
    Measure.FALSELY_CERTAIN: "false foreground and background",
    Measure.BAND_MISMATCH: "mismatch of the band",
}

MOST = 1000  # percent


def in_words(verdict: ProjectVerdict, *, live_name: str) -> str:
    """One sentence, e.g. "Better than compact: SAD 12 % lower (8 to 16 % with 95 % confidence) on 14 held-out images;
    Grad 9 % lower (4 to 14 %)."

    live_name: what the candidate was compared with.
    """
    parts = [part for part in (_breach(verdict), _measured(verdict)) if part]
    return f"{_HEADS[verdict.outcome].format(live=live_name)}: {'; '.join(parts)}."


_HEADS = {
    GateOutcome.BETTER: "Better than {live}",
    GateOutcome.NOT_BETTER_BEYOND_NOISE: "Not better than {live} beyond noise",
    GateOutcome.WORSE: "Worse than {live}",
    GateOutcome.WORSE_IN_TAG: "Worse than {live} on some images",
    GateOutcome.WORSE_ON_GOLDEN: "Worse than {live} on the golden images",
    GateOutcome.NOTHING_TO_JUDGE: "Too little to compare with {live} on",
}


def _measured(verdict: ProjectVerdict) -> str:
    figures, rule = verdict.figures, RULES[verdict.kind]
    if figures is None:
        return "there is no held-out image that says anything"
    where = _images(figures.images, "held-out image")
    if verdict.borrowed:
        where += " of all projects, as this one has too few of its own"
    if verdict.outcome is GateOutcome.NOTHING_TO_JUDGE:  # an interval would promise what it cannot know
        first, *others = (_named(figures, measure) for measure in (rule.decides, *rule.guards))
    else:
        first = _named(figures, rule.decides) + _interval(figures, rule.decides, told=True)
        others = [_named(figures, measure) + _interval(figures, measure) for measure in rule.guards]
    return "; ".join([f"{first} on {where}", *others])


def _breach(verdict: ProjectVerdict) -> str:
    breach, decides = verdict.breach, RULES[verdict.kind].decides
    if breach is None:
        return ""
    golden = breach.tag is None
    images = _images(breach.figures.images, "golden image" if golden else "image")
    tagged = "" if golden else f' tagged "{breach.tag}"'
    change = _named(breach.figures, decides) + _interval(breach.figures, decides)
    return f"{change} on {images}{tagged}, where {_percent(breach.limit)} higher is allowed"


def _images(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _named(figures: Figures, measure: Measure) -> str:
    return f"{NAMES[measure]} {_direction(figures.changes[measure].relative)}"


def _interval(figures: Figures, measure: Measure, *, told: bool = False) -> str:
    """In brackets; told: with the confidence, which need not be said of every one."""
    change, confidence = figures.changes[measure], f" with {_percent(figures.confidence)} confidence" if told else ""
    low, high = change.low, change.high
    if _number(low) == _number(high) == "0":
        return ""
    if change.relative < 0 and high <= 0:
        span = f"{_number(high)} to {_percent(low)}"
    elif change.relative > 0 and low >= 0:
        span = f"{_number(low)} to {_percent(high)}"
    else:
        span = f"from {_direction(low)} to {_direction(high)}"
    return f" ({span}{confidence})"


def _direction(share: float) -> str:
    if _number(share) == "0":
        return "unchanged"
    return f"{_percent(share)} {'lower' if share < 0 else 'higher'}"


def _percent(share: float) -> str:
    return f"{_number(share)} %"


def _number(share: float) -> str:
    """The absolute value in percent, with a decimal below 10; beside next to nothing, no figure says anything."""
    percent = abs(100 * share)
    if percent > MOST:
        return f"over {MOST}"
    return f"{percent:.0f}" if percent >= 9.95 else f"{percent:.1f}".removesuffix(".0")
