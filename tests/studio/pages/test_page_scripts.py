"""What stands in for ``'unsafe-eval'``, on pages that forbid to run text."""

import json

import gradio as gr
import pytest
from playwright.sync_api import Browser

from studio.pages.page_scripts import functions_from_text, page_scripts

ARGUMENTS = ["element", "trigger", "props", "server", "upload", "watch"]
SCRIPT = "return [element, props, watch];"
ADDRESS = "http://studio.example/"
CASES = {
    "as it stands": (["container", "depth0", '  return "${value} \\" \\n \\\\";\n'], [], '${value} " \n \\'),
    "an empty template": (["container", '  return "";\n'], [], ""),
    "filled in": (["value", "label", "return `<p>${label}: ${value} ${value}</p>`;"], [3, "<b>"], "<p><b>: 3 3</p>"),
    "nothing to fill in": (["value", "return `<div></div>`;"], [1], "<div></div>"),
    "no value": (["value", "return `${value}`;"], [None], "null"),
    "a value with holes": (["value", "label", "return `${value}`;"], ["${label} $& `", "x"], "${label} $& `"),
    "a component's own script": ([*ARGUMENTS, SCRIPT], [1, 2, 3, 4, 5, 6], [1, 3, 6]),
}
"""What Gradio passes to Function, what it then calls that with, and the result."""

REFUSED = (
    ["return 1;"],
    ["return `${alert(1)}`;"],
    ["value", "return `${value.length}`;"],
    ["value", "return `${other}`;"],
    ["value", "return `${value}` + `${value}`;"],
    ["value", "return `\\${value}`;"],
    ['return "a" + alert(1) + "b";'],
    ["value", "return `${value}`; alert(1)"],
    [SCRIPT + " "],
    [],
)

REPORT = """
  const result = (make) => { try { return make(); } catch (error) { return error.name; } };
  document.title = JSON.stringify({
    made: CASES.map(([texts, values]) => result(() => Function(...texts)(...values))),
    constructed: CASES.map(([texts, values]) => result(() => new Function(...texts)(...values))),
    refused: REFUSED.map((texts) => result(() => typeof Function(...texts))),
    isStillItself: [(() => 1) instanceof Function, Function.prototype === (() => 1).constructor.prototype],
  });
"""


@pytest.fixture(scope="module", params=["browser", "firefox"])
def report(request: pytest.FixtureRequest):
    """What happens on a page that may not make functions from text."""
    browser: Browser = request.getfixturevalue(request.param)
    cases = json.dumps([case[:2] for case in CASES.values()])
    ours = functions_from_text([SCRIPT])
    theirs = REPORT.replace("CASES", cases).replace("REFUSED", json.dumps(REFUSED))
    html = "".join(f'<script nonce="abc">{script}</script>' for script in (ours, theirs))
    policy = {"Content-Security-Policy": "script-src 'nonce-abc'", "Content-Type": "text/html"}
    with browser.new_context() as context:
        page = context.new_page()
        page.route(ADDRESS, lambda route: route.fulfill(body=html, headers=policy))
        page.goto(ADDRESS)
        yield json.loads(page.title())


@pytest.mark.browser
def test_the_texts_of_components_become_functions_without_being_run(report) -> None:
    results = [result for _, _, result in CASES.values()]
    assert dict(zip(CASES, report["made"], strict=True)) == dict(zip(CASES, results, strict=True))
    assert report["constructed"] == results


@pytest.mark.browser
def test_every_other_text_is_refused(report) -> None:
    assert report["refused"] == ["EvalError"] * len(REFUSED)


@pytest.mark.browser
def test_functions_are_still_functions(report) -> None:
    assert report["isStillItself"] == [True, True]


def test_the_scripts_of_all_components_are_written_out_once() -> None:
    with gr.Blocks() as pages:
        for script in ("first();", "second();", "first();", None):
            gr.HTML(js_on_load=script)
    script, _names = page_scripts(pages)
    assert script.count("function (element, trigger, props, server, upload, watch) { first();") == 1
    assert script.count("function (element, trigger, props, server, upload, watch) { second();") == 1


def test_no_script_ends_its_tag_before_its_time(web_app) -> None:
    from studio.pages.face import gradio_app_of

    for script in page_scripts(gradio_app_of(web_app).get_blocks()):
        assert "</" not in script
        assert "<!--" not in script
