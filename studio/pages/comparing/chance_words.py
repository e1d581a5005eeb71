"""How often chance alone does such a thing, as people say it."""

from studio.i18n import Words


def how_often(p_value: float, words: Words) -> str:
    """``2 of 100 cases``; rarer things of 1,000."""
    if p_value >= 0.01:
        return words("chance_of_hundred", count=min(100, round(100 * p_value)))
    if p_value >= 0.001:
        return words("chance_of_thousand", count=round(1000 * p_value))
    return words("chance_rarer")
