import ast
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

import studio.pages
from annotation_store.comparisons.preferences import CONFIDENCES, Liked
from annotation_store.comparisons.sides import Side
from annotation_store.errors import (
    DamagedBlobError,
    FourEyesError,
    InvalidTextError,
    InvalidTransitionError,
    LeasedError,
    MismatchedMatteError,
    NotFoundError,
    NothingToUndoError,
    PlaceOutsideImageError,
    StoreBusyError,
    StoreFullError,
    StoreUnavailableError,
)
from annotation_store.exports.export_options import Colours
from annotation_store.exports.formats import FORMATS
from annotation_store.insights.figure_streams import Figure
from annotation_store.kinds import (
    LearningPolicy,
    MatteSource,
    ModelKind,
    Origin,
    QueuePolicy,
    RevisionKind,
    Role,
    RunCause,
    TriggerKind,
    Verdict,
)
from annotation_store.learning.due import Hindrance
from annotation_store.pilots.pilot_errors import InPilotError
from annotation_store.states import ComparisonState, ImageState, PilotState, RunState, StandingState
from matting_core.errors import DeviceFullError, InvalidEditError
from matting_core.trimap_check.slips import SlipKind
from studio import charts
from studio.api.errors import code_of
from studio.device.turns import BusyError
from studio.guidelines import UnreadableGuidelinesError
from studio.i18n import LANGUAGES, Words, gradio_texts, texts
from studio.insights import compute_sheet, money_sheet, money_tiles, time_sheet
from studio.insights.asking import Topic
from studio.insights.columns import FIGURES
from studio.insights.sheet import Range
from studio.pages import navigation
from studio.pages.comparing import comparisons_view
from studio.pages.exporting import exports_view, presets_part, wish_part
from studio.pages.gallery_view import FILTERS
from studio.pages.insights import card_part, filters_part, sheet_view
from studio.pages.insights.periods import Period
from studio.pages.learning import curves, downloads, trigger_part, verdict_words
from studio.pages.pilots import pilots_view
from studio.sign_in.errors import ForbiddenError, SignedOutError
from training.canary import CanaryDecision
from training.gate.verdict import GateOutcome

PAGES = Path(studio.pages.__file__).parent
EDITOR = PAGES.parent / "editor"
SPEAKING = [*PAGES.rglob("*.py"), *(PAGES.parent / "insights").rglob("*.py")]
SPEAKING += [PAGES.parent / name for name in ("charts.py", "tables.py")]
"""What asks for texts of pages."""
TEXTS = Path(studio.pages.__file__).parents[1] / "i18n"
SERIES = {
    "state_": [state.value for state in ImageState],
    "run_": [state.value for state in RunState],
    "standing_": [state.value for state in StandingState],
    "kind_": [kind.value for kind in ModelKind],
    "cause_": [cause.value for cause in RunCause],
    "origin_": [origin.value for origin in Origin],
    "learns_": [policy.value for policy in LearningPolicy],
    "outcome_": [outcome.value for outcome in GateOutcome],
    "measure_": [measure.value for measure in verdict_words.MEASURES],
    "curve_": list(curves.SERIES),
    "unit_": list(charts.UNITS),
    "file_": list(downloads.FILES),
    "trigger_": [kind.value for kind in TriggerKind],
    "trigger_is_": ["paused", "active", "due"],
    "hindrance_": [each.value for each in Hindrance if each is not Hindrance.PAUSED],
    "schedule_": list(trigger_part.SCHEDULES),
    "canary_is_": [decision.value for decision in CanaryDecision],
    "filter_": list(FILTERS),
    "format_": [name.replace("-", "_") for name in FORMATS if name != wish_part.PRESETS],
    "colours_": [colours.value for colours in Colours],
    "column_export_": list(exports_view.COLUMNS),
    "preset_": list(presets_part.COLUMNS),
    "liked_": [liked.value for liked in Liked],
    "sure_": [str(sure) for sure in CONFIDENCES],
    "compare_side_": [side.value for side in Side],
    "column_compare_": list(comparisons_view.COLUMNS[:-1]),
    "comparison_": [state.value for state in ComparisonState],
    "pilot_": [state.value for state in PilotState],
    "column_pilot_": list(pilots_view.COLUMNS),
    "source_": [source.value for source in MatteSource],
    "nav_": list(navigation.PAGES),
    "role_": [role.value for role in Role],
    "topic_": [topic.value for topic in Topic],
    "period_": [period.value for period in Period],
    "grouped_by_": [dimension.value for dimension in filters_part.COMPARED],
    "range_": [each.value for each in Range],
    "range_note_": [each.value for each in Range],
    "figure_": list(FIGURES),
    "formula_": list(money_tiles.FORMULAS),
    "place_": list(time_sheet.PLACES),
    "part_": list(money_sheet.PARTS),
    "work_": list(compute_sheet.WORK),
    "table_": list(sheet_view.WHOLE),
    "drift_": [figure.value for figure in Figure],
    "card_": list(card_part.NUMBERS),
    "card_class_": list(card_part.CLASS_COLUMNS),
    "policy_": [policy.value for policy in QueuePolicy],
}
"""Keys that are put together from a beginning and one of a closed list of endings."""

