"""A page for each command, whose examples are run."""

import re

import pytest
from shell_examples import ROOT, blocks_of, differences, run_line, run_page
from typer.main import get_command

from studio.commands import program

PAGES = ROOT / "docs" / "commands"
INDEX = PAGES / "README.md"
COMMANDS = sorted(get_command(program).commands)
SECTIONS = ["## Options that matter", "## Examples", "## Exit status"]


def test_every_command_has_a_page_and_every_page_a_command():
    assert sorted(page.stem for page in PAGES.glob("*.md") if page != INDEX) == COMMANDS


def test_the_index_leads_to_every_page():
    assert sorted(re.findall(r"\]\(([\w-]+)\.md\)", INDEX.read_text())) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_a_page_are_run(command, example_folder, request):
    if command == "blobs":
        request.getfixturevalue("example_bucket")
    page = PAGES / f"{command}.md"
    written = [line for block in blocks_of(page) if block.language == "sh" for line in block.commands]
    assert any(f"python app.py {command}" in line for line in written), f"{page.name} shows no example of {command}"
    assert run_page(page, example_folder) == written


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_says_what_matters(command):
    page = (PAGES / f"{command}.md").read_text()
    assert page.startswith(f"# {command}\n")
    assert [line for line in page.splitlines() if line in SECTIONS] == SECTIONS
    known = {name for each in _with_those_below(command) for parameter in each.params for name in parameter.opts}
    named = set(re.findall(r"`(--[\w-]+)", page.partition("## Options that matter")[2].partition("## Examples")[0]))
    assert named <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_of_a_command_with_json_shows_it(command):
    has_json = any("--json" in parameter.opts for each in _with_those_below(command) for parameter in each.params)
    shown = [block for block in blocks_of(PAGES / f"{command}.md") if block.language == "json"]
    assert bool(shown) == has_json


def test_a_line_may_write_to_a_file_or_go_on_in_a_pipe(example_folder):
    assert run_line("python app.py review list --json > list.json", example_folder)[0] == 0
    assert "hat_01.png" in (example_folder / "list.json").read_text()
    assert run_line("matteloop review list | grep -c hat_0  # three of them", example_folder) == (0, "3\n")
    assert run_line("python app.py review skip nobody.png", example_folder)[0] == 1
    assert run_line("ls photos | grep -c jpg", example_folder) == (0, "6\n")


def test_a_line_that_ends_otherwise_than_the_page_says_is_told(example_folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# x\n\n```sh\npython app.py doctor  # exit status 1\n```\n")
    with pytest.raises(AssertionError, match=r"page.md:3: python app.py doctor"):
        run_page(page, example_folder)


@pytest.mark.parametrize(
    ("shown", "told", "where"),
    [
        ({"a": 1}, {"a": 2.5}, []),
        ({"a": [{"b": 1}]}, {"a": []}, []),
        ({"a": 1}, {"a": "1"}, [".a: int, str"]),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, [".a[0]: ['b', 'c']"]),
    ],
)
def test_answers_are_compared_by_keys_and_kinds(shown, told, where):
    assert differences(shown, told) == where


def _with_those_below(command: str) -> list:
    chosen = get_command(program).commands[command]
    return [chosen, *getattr(chosen, "commands", {}).values()]
