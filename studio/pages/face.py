"""The face of the studio: the pages under one navigation bar, mounted on the web application."""

import warnings

import gradio as gr
from fastapi import FastAPI

from studio.api.errors import no_room_for_an_upload
from studio.i18n import gradio_texts
from studio.pages.correct import build_correct_page
from studio.pages.export import build_export_page
from studio.pages.learn import build_learn_page
from studio.pages.navigation import script_of_the_bar
from studio.pages.photos import build_photos_page
from studio.pages.theme import STYLE_SHEET, theme
from studio.studio import Studio

TITLE = "Matteloop"


def mount_pages(app: FastAPI, studio: Studio) -> FastAPI:
    """Build all pages and mount them at ``/``."""
    say = gradio_texts()
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 86_400)) as pages:
        _navigation()
        build_photos_page(studio, say, pages)
    with pages.route("Correct", "/correct"):
        _navigation()
        build_correct_page(say)
    with pages.route("Learn", "/learn") as learn_page:
        _navigation()
        build_learn_page(studio, say, learn_page)
    with pages.route("Export", "/export") as export_page:
        _navigation()
        build_export_page(studio, say, export_page)
    with warnings.catch_warnings():
        # Gradio says this for every studio of several pages, although server-side rendering was never asked for
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        return _mount(app, pages, studio, say)


def _navigation() -> None:
    """Each page carries its own bar, or Gradio calls the first page "Home" on the others."""
    gr.Navbar(main_page_name="Photos")


def _mount(app: FastAPI, pages: gr.Blocks, studio: Studio, say: gr.I18n) -> FastAPI:
    return gr.mount_gradio_app(
        app,
        pages,
        path="/",
        theme=theme(),
        css_paths=[STYLE_SHEET],
        head=script_of_the_bar(),
        i18n=say,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        show_error=True,
        max_file_size=studio.settings.max_upload_megabytes * 1_000_000,
        app_kwargs={
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
            "exception_handlers": {OSError: no_room_for_an_upload},
        },
    )
