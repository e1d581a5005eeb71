"""The Photos page: photos come in, drafts appear, and every image shows where it stands."""

from collections.abc import Iterable
from pathlib import Path

import gradio as gr

from annotation_store import drafts, gallery
from annotation_store.incoming import IncomingFile, RejectedFile, gather
from annotation_store.intake import take_in
from annotation_store.states import ImageState
from studio.i18n import Words
from studio.pages.gallery_view import EVERY_STATE, FILTERS, PAGE_LENGTH, gallery_view
from studio.pages.intake_report import intake_report
from studio.samples import sample_photos
from studio.studio import Studio

REFRESH_SECONDS = 2.0
PROGRESS = gr.Progress()


def build_photos_page(studio: Studio, say: gr.I18n, page: gr.Blocks) -> None:
    """Build the page inside `page`, the Blocks that is being built."""
    with gr.Row():
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
    grid = gr.HTML(elem_id="gallery", padding=False)
    more = gr.Button(say("show_more"), visible=False, elem_id="show-more")
    length = gr.State(PAGE_LENGTH)
    last_seen = gr.State("")

    def take(files: Iterable[IncomingFile | RejectedFile], words: Words, progress: gr.Progress) -> str:
        progress(0, desc=words("reading"))
        try:
            report = take_in(
                studio.store,
                files,
                by=studio.settings.person,
                limits=studio.settings.image_limits,
                on_progress=lambda done, name: progress((done, None), desc=name, unit=words("files")),
            )
        finally:
            studio.jobs.draft()  # also what came in before the disk was full
        return intake_report(report, words)

    def take_uploads(paths: list[str] | None, request: gr.Request, progress: gr.Progress = PROGRESS) -> str:
        files = gather([Path(path) for path in paths or []], limits=studio.settings.image_limits)
        return take(files, Words.of(request), progress)

    def take_samples(request: gr.Request, progress: gr.Progress = PROGRESS) -> str:
        return take(sample_photos(), Words.of(request), progress)

    def retry_failed() -> None:
        for image in gallery.list_images(studio.store, states=[ImageState.FAILED], limit=10_000):
            drafts.request_redraft(studio.store, image.id, by=studio.settings.person)
        studio.jobs.draft()

    def refresh(state: str, text: str, limit: int, seen: str, request: gr.Request) -> tuple[object, ...]:
        view = gallery_view(studio.store, state=state, search=text, limit=limit, words=Words.of(request))
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
        "inputs": [chosen, search, length, last_seen],
        "outputs": [summary, grid, more, retry, last_seen],
        **quiet,
    }
    gr.Timer(REFRESH_SECONDS).tick(refresh, **view)
    page.load(refresh, **view)
    chosen.change(refresh, **view)
    search.change(refresh, **view)
    upload.upload(take_uploads, upload, report, **private).then(lambda: None, None, upload, **quiet).then(
        refresh, **view
    )
    folder.upload(take_uploads, folder, report, **private).then(refresh, **view)
    samples.click(take_samples, None, report, **private).then(refresh, **view)
    retry.click(retry_failed, None, None, **quiet).then(refresh, **view)
    more.click(lambda limit: limit + PAGE_LENGTH, length, length, **quiet).then(refresh, **view)
