"""``README.md`` of a dataset: how much there is, where it comes from, under which licences.

Hugging Face's hub shows it, and reads the lines between its dashes.
"""

import json
from collections.abc import Iterable, Sequence

from annotation_store.exports.export_manifest import NOTE, ManifestEntry

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_PHOTOS = "The studio knows nothing of the licences of the photos: ask their photographers."


def title_of(entries: Sequence[ManifestEntry]) -> str:
    """Words for the whole, made of the projects' names."""
    return f"Mattes of {', '.join(_different(entry.facts.project for entry in entries))}"


def licence_of(entries: Sequence[ManifestEntry]) -> str:
    """One sentence."""
    drafted = [f"{model}: {licence}" for model, licence in _models(entries)]
    return f"{_PHOTOS} Licences {NOTE}: {'; '.join(drafted) or 'none'}."


def card_of(entries: Sequence[ManifestEntry]) -> bytes:
    """UTF-8 Markdown. JSON's strings are YAML's, too."""
    size = next((words for most, words in _SIZES if len(entries) < most), "n>1M")
    facts = [entry.facts for entry in entries]
    days = sorted(each.approved_at[:10] for each in facts)
    models = [f"- {model}: {licence}" for model, licence in _models(entries)]
    lines = [
        "---",
        f"pretty_name: {json.dumps(title_of(entries), ensure_ascii=False)}",
        "license: other",
        "license_name: see-below",
        "task_categories:",
        "- image-segmentation",
        "tags:",
        "- image-matting",
        "size_categories:",
        f"- {size}",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        "    path: train/**",
        "---",
        "",
        f"# {title_of(entries)}",
        "",
        "Photos with alpha mattes and trimaps. A drafter and a model made a draft of each, people corrected it stroke",
        "by stroke, and a person approved it.",
        "",
        "| | |",
        "|---|---|",
        f"| photos | {len(facts)} |",
        f"| subjects | {len(_different(each.subject for each in facts))} |",
        f"| approved | {days[0]} to {days[-1]} |",
        f"| corrected by hand | {sum(bool(each.hands) for each in facts)} |",
        f"| drafters | {', '.join(_different(each.drafter or 'none' for each in facts))} |",
        "",
        "## What is in it",
        "",
        "`train/metadata.jsonl` has a line for each photo; `image`, `alpha` (straight), `trimap` (0 background, 128",
        "unknown, 255 subject) and `fg` (the subject's own colours) are its pictures. `croissant.json` tells the same",
        "to machines.",
        "",
        "## Licences",
        "",
        _PHOTOS,
        *((f"Licences {NOTE}:", "", *models) if models else ()),
    ]
    return ("\n".join(lines) + "\n").encode()


def _different(words: Iterable[str]) -> list[str]:
    """In one order, and on one line each."""
    return sorted({" ".join(each.split()) for each in words})


def _models(entries: Sequence[ManifestEntry]) -> list[tuple[str, str]]:
    return sorted({(each.facts.model, each.facts.licence or "none told") for each in entries if each.facts.model})
