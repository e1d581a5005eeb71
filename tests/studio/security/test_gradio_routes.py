"""Every route that Gradio has mounted is known here, and is either needed or does not answer.

If a test fails after an update of Gradio, look at what the new route does before you add it to `REFUSED`: a line there
is a statement that the studio's pages work without it.
"""

import re

import pytest
from fastapi.routing import iter_route_contexts

from studio.pages.face import gradio_app_of
from studio.security.gradio_routes import NEEDED

PAGES = {
    "GET /",
    *(
        f"GET /{page}{end}"
        for page in ("correct", "review", "learn", "insights", "pilot", "compare", "export", "projects", "people")
        for end in ("", "/")
    ),
}

REFUSED = {
    "HEAD /": "the first page without its content",
    "POST /login": "Gradio's own sign-in, which the studio does not use",
    "POST /login/": "the same",
    "GET /logout": "deletes the cookies of Gradio's own sign-in",
    "GET /gradio_api/user": "who is signed in by Gradio's own sign-in",
    "GET /gradio_api/user/": "the same",
    "GET /gradio_api/login_check": "whether anybody is",
    "GET /gradio_api/login_check/": "the same",
    "GET /gradio_api/token": "the token of Gradio's own sign-in, which a cookie hides from scripts",
    "GET /gradio_api/token/": "the same",
    "GET /config": "all components and events of all pages",
    "GET /config/": "the same",
    "GET /gradio_api/info": "a description of all events, with the names of their parameters",
    "GET /gradio_api/info/": "the same",
    "GET /gradio_api/openapi.json": "the same in another form",
    "GET /static/{path:path}": "fonts of other themes, pictures, a script for pages in frames",
    "GET /svelte/{path:path}": "what custom components are built on",
    "GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}": "scripts of custom components",
    "GET /gradio_api/theme.css": "the same as /theme.css",
    "GET /robots.txt": "invites search engines",
    "GET /manifest.json": "lets browsers install the page as an application",
    "GET /pwa_icon": "the icon of that application",
    "GET /pwa_icon/{size}": "the same, scaled to a size that the client chooses",
    "GET /gradio_api/file={path_or_url:path}": "files by their path, uploads of others among them; fetches addresses",
    "HEAD /gradio_api/file={path_or_url:path}": "the same",
    "GET /gradio_api/file/{path:path}": "the same",
    "GET /gradio_api/proxy={url_path:path}": "fetches pages of other hosts",
    "HEAD /gradio_api/proxy={url_path:path}": "the same",
    "POST /gradio_api/run/{api_name}": "calls an event past the queue",
    "POST /gradio_api/run/{api_name}/": "the same",
    "POST /gradio_api/api/{api_name}": "the same",
    "POST /gradio_api/api/{api_name}/": "the same",
    "POST /gradio_api/call/{api_name}": "calls an event for a script",
    "POST /gradio_api/call/{api_name}/": "the same",
    "GET /gradio_api/call/{api_name}/{event_id}": "its answer, to whoever names the event",
    "POST /gradio_api/call/v2/{api_name}": "the same with named parameters",
    "POST /gradio_api/call/v2/{api_name}/": "the same",
    "GET /gradio_api/call/v2/{api_name}/{event_id}": "its answer, to whoever names the event",
    "POST /gradio_api/component_server": "calls functions of components; ours have none",
    "POST /gradio_api/component_server/": "the same",
    "POST /gradio_api/cancel": "cancels an event of anybody; no page of ours offers it",
    "POST /gradio_api/reset": "does nothing any more",
    "POST /gradio_api/reset/": "the same",
    "GET /gradio_api/queue/status": "how many events wait",
    "GET /gradio_api/startup-events": "starts what the server has started already",
    "GET /gradio_api/deep_link": "stores what somebody's page shows under an address for everybody",
    "POST /gradio_api/stream/{event_id}": "pieces of sound and video for an event",
    "POST /gradio_api/stream/{event_id}/close": "the end of them",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8": "sound and video of a session",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file": "the same",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}": "the same",
    "POST /gradio_api/process_recording": "runs a video that was sent through ffmpeg",
    "GET /gradio_api/app_id/": "the same as without the stroke at its end",
    "GET /gradio_api/dev/reload": "tells a developer's page that the source has changed",
    "GET /gradio_api/runs": "a page of earlier calls of events",
    "GET /gradio_api/runs/": "the same",
    "GET /monitoring": "prints the address of the statistics",
    "GET /monitoring/summary": "the statistics",
    "GET /monitoring/{key}": "a page of them",
    "GET /gradio_api/vibe-code": "the source of the program",
    "GET /gradio_api/vibe-code/": "the same",
    "POST /gradio_api/vibe-code": "replaces the source of the program",
    "POST /gradio_api/vibe-code/": "the same",
    "POST /gradio_api/vibe-edit": "lets a language model on the internet rewrite it",
    "POST /gradio_api/vibe-edit/": "the same",
    "POST /gradio_api/undo-vibe-edit": "takes that back",
    "POST /gradio_api/undo-vibe-edit/": "the same",
    "POST /gradio_api/vibe-starter-queries": "asks that model for ideas",
    "POST /gradio_api/vibe-starter-queries/": "the same",
}
"""What else Gradio answers, and what that would do; some of it only in modes in which the studio is never started."""


def existing(web_app):
    """Of all routes that Gradio has mounted, ``{"GET /theme.css"}``."""
    routes = iter_route_contexts(gradio_app_of(web_app).routes)
    return {f"{method} {route.path}" for route in routes for method in route.methods or ()}


def test_every_route_is_known(web_app):
    known = {f"{need.method} {need.path}" for need in NEEDED} | PAGES | set(REFUSED)
    assert existing(web_app) == known


@pytest.mark.parametrize("route", sorted(REFUSED))
def test_what_no_page_needs_does_not_exist(client, route):
    method, path = route.split(" ")
    answer = client.request(method, re.sub(r"{\w+(:path)?}", "1", path), json={"data": []})
    assert answer.status_code == 404
    if method != "HEAD":
        assert (answer.json()["detail"], answer.json()["code"]) == ("There is no such page.", "not_found")


@pytest.mark.parametrize("path", ["/", "/theme.css", "/favicon.ico", "/gradio_api/app_id"])
def test_what_a_page_needs_answers(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/"),
        ("OPTIONS", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/join/"),
        ("GET", "/GRADIO_API/app_id"),
        ("GET", "/gradio_api/heartbeat/a/b"),
        ("GET", "/whatever"),
    ],
)
def test_other_methods_and_paths_do_not_exist_either(client, method, path):
    assert client.request(method, path).status_code == 404


def test_no_asset_leads_out_of_gradios_folder(client):
    for path in (
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets//etc/passwd",
        "/assets/..%2f..%2froutes.py",
    ):
        answer = client.get(path)
        assert answer.status_code in (403, 404)