MATTE_VERSIONS = ["draft", "approved"]
REFUSALS = [
    "invalid_request",
    "conflict",
    *(
        code_of(kind.__new__(kind))
        for kind in (
            NotFoundError,
            FourEyesError,
            ForbiddenError,
            SignedOutError,
            LeasedError,
            InvalidTransitionError,
            InPilotError,
            NothingToUndoError,
            InvalidEditError,
            InvalidTextError,
            MismatchedMatteError,
            DamagedBlobError,
            StoreFullError,
            StoreUnavailableError,
            StoreBusyError,
            BusyError,
            DeviceFullError,
            PlaceOutsideImageError,
            UnreadableGuidelinesError,
        )
    ),
]
NOTICES = ["conflict", "error", "empty"]
QUESTIONS = ["skip", "giveBack"]
STATUSES = [
    *("loading", "ready", "locked", "inReview", "held", "sending", "saved", "settling", "offline", "full", "busy"),
    *NOTICES,
]
EDITOR_SERIES = {
    ("actions.js", "compare.no.{}"): [f"compare.no.{which}" for which in MATTE_VERSIONS],
    ("i18n/error_words.js", "refused.{}"): [f"refused.{code}" for code in REFUSALS],
    ("frame/render_slips.js", "slips.{}"): [f"slips.{kind}" for kind in SlipKind],
    ("desk/walk.js", "flash.{}"): [f"flash.{praise}" for praise in ("approved", "submitted", "skipped", "returned")],
    ("desk/notices.js", "{}.title"): [f"{kind}.title" for kind in NOTICES],
    ("desk/notices.js", "{}.text"): ["empty.text"],  # the others bring their own
    ("frame/conflict.js", "conflict.{}"): [f"conflict.{picture}" for picture in ("mine", "theirs", "difference")],
    ("frame/dialogs.js", "{}.example"): [f"{kind}.example" for kind in QUESTIONS],
    ("frame/dialogs.js", "{}.confirm"): [f"{kind}.confirm" for kind in QUESTIONS],
    ("frame/dialogs.js", "{}.title"): [f"{kind}.title" for kind in QUESTIONS],
    ("frame/dialogs.js", "{}.reason"): [f"{kind}.reason" for kind in QUESTIONS],
    ("frame/help.js", "help.{}"): [f"help.{group}" for group in ("tools", "changing", "looking", "moving", "flow")],
    ("frame/history.js", "history.{}"): [
        *(f"history.{verdict}" for verdict in Verdict),
        "history.inBulk",
        *(f"history.{kind}" for kind in RevisionKind),
    ],
    ("frame/layout.js", "pane.{}"): ["pane.photo", "pane.matte"],
    ("frame/options.js", "{}.{}"): [
        *(f"outlineDoes.{does}" for does in ("ink", "widen", "narrow")),
        *(f"compareWith.{which}" for which in MATTE_VERSIONS),
    ],
    ("frame/options.js", "{}.{}.title"): [
        *(f"outlineDoes.{does}.title" for does in ("ink", "widen", "narrow")),
        *(f"compareWith.{which}.title" for which in MATTE_VERSIONS),
    ],
    ("frame/render_document.js", "state.{}"): [f"state.{state.value}" for state in ImageState],
    ("frame/render_document.js", "status.{}"): [f"status.{status}" for status in STATUSES],
    ("frame/view_controls.js", "backdrop.{}"): [
        f"backdrop.{name}" for name in ("checkerboard", "black", "white", "alpha", "colour", "photo")
    ],
}
"""The same for the editor: (file, template with {} for what is put in) -> keys."""
NAMED_ELSEWHERE = {
    ("frame/controls.js", "action"): ("**/*.js", r'\bbutton\("([\w.]+)"'),
    ("frame/controls.js", "name"): ("**/*.js", r'\b(?:slider|numberField)\("([\w.]+)"'),
    ("frame/options.js", "name"): ("**/*.js", r'\bchoice\("([\w.]+)"'),
    ("frame/help.js", "action"): ("keymap/shortcuts.js", r"^  (\w+): \["),
    ("frame/help.js", "hand"): ("frame/help.js", r'\["(keys\.\w+)", "keys\.\w+"\]'),
    ("frame/help.js", "does"): ("frame/help.js", r'\["keys\.\w+", "(keys\.\w+)"\]'),
    ("frame/help.js", "key"): ("frame/help.js", r'"(rules\.\w+)"'),
    ("frame/render_preferences.js", "action"): ("keymap/shortcuts.js", r"^  (\w+): \["),
}
"""(file, variable) -> where its values stand and how they are written there, for keys that come in a variable."""


