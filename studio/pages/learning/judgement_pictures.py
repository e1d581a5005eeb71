"""The images that a candidate spoils the most, and those that it improves the most, as pictures."""

from collections.abc import Sequence
from html import escape

from annotation_store import gallery
from annotation_store.kinds import ModelKind
from annotation_store.records import JudgementRecord
from annotation_store.store import Store
from studio.i18n import Words
from studio.pages.learning.judgement_figures import Errors, errors_of
from studio.pages.learning.spans import signed_percent

MOST_OF_EACH = 4

_Judged = tuple[JudgementRecord, Errors]


def pictures_view(store: Store, judgements: Sequence[JudgementRecord], kind: ModelKind, words: Words) -> str:
    """HTML; empty if there is no picture."""
    found = [
        (judgement, errors)
        for judgement in judgements
        if judgement.picture_blob is not None and (errors := errors_of(judgement, kind)) is not None
    ]
    worse = sorted((pair for pair in found if pair[1].grown > 0), key=lambda pair: -pair[1].grown)[:MOST_OF_EACH]
    better = sorted((pair for pair in found if pair[1].grown < 0), key=lambda pair: pair[1].grown)[:MOST_OF_EACH]
    return _side(store, "regressions", worse, words("worst_regressions"), words) + _side(
        store, "gains", better, words("best_gains"), words
    )


def _side(store: Store, testid: str, pairs: Sequence[_Judged], title: str, words: Words) -> str:
    if not pairs:
        return ""
    figures = "".join(_figure(store, *pair, words) for pair in pairs)
    order = escape(words("picture_order"))
    return (
        f'<h4>{escape(title)} <span class="quiet">{order}</span></h4>'
        f'<div class="judgements" data-testid="{testid}">{figures}</div>'
    )


def _figure(store: Store, judgement: JudgementRecord, errors: Errors, words: Words) -> str:
    name = escape(gallery.get_image(store, judgement.image_id).name)
    address = f"/api/v1/models/{judgement.model_version_id}/judgements/{judgement.image_id}/picture"
    figures = f"{errors.live:.3f} → {errors.candidate:.3f} ({signed_percent(errors.change)})"
    alternative = escape(words("picture_order"), quote=True)
    return (
        f'<figure><img src="{address}" alt="{alternative}" loading="lazy"><figcaption>'
        f'<a href="/correct?image={judgement.image_id}">{name}</a> <span class="figure">{figures}</span>'
        "</figcaption></figure>"
    )
