import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.file_names import clean_name, is_noise, product_group


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("shoe_1.jpg", "shoe"),
        ("shoe_012.tar.jpg", "shoe_012.tar"),
        ("red_shoe_12_3.jpg", "red_shoe_12"),
        ("shoe.jpg", "shoe"),
        ("shoe_front.jpg", "shoe_front"),
        ("_7.jpg", "_7"),
        ("椅子_01.png", "椅子"),
    ],
)
def test_photos_of_one_subject_share_a_group(name, group):
    assert product_group(name) == group


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b/shoe.jpg", "shoe.jpg"),
        (r"C:\photos\shoe.jpg", "shoe.jpg"),
        ("shoe\n.jpg", "shoe_.jpg"),
        ("", "unnamed"),
        ("folder/", "unnamed"),
        (unicodedata.normalize("NFD", "ガラス.png"), "ガラス.png"),
    ],
)
def test_names_are_cleaned_for_people(path, name):
    assert clean_name(path) == name


@given(st.text(max_size=400))
def test_a_clean_name_is_short_printable_and_no_path(path):
    name = clean_name(path)
    assert 1 <= len(name) <= 200
    assert name.isprintable()
    assert "/" not in name
    assert "\\" not in name


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("__MACOSX/._shoe.jpg", True),
        ("a/.DS_Store", True),
        ("a/Thumbs.db", True),
        (".hidden/shoe.jpg", True),
        ("../shoe.jpg", False),
        ("a/shoe.jpg", False),
    ],
)
def test_litter_is_told_from_photos(path, expected):
    assert is_noise(path) is expected