def load(face, language):
    return json.loads((TEXTS / f"{face}.{language}.json").read_text(encoding="utf-8"))


def holes(text):
    return sorted(re.findall(r"{(\w*)}", text))


def keys_in_use():
    """Every key for which a page asks, or what makes parts of pages."""
    keys = set()
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginning = node.values[0].value
                keys |= {beginning + ending for ending in SERIES.get(beginning, ())}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("words", "say"):
                match node.args[0]:
                    case ast.Constant(value=key):
                        keys.add(key)
                    case ast.JoinedStr(values=[ast.Constant(value=beginning), *_]):
                        assert beginning in SERIES, f"{path.name} makes keys from {beginning!r}"
                    case ast.Name(id=name):
                        assert name == "key", f"{path.name} asks for words({name})"
            elif isinstance(node, (ast.comprehension, ast.For)) and getattr(node.target, "id", None) == "key":
                keys |= {constant.value for constant in node.iter.elts}
    return keys


def calls_of_say(source):
    """The arguments of every call of say(...) in JavaScript, as they are written."""
    for call in re.finditer(r"\bsay\(", source):
        arguments, depth, quote, start = [], 0, None, call.end()
        for at in range(start, len(source)):
            letter = source[at]
            if quote is not None:
                quote = None if letter == quote else quote
            elif letter in "\"'`":
                quote = letter
            elif letter in ",)" and depth == 0:
                arguments.append(source[start:at].strip())
                start = at + 1
                if letter == ")":
                    break
            elif letter in "([{":
                depth += 1
            elif letter in ")]}":
                depth -= 1
        yield [argument for argument in arguments if argument]


def editor_sources(files="**/*.js"):
    return {path.relative_to(EDITOR).as_posix(): path.read_text(encoding="utf-8") for path in EDITOR.glob(files)}


