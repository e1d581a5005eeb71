"""What the README and the documents show and promise: pictures that exist, guides that agree with each other and with
the desk."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SHOWING = ("README.md", "docs/*.md")
"""Documents with pictures, as patterns below ROOT."""
LARGEST_PICTURE, LARGEST_ALBUM = 250_000, 4_000_000
LANGUAGES = ("en", "ja")
COMMAND = {"en": " or ", "ja": " または "}
"""What stands between two keys of one action."""


def test_every_picture_that_a_document_shows_exists() -> None:
    shown = [(path, name) for path in _documents() for name in _pictures_in(path.read_text(encoding="utf-8"))]
    assert {path.name for path, _ in shown} >= {"README.md", "operator-guide.en.md", "operator-guide.ja.md"}
    assert [(path.name, name) for path, name in shown if not (path.parent / name).is_file()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(path.parent / name).resolve() for path in _documents() for name in _pictures_in(path.read_text("utf-8"))}
    assert [path.name for path in sorted(PICTURES.iterdir()) if path.resolve() not in shown] == []


def test_pictures_are_small_enough_for_git() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.iterdir()}
    assert [name for name, size in sizes.items() if size > LARGEST_PICTURE] == []
    assert sum(sizes.values()) <= LARGEST_ALBUM


def test_a_picture_with_words_has_them_in_the_guides_language() -> None:
    for language in LANGUAGES:
        other = LANGUAGES[1 - LANGUAGES.index(language)]
        assert [name for name in _pictures_in(_guide(language)) if f".{other}." in name] == []


def test_both_guides_have_the_same_sections_tables_and_pictures() -> None:
    english, japanese = (_skeleton(_guide(language)) for language in LANGUAGES)
    assert english == japanese


def test_links_within_a_guide_lead_to_a_section() -> None:
    for language in LANGUAGES:
        guide = _guide(language)
        sections = {
            re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", guide, re.M)
        }
        assert [link for link in re.findall(r"\]\(#([^)]+)\)", guide) if link not in sections] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guides_shortcuts_are_the_desks(language: str) -> None:
    words = json.loads((ROOT / "studio" / "i18n" / f"editor.{language}.json").read_text("utf-8"))
    expected = [
        (COMMAND[language].join(f"`{_in_words(key)}`" for key in keys), words[action])
        for action, keys in _usual_keys().items()
    ]
    assert len(expected) > 30
    titles = {"en": "## Keyboard shortcuts", "ja": "## キーボードショートカット"}
    section = _guide(language).partition(titles[language])[2]
    table = re.search(r"\|---\|---\|\n((?:\|.*\n)+)", section)
    assert table is not None
    assert [tuple(line.strip("| ").split(" | ")) for line in table[1].splitlines()] == expected


def test_the_guide_calls_things_at_the_desk_by_their_names() -> None:
    """What has a section or a row of its own is called as on the screen."""
    named = (
        "foreground",
        "background",
        "unknown",
        "recompute",
        "heat",
        "wipe",
        "guidelines",
        "part",
        "flag",
        "approve",
    )
    named += ("submit.short", "skip", "next", "previous", "giveBack", "reopen", "smoothing", "softValue", "softFlow")
    named += ("softHardness", "reload", "help.reset", "undecided.back", "status.settling", "outlineDoes.widen", "note")
    for language in LANGUAGES:
        words = json.loads((ROOT / "studio" / "i18n" / f"editor.{language}.json").read_text("utf-8"))
        guide = _guide(language)
        assert [words[name] for name in named if f"**{words[name]}**" not in guide] == []


def _documents() -> list[Path]:
    return sorted(path for pattern in SHOWING for path in ROOT.glob(pattern))


def _guide(language: str) -> str:
    return (ROOT / "docs" / f"operator-guide.{language}.md").read_text(encoding="utf-8")


def _pictures_in(markdown: str) -> list[str]:
    """Addresses of pictures, as Markdown or HTML, without those of other sites."""
    found = re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", markdown) + re.findall(r"<img[^>]*\bsrc=\"([^\"]+)\"", markdown)
    return [name for name in found if "://" not in name]


def _skeleton(guide: str) -> list[str]:
    """Levels of headings, pictures without their language, and rows of tables, in order."""
    parts = []
    for line in guide.splitlines():
        if heading := re.match(r"#+ ", line):
            parts.append(heading[0])
        elif line.startswith("|"):
            parts.append("row")
        parts += [re.sub(r"\.(en|ja)\.", ".", name) for name in _pictures_in(line)]
    return parts


def _usual_keys() -> dict[str, list[str]]:
    """Action -> keys, read out of the editor's own file."""
    text = (ROOT / "studio" / "editor" / "keymap" / "shortcuts.js").read_text("utf-8")
    body = re.search(r"USUAL_KEYS = \{\n(.*?)\n\};", text, re.DOTALL)
    assert body is not None
    return {
        name: json.loads(f"[{keys}]")
        for name, keys in re.findall(r"^  (\w+): \[(.*)\],$", body[1], re.M)
    }  # fmt: skip


def _in_words(key: str) -> str:
    """As `inWords` of shortcuts.js, on a computer that is no Mac."""
    parts = ["+"] if key == "+" else key.split("+")
    return " + ".join("Ctrl" if part == "Mod" else part.upper() if len(part) == 1 else part for part in parts)
