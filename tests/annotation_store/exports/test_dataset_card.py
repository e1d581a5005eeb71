import pytest
import yaml

from annotation_store.exports.dataset_card import card_of, licence_of
from annotation_store.exports.export_manifest import ManifestEntry, SubjectFacts


def entry(number: int = 0, **facts: object) -> ManifestEntry:
    usual = {
        "name": f"{number}.png",
        "image_sha256": "0" * 64,
        "width": 40,
        "height": 30,
        "bit_depth": 8,
        "subject": f"shoe {number // 2}",
        "tags": (),
        "project": 'Glass: "clear"',
        "revision": 1,
        "model": None,
        "licence": None,
        "drafter": "backdrop",
        "author": "keiko",
        "hands": (),
        "approved_by": "ren",
        "approved_at": f"2026-01-{number % 28 + 1:02d}T00:00:00+00:00",
    }
    return ManifestEntry(str(number), SubjectFacts(**{**usual, **facts}), {})


def front_matter(card: bytes) -> dict[str, object]:
    return yaml.safe_load(card.decode().split("---\n")[1])


def test_it_tells_how_much_there_is_and_where_it_comes_from():
    entries = [entry(0, hands=("keiko",)), entry(1), entry(2, drafter=None)]
    card = card_of(entries)
    for line in (
        "| photos | 3 |",
        "| subjects | 2 |",
        "| approved | 2026-01-01 to 2026-01-03 |",
        "| corrected by hand | 1 |",
        "| drafters | backdrop, none |",
    ):
        assert line in card.decode().splitlines()
    assert front_matter(card)["pretty_name"] == 'Mattes of Glass: "clear"'
    assert front_matter(card)["configs"][0]["data_files"] == [{"split": "train", "path": "train/**"}]


@pytest.mark.parametrize(("photos", "size"), [(1, "n<1K"), (1_000, "1K<n<10K"), (10_000, "10K<n<100K")])
def test_its_size_is_one_of_the_hubs_words(photos, size):
    assert front_matter(card_of([entry()] * photos))["size_categories"] == [size]


def test_licences_of_the_models_are_told_once_each():
    entries = [entry(0, model="compact", licence="MIT"), entry(1, model="compact", licence="MIT"), entry(2, model="x")]
    assert card_of(entries).decode().endswith("\n\n- compact: MIT\n- x: none told\n")
    assert licence_of(entries).endswith("compact: MIT; x: none told.")
    assert licence_of([entry()]).endswith("none.")


def test_no_name_breaks_out_of_its_line():
    card = card_of([entry(project="a\n---\nlicense: mit")])
    assert front_matter(card)["license"] == "other"
    assert front_matter(card)["pretty_name"] == "Mattes of a --- license: mit"