def keys_in_the_editor():
    """Every key for which the editor's JavaScript asks."""
    keys = set()
    for file, source in editor_sources().items():
        for wanted, *_ in calls_of_say(source):
            if re.fullmatch(r"\w+", wanted):
                assert (file, wanted) in NAMED_ELSEWHERE, f"{file} asks for say({wanted})"
                files, pattern = NAMED_ELSEWHERE[file, wanted]
                found = re.findall(pattern, "\n".join(editor_sources(files).values()), re.MULTILINE)
                assert found, f"nothing is said to be the {wanted} of {file}"
                keys |= set(found)
                continue
            templates = [re.sub(r"\$\{[^}]*\}", "{}", text) for text in re.findall(r"`([^`]*)`", wanted)]
            for template in templates:
                assert (file, template) in EDITOR_SERIES, f"{file} makes keys from {template!r}"
                keys |= set(EDITOR_SERIES[file, template])
            literals = re.findall(r'"([^"]*)"', wanted)
            assert templates or literals, f"{file} asks for say({wanted})"
            keys |= set(literals)
    return keys


@pytest.mark.parametrize("face", ["pages", "editor", "sign_in"])
def test_every_language_has_the_same_keys_and_placeholders(face):
    first, *others = (load(face, language) for language in LANGUAGES)
    assert first
    for other in others:
        assert list(other) == list(first)
        assert {key: holes(text) for key, text in other.items()} == {key: holes(text) for key, text in first.items()}


@pytest.mark.parametrize("face", ["pages", "editor", "sign_in"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(face, language):
    assert [key for key, text in load(face, language).items() if not text.strip()] == []


def test_every_key_that_a_page_asks_for_exists_and_none_is_left_over():
    assert keys_in_use() == set(texts("en"))


def test_every_key_that_the_editor_asks_for_exists_and_none_is_left_over():
    assert keys_in_the_editor() == set(load("editor", "en"))


def test_the_lists_of_the_editor_s_keys_name_nothing_that_its_sources_do_not_ask_for():
    asked = {
        (file, re.sub(r"\$\{[^}]*\}", "{}", text))
        for file, source in editor_sources().items()
        for wanted, *_ in calls_of_say(source)
        for text in re.findall(r"`([^`]*)`", wanted) or [wanted]
    }
    assert (EDITOR_SERIES.keys() | NAMED_ELSEWHERE.keys()) - asked == set()


def test_the_editor_fills_every_hole_of_the_texts_that_it_asks_for():
    english = load("editor", "en")
    for file, source in editor_sources().items():
        for wanted, *values in calls_of_say(source):
            key = re.fullmatch(r'"([^"]*)"', wanted)
            if key is not None:
                given = re.findall(r"[{,]\s*(\w+)(?=\s*[:,}])", values[0]) if values else []
                assert set(holes(english[key[1]])) == set(given), f"{file}: say({wanted})"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("JA-jp", "ja"),
        ("en-GB,en;q=0.9,ja;q=0.8", "en"),
        ("fr-FR, ja;q=0.5", "ja"),
        ("fr-FR,de;q=0.7", "en"),
        ("", "en"),
        (";;,,", "en"),
    ],
)
def test_words_are_in_the_language_that_the_browser_prefers_among_ours(header, language):
    assert Words.of(SimpleNamespace(headers={"accept-language": header})).language == language


def test_without_a_browser_words_are_english():
    assert Words.of(None).language == "en"
    assert Words.of(SimpleNamespace(headers={})).language == "en"
    assert Words("xx").language == "en"


def test_values_take_their_places_and_are_not_read_as_templates():
    hostile = "{0.__class__} <b>"
    assert Words("en")("chosen_by", person=hostile) == texts("en")["chosen_by"].replace("{person}", hostile)


def test_gradio_gets_the_same_texts():
    assert gradio_texts().translations_dict == {language: texts(language) for language in LANGUAGES}
