from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.exports.export_names import LONGEST_STEM, safe_name, unique_stems, without_dots


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["shoe_1.jpg", "shoe_1.png"], ["shoe_1", "shoe_1-2"]),
        (["Shoe.jpg", "shoe.jpg", "SHOE.tif"], ["Shoe", "shoe-2", "SHOE-3"]),
        (["a.jpg", "a.png", "a-2.jpg"], ["a", "a-2", "a-2-2"]),
        (["椅子 01.jpg"], ["椅子 01"]),
        (['a<b>:"?*.jpg', "..", "con.jpg"], ["a_b_____", "unnamed", "_con"]),
        (["a\x7fb.jpg"], ["a_b"]),
        (["靴" * 120 + ".png", "靴" * 100 + ".png"], ["靴" * 66, "靴" * 66 + "-2"]),
        (["a" * 199 + " b.png"], ["a" * 199]),
    ],
)
def test_stems_are_safe_and_different(names, stems):
    assert unique_stems(names) == stems


@given(st.lists(st.text(), max_size=30))
def test_no_two_files_would_fall_on_one_another(names):
    stems = unique_stems(names)
    assert len(stems) == len(names)
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert not any(character in stem for stem in stems for character in '/\\:\0\n<>"|?*')
    assert all(stem.strip(" .") == stem and stem for stem in stems)


@pytest.mark.parametrize("name", ["aux.front", "con.v2", "Nul .x", "COM¹", "lpt³.a.b", "CONOUT$"])
def test_no_name_is_that_of_a_device_of_windows(name):
    assert safe_name(name) == f"_{name}"
    assert safe_name(f"x{name}") == f"x{name}"


@given(st.lists(st.text(alphabet="靴é😀a. %-", min_size=60, max_size=220), max_size=9))
def test_no_stem_is_too_long_for_a_file_system(names):
    stems = unique_stems(names)
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert all(len(without_dots(stem).encode()) <= LONGEST_STEM + 2 for stem in stems)


@given(st.lists(st.text(alphabet="ab.%2Ee5"), max_size=30))
def test_stems_without_dots_stay_different_and_come_back(names):
    stems = unique_stems(names)
    without = [without_dots(stem) for stem in stems]
    assert not any("." in stem for stem in without)
    assert len({stem.casefold() for stem in without}) == len(stems)
    assert list(map(unquote, without)) == stems
