"""The face of the studio: the pages under one navigation bar, mounted on the web application."""

import warnings
from collections.abc import Callable, Mapping

import gradio as gr
from fastapi import FastAPI
from gradio.routes import App as GradioApp
from starlette.routing import Mount

from studio.api.errors import no_room_for_an_upload
from studio.i18n import gradio_texts
from studio.pages.comparing.page import build_compare_page
from studio.pages.correct import build_correct_page
from studio.pages.exporting.page import build_export_page
from studio.pages.insights.page import build_insights_page
from studio.pages.learning.page import build_learn_page
from studio.pages.page_scripts import page_scripts
from studio.pages.people import build_people_page
from studio.pages.photos import build_photos_page
from studio.pages.pilots.page import build_pilot_page
from studio.pages.projects import build_projects_page
from studio.pages.review import build_review_page
from studio.pages.theme import STYLE_SHEET, theme
from studio.security.gradio_page import GradioPage
from studio.security.gradio_routes import GradioRoutes
from studio.security.gradio_sessions import GradioSessions
from studio.studio import Studio

TITLE = "Matteloop"
ROUTES: Mapping[str, Callable[[Studio, gr.I18n, gr.Blocks], None]] = {
    "Correct": build_correct_page,
    "Review": build_review_page,
    "Learn": build_learn_page,
    "Insights": build_insights_page,
    "Pilot": build_pilot_page,
    "Compare": build_compare_page,
    "Export": build_export_page,
    "Projects": build_projects_page,
    "People": build_people_page,
}
"""The pages behind the first one, in the order of the bar."""
LONGEST_QUEUE = 500  # events that wait; a page sends one every two seconds, and they take some milliseconds
MOST_SESSIONS = 200  # pages whose state is kept, the longest unused forgotten first; each takes almost a megabyte


def mount_pages(app: FastAPI, studio: Studio) -> FastAPI:
    """Build all pages and mount them at ``/``."""
    say = gradio_texts()
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 86_400)) as pages:
        _navigation()
        build_photos_page(studio, say, pages)
    for name, build in ROUTES.items():
        with pages.route(name, f"/{name.lower()}") as page:
            _navigation()
            build(studio, say, page)
    with warnings.catch_warnings():
        # Gradio says this for every studio of several pages, although server-side rendering was never asked for
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        _mount(app, pages, studio, say)
    _narrow(gradio_app_of(app))
    return app


def _navigation() -> None:
    """Each page carries its own bar, or Gradio calls the first page "Home" on the others."""
    gr.Navbar(main_page_name="Photos")


def gradio_app_of(app: FastAPI) -> GradioApp:
    """What Gradio has mounted."""
    return next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, GradioApp))


def _mount(app: FastAPI, pages: gr.Blocks, studio: Studio, say: gr.I18n) -> None:
    pages.queue(api_open=False, max_size=LONGEST_QUEUE)
    pages.state_session_capacity = MOST_SESSIONS
    gr.mount_gradio_app(
        app,
        pages,
        path="/",
        theme=theme(),
        css_paths=[STYLE_SHEET],
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


def _narrow(gradio: GradioApp) -> None:
    """Leave of Gradio what the pages need. Of these layers the last is the outermost."""
    pages = gradio.get_blocks()
    gradio.add_middleware(GradioPage, scripts=page_scripts(pages))
    gradio.add_middleware(GradioSessions)
    gradio.add_middleware(GradioRoutes, pages=[name for name, *_ in pages.pages])
