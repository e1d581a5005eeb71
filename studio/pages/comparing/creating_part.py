"""What a lead asks for: what against what, of which photos, before which backgrounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from annotation_store.comparisons.comparison_errors import InvalidComparisonError
from annotation_store.comparisons.comparisons import (
    CHECKER,
    MAX_NAME,
    MOST_IMAGES,
    USUAL_GROUNDS,
    create_comparison,
    newest_approved,
)
from annotation_store.kinds import MatteSource
from annotation_store.people.roles import Ability
from annotation_store.records import ComparisonRecord
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.comparing.source_words import matting_models, source_words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.sent_numbers import number_in
from studio.studio import Studio
from studio.visible_projects import visible_projects

USUAL_NUMBER = 30
WHITE, GREY, BLACK = USUAL_GROUNDS[1:]


@dataclass(frozen=True, slots=True)
class CreatingPart:
    """create: the function of the button, with `inputs`. offer: fills in what there is to choose from."""

    button: gr.Button
    create: object
    inputs: Sequence[gr.components.Component]
    offer: object
    offered: Sequence[gr.components.Component]


def build_creating_part(studio: Studio, say: gr.I18n) -> CreatingPart:
    """A form that is closed at first."""
    store = studio.store
    with gr.Accordion(say("compare_new"), open=False, elem_id="compare-new"):
        with gr.Row():
            project = gr.Dropdown(label=say("project"), choices=[], visible=False, elem_id="compare-project")
            name = gr.Textbox(
                label=say("compare_name"), info=say("compare_name_info"), max_length=MAX_NAME, elem_id="compare-name"
            )
        with gr.Row():
            first = gr.Dropdown(label=say("compare_first"), choices=[], elem_id="compare-first")
            second = gr.Dropdown(label=say("compare_second"), choices=[], elem_id="compare-second")
        with gr.Row():
            newest = gr.Number(
                label=say("compare_newest"),
                info=say("compare_newest_info"),
                value=USUAL_NUMBER,
                minimum=1,
                maximum=MOST_IMAGES,
                precision=0,
                elem_id="compare-newest",
            )
            tag = gr.Textbox(label=say("compare_tag"), info=say("compare_tag_info"), elem_id="compare-tag")
        with gr.Row():
            grounds = gr.CheckboxGroup(
                [
                    (say("compare_checker"), CHECKER),
                    (say("compare_white"), WHITE),
                    (say("compare_grey"), GREY),
                    (say("compare_black"), BLACK),
                ],
                value=list(USUAL_GROUNDS),
                label=say("compare_grounds"),
                elem_id="compare-grounds",
            )
            more = gr.Textbox(label=say("compare_colours"), info=say("compare_colours_info"), elem_id="compare-colours")
        button = gr.Button(say("compare_create"), variant="primary", elem_id="compare-create")

    @guarded(Ability.LOOK)
    def offer(request: gr.Request) -> tuple[object, object, object]:
        if not visitor_here().may(Ability.LEAD):
            return gr.skip(), gr.skip(), gr.skip()
        words, models = Words.of(request), matting_models(store)
        mine = [(each.name, each.id) for each in visible_projects(store, visitor_here())]
        kinds = [(source_words(each, None, models, words), each.value) for each in MatteSource][:-1]
        versions = [
            (source_words(MatteSource.MODEL, number, models, words), f"{MatteSource.MODEL.value}:{number}")
            for number in models
        ]
        sides = [*versions, *kinds]
        return (
            gr.update(choices=mine, value=mine[0][1] if mine else None, visible=len(mine) > 1),
            gr.update(choices=sides, value=sides[0][1]),
            gr.update(choices=sides, value=MatteSource.APPROVED.value),
        )

    @guarded(Ability.LEAD)
    def create(request: gr.Request, *asked: object) -> str:
        words = Words.of(request)
        try:
            made = _create(studio, *asked)
        except MattingError as error:
            return notice("bad", [str(error)], testid="compare-answer")
        return notice("good", [words("compare_created", name=made.name)], testid="compare-answer")

    inputs = [project, name, first, second, newest, tag, grounds, more]
    return CreatingPart(button, create, inputs, offer, [project, first, second])


def _create(
    studio: Studio,
    project: object,
    name: object,
    first: object,
    second: object,
    newest: object,
    tag: object,
    grounds: object,
    more: object,
) -> ComparisonRecord:
    """Raises InvalidComparisonError, NotFoundError. What a browser sends is never taken on trust."""
    visitor, project_id = visitor_here(), number_in(project)
    if project_id is None or not visitor.sees(project_id):
        raise InvalidComparisonError("Choose a project of yours first.")
    one, other = _source(first), _source(second)
    number = int(newest) if isinstance(newest, (int, float)) else USUAL_NUMBER
    images = newest_approved(
        studio.store,
        project_id,
        tag=str(tag or "").strip() or None,
        limit=min(max(number, 1), MOST_IMAGES),
    )
    chosen = [str(each) for each in grounds] if isinstance(grounds, list) else []
    typed = [part for part in str(more or "").replace("、", ",").split(",") if part.strip()]
    made = create_comparison(
        studio.store,
        project_id,
        name=str(name or ""),
        first=one[0],
        first_model_id=one[1],
        second=other[0],
        second_model_id=other[1],
        image_ids=images,
        grounds=[*chosen, *typed],
        by=visitor.name,
    )
    studio.jobs.compare()
    return made


def _source(text: object) -> tuple[MatteSource, int | None]:
    """Of ``approved``, ``draft``, ``model:3``. Raises InvalidComparisonError."""
    kind, _, number = str(text or "").partition(":")
    if kind not in set(MatteSource):
        raise InvalidComparisonError("Choose what is compared with what first.")
    return MatteSource(kind), number_in(number)
