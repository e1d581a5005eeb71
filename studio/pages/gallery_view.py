"""The gallery: a summary of where all images stand, and a grid of cards that lead to the editor."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from annotation_store import gallery
from annotation_store.learning import golden
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.tags import tags_by_image
from studio.i18n import Words
from studio.pages.fragments import notice, pill, progress_bar, state_pill
from studio.pages.learning.deeds import Deed, DeedKind, button

PAGE_LENGTH = 60
EVERY_STATE = "all"
FLAGGED = "flagged"
FILTERS: Mapping[str, tuple[ImageState, ...] | None] = {
    EVERY_STATE: None,
    "drafting": (ImageState.WAITING, ImageState.DRAFTING),
    "ready": (ImageState.READY,),
    "in_correction": (ImageState.IN_CORRECTION,),
    "in_review": (ImageState.IN_REVIEW,),
    "approved": (ImageState.APPROVED,),
    "skipped": (ImageState.SKIPPED,),
    "failed": (ImageState.FAILED,),
    FLAGGED: None,  # whatever their state
}
OPENS_IN_EDITOR = frozenset(
    {ImageState.READY, ImageState.IN_CORRECTION, ImageState.IN_REVIEW, ImageState.APPROVED, ImageState.SKIPPED}
)


@dataclass(frozen=True, slots=True)
class GalleryView:
    """summary, grid: HTML. fingerprint: equal if and only if nothing that is shown has changed."""

    summary: str
    grid: str
    has_more: bool
    has_failed: bool
    fingerprint: str


def gallery_view(
    store: Store,
    *,
    project_ids: Collection[int] | None,
    state: str,
    search: str,
    limit: int,
    words: Words,
    desk: str = "/correct",
    may_choose_golden: bool = False,
) -> GalleryView:
    """The images of these projects (None: of all) that pass the filter and the search, newest first.

    desk: the address at which the next photo is corrected. may_choose_golden: whether approved images have a button
    that makes them golden, or takes that back.
    """
    counts = gallery.count_by_state(store, project_ids=project_ids)
    images = gallery.list_images(
        store,
        project_ids=project_ids,
        states=FILTERS[state],
        flagged=True if state == FLAGGED else None,
        search=search.strip(),
        limit=limit + 1,
    )
    summary = _summary(counts, words, desk)
    chosen = {each.image_id for each in golden.list_golden(store)}
    tags = tags_by_image(store, [image.id for image in images[:limit]])
    cards = [
        _card(image, words, tags.get(image.id, ()), is_golden=image.id in chosen, may_choose=may_choose_golden)
        for image in images[:limit]
    ]
    grid = _grid(cards, words, empty_studio=sum(counts.values()) == 0)
    has_more, has_failed = len(images) > limit, counts[ImageState.FAILED] > 0
    fingerprint = hashlib.sha256(f"{summary}{grid}{has_more}{has_failed}".encode()).hexdigest()
    return GalleryView(summary, grid, has_more, has_failed, fingerprint)


def _summary(counts: Mapping[ImageState, int], words: Words, desk: str) -> str:
    total = sum(counts.values())
    if total == 0:
        return ""
    chips = "".join(
        f'<span class="chip" data-testid="count-{state.value}">{state_pill(state, words)} {counts[state]}</span>'
        for state in ImageState
        if counts[state]
    )
    waiting = counts[ImageState.WAITING] + counts[ImageState.DRAFTING]
    bar = ""
    if waiting:
        bar = progress_bar((total - waiting) / total, words("drafting_progress", done=total - waiting, total=total))
    open_images = counts[ImageState.READY] + counts[ImageState.IN_CORRECTION]
    start = ""
    if open_images:
        label = escape(words("start_correcting", count=open_images))
        start = f'<a class="call" href="{desk}" data-testid="start-correcting">{label}</a>'
    return f'<div class="summary"><div>{chips}</div>{start}</div>{bar}'


def _grid(cards: Sequence[str], words: Words, *, empty_studio: bool) -> str:
    if empty_studio:
        return notice("plain", [words("empty_studio"), words("empty_studio_hint")], testid="empty-studio")
    if not cards:
        return notice("plain", [words("no_match")], testid="no-match")
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(image: ImageRecord, words: Words, tags: Sequence[str], *, is_golden: bool, may_choose: bool) -> str:
    name = escape(image.name, quote=True)
    picture = f'<img src="/api/v1/images/{image.id}/thumbnail" alt="" loading="lazy">'
    size = f"{image.width} × {image.height}"
    failure = f'<p class="failure">{escape(image.failure)}</p>' if image.failure else ""
    note = escape(image.flag_note or "", quote=True)
    flag = f'<span class="pill pill-flagged" title="{note}">{escape(words("flagged"))}</span>' if image.flagged else ""
    mark = pill("golden", words("golden")) if is_golden else ""
    tagged = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in tags)
    told = f'<span class="line tags" data-testid="tags-{image.id}">{tagged}</span>' if tags else ""
    body = (
        f'{picture}<span class="name" title="{name}">{name}</span>'
        f'<span class="line">{state_pill(image.state, words)}{mark}{flag}<span class="quiet">{size}</span></span>'
        f"{told}{failure}"
    )
    attributes = f'class="card" data-testid="image-{image.id}" data-state="{image.state.value}"'
    if image.state in OPENS_IN_EDITOR:
        card = f'<a {attributes} href="/correct?image={image.id}">{body}</a>'
        if may_choose and (is_golden or image.state is ImageState.APPROVED):
            return f'<div class="with-deed">{card}{_golden_button(image, words, is_golden=is_golden)}</div>'
        return card
    return f"<div {attributes}>{body}</div>"


def _golden_button(image: ImageRecord, words: Words, *, is_golden: bool) -> str:
    if is_golden:
        return button(words("retire_golden"), Deed(DeedKind.RETIRE_GOLDEN, image.id))
    return button(words("make_golden"), Deed(DeedKind.MAKE_GOLDEN, image.id))
