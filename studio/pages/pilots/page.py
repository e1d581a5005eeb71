"""The page Pilot: a small trial in three steps, and the reports of those that are over."""

import gradio as gr

from annotation_store.errors import NotFoundError
from annotation_store.money.rate_card import current_card
from annotation_store.people.roles import Ability
from annotation_store.pilots import choosing, pilots
from annotation_store.records import PilotRecord
from annotation_store.states import PilotState
from annotation_store.tags import list_tags
from matting_core.errors import MattingError
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.learning.deeds import DEEDS_SCRIPT
from studio.pages.pilots.deeds import PilotDeed, PilotDeedKind
from studio.pages.pilots.pilots_view import earlier_view, running_view
from studio.reports.html_document import html_blocks
from studio.reports.pilot_document import pilot_document
from studio.reports.pilot_files import kept_report
from studio.reports.pilot_pictures import case_pictures
from studio.studio import Studio
from studio.visible_projects import visible_projects

REFRESH_SECONDS = 5
USUAL_PHOTOS = 40
USUAL_SHARE = 33  # percent


def build_pilot_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the route that is being built."""
    store = studio.store
    gr.Markdown(say("pilot_title"))
    gr.Markdown(say("pilot_intro"))
    answer = gr.HTML(elem_id="pilot-answer", padding=False)
    running = gr.HTML(elem_id="running-pilots", padding=False, js_on_load=DEEDS_SCRIPT)
    with gr.Accordion(say("pilot_plan"), open=True, elem_id="pilot-plan"):
        with gr.Row():
            project = gr.Dropdown(label=say("project"), choices=[], elem_id="pilot-project")
            tag = gr.Dropdown(label=say("pilot_tag"), choices=[], elem_id="pilot-tag")
            name = gr.Textbox(label=say("pilot_name"), max_length=pilots.MAX_NAME, elem_id="pilot-name")
        with gr.Row():
            photos = gr.Slider(
                pilots.FEWEST_IMAGES,
                pilots.RECOMMENDED[1],
                value=USUAL_PHOTOS,
                step=1,
                label=say("pilot_photos"),
                info=say("pilot_photos_info"),
                elem_id="pilot-photos",
            )
            share = gr.Slider(
                10,
                70,
                value=USUAL_SHARE,
                step=1,
                label=say("pilot_share"),
                info=say("pilot_share_info"),
                elem_id="pilot-share",
            )
        able = gr.HTML(elem_id="pilot-able", padding=False)
        begin = gr.Button(say("pilot_begin"), variant="primary", elem_id="pilot-begin")
    gr.Markdown(say("pilots_over"))
    earlier = gr.HTML(elem_id="earlier-pilots", padding=False, js_on_load=DEEDS_SCRIPT)
    report = gr.HTML(elem_id="pilot-report", padding=False)

    def mine() -> tuple[PilotRecord, ...]:
        return pilots.list_pilots(store, project_ids=visitor_here().projects)

    def lists(words: Words) -> tuple[str, str]:
        found, names = mine(), {each.id: each.name for each in visible_projects(store, visitor_here())}
        earlier = earlier_view(store, found, names, words, zone=studio.settings.zone)
        return running_view(store, found, names, words), earlier

    def written(pilot_id: int, words: Words) -> str:
        document = pilot_document(
            kept_report(store, pilot_id),
            language=words.language,
            zone=studio.settings.zone,
            pictures=lambda image_id: case_pictures(store, image_id, language=words.language),
        )
        return html_blocks(document)

    @guarded(Ability.LEAD)
    def open_page(request: gr.Request) -> tuple[object, ...]:
        words = Words.of(request)
        found = visible_projects(store, visitor_here())
        choices = [(each.name, each.id) for each in found]
        first = found[0].id if found else None
        return gr.update(choices=choices, value=first, visible=len(choices) > 1), *lists(words)

    @guarded(Ability.LEAD)
    def show_newest(request: gr.Request) -> str:
        """By itself, as drawing its charts takes a moment."""
        newest = next((each for each in mine() if each.state is PilotState.FINISHED), None)
        return "" if newest is None else written(newest.id, Words.of(request))

    @guarded(Ability.LEAD)
    def offer_tags(project: int | None, request: gr.Request) -> object:
        words = Words.of(request)
        ids = _seen(project)
        tags = [each.tag for each in list_tags(store, project_ids=ids)] if ids else []
        return gr.update(choices=[(words("every_tag"), ""), *((each, each) for each in tags)], value="")

    @guarded(Ability.LEAD)
    def count(project: int | None, tag: str | None, request: gr.Request) -> tuple[object, object]:
        words = Words.of(request)
        able = choosing.candidates(store, project, tag=tag or None) if project and _seen(project) else ()
        enough = len(able) >= pilots.FEWEST_IMAGES
        told = words("pilot_able", count=len(able))
        if not enough:
            lines = [told, words("pilot_too_few", fewest=pilots.FEWEST_IMAGES)]
            return notice("plain", lines, testid="pilot-able"), gr.update(interactive=False)
        return f'<p class="quiet" data-testid="pilot-able">{told}</p>', gr.update(interactive=True)

    @guarded(Ability.LEAD)
    def begin_trial(
        project: int | None, tag: str | None, name: str, photos: float, share: float, request: gr.Request
    ) -> tuple[object, ...]:
        words = Words.of(request)
        try:
            if not project or not _seen(project):
                raise NotFoundError(words("gone_meanwhile"))
            able = choosing.candidates(store, project, tag=tag or None)
            begun = pilots.begin_pilot(
                store,
                project,
                name=name.strip() or words("pilot_unnamed"),
                image_ids=choosing.propose(able, int(photos)),
                blank_share=float(share) / 100,
                by=visitor_here().name,
            )
        except MattingError as error:
            return notice("bad", [str(error)], testid="pilot-answer"), *lists(words)
        told = words("pilot_begun", name=begun.name)
        return notice("good", [told], testid="pilot-answer"), *lists(words)

    @guarded(Ability.LEAD)
    def act(request: gr.Request, event: gr.EventData) -> tuple[object, ...]:
        words, deed = Words.of(request), PilotDeed.of(event)
        pilot = None if deed is None else next((each for each in mine() if each.id == deed.number), None)
        if deed is None or pilot is None:
            return notice("bad", [words("gone_meanwhile")], testid="pilot-answer"), *lists(words), gr.skip()
        by = visitor_here().name
        try:
            if deed.kind is PilotDeedKind.SHOW:
                return "", *lists(words), written(pilot.id, words)
            if deed.kind is PilotDeedKind.CALL_OFF:
                pilots.call_off_pilot(store, pilot.id, by=by)
                told = words("pilot_called_off_now", name=pilot.name)
                return notice("good", [told], testid="pilot-answer"), *lists(words), gr.skip()
            idle = studio.settings.idle_seconds
            pilots.finish_pilot(store, pilot.id, by=by, card=current_card(store), idle_seconds=idle)
            told = words("pilot_finished_now", name=pilot.name)
            return notice("good", [told], testid="pilot-answer"), *lists(words), written(pilot.id, words)
        except MattingError as error:
            return notice("bad", [str(error)], testid="pilot-answer"), *lists(words), gr.skip()

    @guarded(Ability.LEAD)
    def refresh(request: gr.Request) -> str:
        """What runs alone: the others hold whole reports."""
        running = pilots.list_pilots(store, project_ids=visitor_here().projects, state=PilotState.RUNNING)
        names = {each.id: each.name for each in visible_projects(store, visitor_here())}
        return running_view(store, running, names, Words.of(request))

    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    private = {"api_visibility": "private"}
    counting = {"fn": count, "inputs": [project, tag], "outputs": [able, begin], **quiet}
    tags = {"fn": offer_tags, "inputs": project, "outputs": tag, **quiet}
    page.load(open_page, None, [project, running, earlier], **quiet).then(**tags).then(**counting).then(
        show_newest, None, report, **quiet
    )
    project.change(**tags).then(**counting)
    tag.change(**counting)
    begin.click(begin_trial, [project, tag, name, photos, share], [answer, running, earlier], **private).then(
        **counting
    )
    for part in (running, earlier):
        part.click(act, None, [answer, running, earlier, report], **private).then(**counting)
    gr.Timer(REFRESH_SECONDS).tick(refresh, None, running, **quiet)


def _seen(project: int | None) -> list[int]:
    """The project, if the visitor belongs to it: what a browser sends is never taken on trust."""
    return [project] if project and visitor_here().sees(project) else []
