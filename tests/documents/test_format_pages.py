"""A page for each format, whose examples are run: first those for the shell, then the ones in Python beside what came
of these."""

import re
import subprocess
import sys

import pytest
from shell_examples import ROOT, blocks_of, run_page

from annotation_store.exports.formats import FORMATS

PAGES = ROOT / "docs" / "formats"
INDEX = PAGES / "README.md"
SHARED = {"composition-1k-test": "composition-1k"}
READ_ELSEWHERE = {"training-pairs", "composition-1k", "webdataset", "imagefolder"}
"""Their examples in Python are run by the tests of these formats, which have what they read."""


def test_every_format_has_a_page_and_every_page_a_format():
    pages = {page.stem for page in PAGES.glob("*.md") if page != INDEX}
    assert pages == {SHARED.get(name, name) for name in FORMATS}


def test_the_index_leads_to_every_page():
    rows = re.findall(r"^\| \[([\w-]+)\]\(([\w-]+)\.md\)", INDEX.read_text(), re.MULTILINE)
    assert rows == [(name, SHARED.get(name, name)) for name, _ in rows]
    assert {name for name, _ in rows} == set(FORMATS)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_the_examples_of_a_page_are_run(page, example_folder):
    written = [line for block in blocks_of(page) if block.language == "sh" for line in block.commands]
    assert any("python app.py export" in line for line in written)
    assert run_page(page, example_folder) == written
    for example in re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE):
        if page.stem not in READ_ELSEWHERE:
            run = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stderr
