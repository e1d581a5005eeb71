from annotation_store.keeping.tally import Tally


def test_files_and_bytes_add_up():
    assert Tally().plus(5).plus(0) == Tally(files=2, size=5)
