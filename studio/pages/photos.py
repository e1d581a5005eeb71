"""The Photos page: photos come in, drafts appear, and every image shows where it stands."""

from collections.abc import Iterable
from pathlib import Path

import gradio as gr

from annotation_store import drafts, gallery
from annotation_store.incoming import IncomingFile, RejectedFile, gather
from annotation_store.intake import take_in
from annotation_store.people.roles import Ability
from annotation_store.states import ImageState
from studio.i18n import Words
from studio.pages.door import guarded, visitor_here
from studio.pages.fragments import notice
from studio.pages.gallery_view import EVERY_STATE, FILTERS, PAGE_LENGTH, gallery_view
from studio.pages.intake_report import intake_report
from studio.pages.learning.deciding import decide
from studio.pages.learning.deeds import DEEDS_SCRIPT, Deed, DeedKind
from studio.pages.project_choice import project_choice
from studio.samples import sample_photos
from studio.studio import Studio
from studio.visible_projects import EVERY_PROJECT, chosen_ids, visible_projects

REFRESH_SECONDS = 2.0
PROGRESS = gr.Progress()


def build_photos_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the Blocks that is being built."""
    project = gr.Dropdown(label=say("project"), choices=[], visible=False, elem_id="project")
    with gr.Row(visible=False) as intake:
        upload = gr.File(
            label=say("add_photos"), file_count="multiple", type="filepath", height=140, scale=3, elem_id="upload"
        )
        with gr.Column(scale=1, min_width=240):
            folder = gr.UploadButton(say("add_folder"), file_count="directory", elem_id="upload-folder")
            samples = gr.Button(say("load_samples"), elem_id="load-samples")
            retry = gr.Button(say("retry_failed"), elem_id="retry-failed", visible=False)
    report = gr.HTML(elem_id="intake-report", padding=False)
    summary = gr.HTML(elem_id="summary", padding=False)
    with gr.Row():
        chosen = gr.Radio(
            [(say(f"filter_{name}"), name) for name in FILTERS],
            value=EVERY_STATE,
            label=say("show"),
            scale=4,
            elem_id="state-filter",
        )
        search = gr.Textbox(label=say("search"), scale=1, min_width=180, elem_id="search")
    answer = gr.HTML(elem_id="golden-answer", padding=False)
    grid = gr.HTML(elem_id="gallery", padding=False, js_on_load=DEEDS_SCRIPT)
    more = gr.Button(say("show_more"), visible=False, elem_id="show-more")
    length = gr.State(PAGE_LENGTH)
    last_seen = gr.State("")

    @guarded(Ability.LOOK)
    def open_page(request: gr.Request) -> tuple[object, object]:
        choice = project_choice(studio.store, Words.of(request))
        return choice, gr.update(visible=visitor_here().may(Ability.LEAD))

    def take(
        files: Iterable[IncomingFile | RejectedFile], into: int | None, words: Words, progress: gr.Progress
    ) -> str:
        mine = [each.id for each in visible_projects(studio.store, visitor_here())]
        wanted = [each for each in mine if into in (None, EVERY_PROJECT, each)]
        if len(wanted) != 1:
            return notice("bad", [words("choose_project")], testid="intake-report")
        progress(0, desc=words("reading"))
        try:
            report = take_in(
                studio.store,
                files,
                by=visitor_here().name,
                limits=studio.settings.image_limits,
                project_id=wanted[0],
                on_progress=lambda done, name: progress((done, None), desc=name, unit=words("files")),
            )
        finally:
            studio.jobs.draft()  # also what came in before the disk was full
        return intake_report(report, words)

    @guarded(Ability.LEAD)
    def take_uploads(
        paths: list[str] | None, into: int | None, request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> str:
        files = gather([Path(path) for path in paths or []], limits=studio.settings.image_limits)
        return take(files, into, Words.of(request), progress)

    @guarded(Ability.LEAD)
    def take_samples(into: int | None, request: gr.Request, progress: gr.Progress = PROGRESS) -> str:
        return take(sample_photos(), into, Words.of(request), progress)

    @guarded(Ability.CORRECT)
    def retry_failed(chosen: int | None) -> None:
        visitor = visitor_here()
        ids = chosen_ids(visitor, chosen)
        for image in gallery.list_images(studio.store, project_ids=ids, states=[ImageState.FAILED], limit=10_000):
            drafts.request_redraft(studio.store, image.id, by=visitor.name)
        studio.jobs.draft()

    @guarded(Ability.LEAD)
    def choose_golden(request: gr.Request, event: gr.EventData) -> str:
        deed, words = Deed.of(event), Words.of(request)
        if deed is not None and deed.kind not in (DeedKind.MAKE_GOLDEN, DeedKind.RETIRE_GOLDEN):
            deed = None
        return decide(studio.store, deed, words, visitor=visitor_here(), testid="golden-answer")

    @guarded(Ability.LOOK)
    def refresh(
        chosen: int | None, state: str, text: str, limit: int, seen: str, request: gr.Request
    ) -> tuple[object, ...]:
        view = gallery_view(
            studio.store,
            project_ids=chosen_ids(visitor_here(), chosen),
            state=state,
            search=text,
            limit=limit,
            words=Words.of(request),
            desk=f"/correct?project={chosen}" if chosen else "/correct",
            may_choose_golden=visitor_here().may(Ability.LEAD),
        )
        if view.fingerprint == seen:  # sending the same again would make the page flicker
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), seen
        return (
            view.summary,
            view.grid,
            gr.update(visible=view.has_more),
            gr.update(visible=view.has_failed),
            view.fingerprint,
        )

    private = {"api_visibility": "private"}
    quiet = {**private, "show_progress": "hidden"}
    view = {
        "inputs": [project, chosen, search, length, last_seen],
        "outputs": [summary, grid, more, retry, last_seen],
        **quiet,
    }
    gr.Timer(REFRESH_SECONDS).tick(refresh, **view)
    page.load(open_page, None, [project, intake], **quiet).then(refresh, **view)
    project.change(refresh, **view)
    chosen.change(refresh, **view)
    search.change(refresh, **view)
    upload.upload(take_uploads, [upload, project], report, **private).then(empty_hands, None, upload, **quiet).then(
        refresh, **view
    )
    folder.upload(take_uploads, [folder, project], report, **private).then(refresh, **view)
    samples.click(take_samples, project, report, **private).then(refresh, **view)
    retry.click(retry_failed, project, None, **quiet).then(refresh, **view)
    grid.click(choose_golden, None, answer, **quiet).then(refresh, **view)
    more.click(lengthen, length, length, **quiet).then(refresh, **view)


@guarded(Ability.LOOK)
def empty_hands() -> None:
    """The files that were uploaded are in the store, or told of: the upload shows none of them any more."""


@guarded(Ability.LOOK)
def lengthen(length: int) -> int:
    return length + PAGE_LENGTH
