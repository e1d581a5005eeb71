import pytest

from annotation_store.keeping.tally import Tally, size_in_words


def test_files_and_bytes_add_up():
    assert Tally().plus(5).plus(0) == Tally(files=2, size=5)


def test_a_tally_reads_in_a_sentence():
    assert [str(Tally(1, 12)), str(Tally(1234, 5))] == ["1 file (12 bytes)", "1,234 files (5 bytes)"]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (1_450_000, "1.4 MB"),
        (999_960, "1.0 MB"),
        (2 * 10**9, "2.0 GB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes_have_the_unit_that_fits(size, words):
    assert size_in_words(size) == words
