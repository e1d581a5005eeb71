"""The Review page: what was submitted, the longest waiting first; and sure drafts that may be approved together."""

from collections.abc import Sequence
from html import escape

import gradio as gr

from annotation_store import reviews
from annotation_store.people.roles import Ability
from annotation_store.records import ImageRecord
from annotation_store.reviews.submissions import Submission
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.project_choice import project_choice
from studio.studio import Studio
from studio.visible_projects import chosen_ids, visible_projects

REFRESH_SECONDS = 5.0
MOST_SHOWN = 60
MOST_TOGETHER = 200


def build_review_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    project = gr.Dropdown(label=say("project"), choices=[], visible=False, elem_id="review-project")
    waiting = gr.HTML(elem_id="submissions", padding=False)
    with gr.Column(visible=False) as together:
        sure = gr.HTML(elem_id="sure-drafts", padding=False)
        approve = gr.Button(say("approve_together"), elem_id="approve-together")
    answer = gr.HTML(elem_id="review-answer", padding=False)
    seen = gr.State("")
    offered = gr.State([])  # what was on the screen when the button was pressed, and nothing else, is approved

    @guarded(Ability.REVIEW)
    def open_page(request: gr.Request) -> object:
        return project_choice(store, Words.of(request))

    @guarded(Ability.REVIEW)
    def refresh(chosen: int | None, seen: str, request: gr.Request) -> tuple[object, ...]:
        words, visitor = Words.of(request), visitor_here()
        found = reviews.list_submissions(store, visitor.name, projects=chosen_ids(visitor, chosen), limit=MOST_SHOWN)
        candidates = _candidates(chosen)
        shown = (_submissions(found, words), _sure(candidates, words), [image.id for image in candidates])
        if (fingerprint := repr(shown)) == seen:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), seen
        return shown[0], shown[1], gr.update(visible=bool(candidates)), shown[2], fingerprint

    @guarded(Ability.REVIEW)
    def approve_together(chosen: int | None, offered: list[int], request: gr.Request) -> str:
        words, visitor = Words.of(request), visitor_here()
        approved = left_out = 0
        try:
            for each in _asked(chosen):
                report = reviews.approve_in_bulk(store, each, offered, by=visitor.name)
                approved, left_out = approved + len(report.approved), left_out + len(report.left_out)
        except MattingError as error:
            return notice("bad", [str(error)], testid="review-answer")
        return notice("good", [words("approved_together", count=approved, left_out=left_out)], testid="review-answer")

    def _asked(chosen: int | None) -> list[int]:
        """One project: what is approved together is chosen with the project's own confidence."""
        mine = [each.id for each in visible_projects(store, visitor_here())]
        return [each for each in mine if each == chosen or len(mine) == 1]

    def _candidates(chosen: int | None) -> list[ImageRecord]:
        return [image for each in _asked(chosen) for image in reviews.bulk_candidates(store, each, limit=MOST_TOGETHER)]

    private = {"api_visibility": "private", "show_progress": "hidden"}
    view = {
        "fn": refresh,
        "inputs": [project, seen],
        "outputs": [waiting, sure, together, offered, seen],
        **private,
    }
    page.load(open_page, None, project, **private).then(**view)
    gr.Timer(REFRESH_SECONDS).tick(**view)
    project.change(**view)
    approve.click(approve_together, [project, offered], answer, **private).then(**view)


def _submissions(found: Sequence[Submission], words: Words) -> str:
    if not found:
        return notice("plain", [words("nothing_to_review")], testid="nothing-to-review")
    cards = "".join(
        _card(
            each.image,
            f"/correct?image={each.image.id}&review=1",
            f"<span>{escape(words('submitted_by', person=each.by))}</span><time>{each.at:%Y-%m-%d %H:%M} UTC</time>",
        )
        for each in found
    )
    title, label = escape(words("submissions")), escape(words("start_reviewing"))
    start = f'<a class="call" href="/correct?review=1" data-testid="start-reviewing">{label}</a>'
    return f'<div class="summary"><h2>{title}</h2>{start}</div><div class="cards">{cards}</div>'


def _sure(images: Sequence[ImageRecord], words: Words) -> str:
    if not images:
        return ""
    cards = "".join(
        _card(image, f"/correct?image={image.id}", escape(words("confidence", percent=_percent(image))))
        for image in images
    )
    title, hint = escape(words("sure_drafts")), escape(words("sure_drafts_hint"))
    return f'<h2>{title}</h2><p>{hint}</p><div class="cards">{cards}</div>'


def _card(image: ImageRecord, address: str, about: str) -> str:
    """about: HTML, which the caller has escaped."""
    name = escape(image.name, quote=True)
    return (
        f'<a class="card" data-testid="image-{image.id}" href="{address}">'
        f'<img src="/api/v1/images/{image.id}/thumbnail" alt="" loading="lazy">'
        f'<span class="name" title="{name}">{name}</span><span class="line quiet">{about}</span></a>'
    )


def _percent(image: ImageRecord) -> str:
    return f"{100 * (image.confidence or 0):.1f}"
