import pytest

from annotation_store.errors import InvalidTransitionError
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.open_images import OPEN_STATES, check_open, count_open
from annotation_store.states import ImageState


@pytest.mark.parametrize("state", ImageState)
def test_only_what_is_ready_or_in_correction_is_open(store, shelve, state):
    shelve("a", state=state)
    is_open = state in (ImageState.READY, ImageState.IN_CORRECTION)
    assert (state in OPEN_STATES) is is_open
    assert count_open(store) == is_open
    if is_open:
        check_open("a", state)
    else:
        with pytest.raises(InvalidTransitionError, match="“a” is"):
            check_open("a", state)


def test_open_images_are_counted_by_project_and_by_person(store, shelve):
    other = create_project(store, "Shoes", by="ren").id
    shelve("a", "b", "c")
    shelve("d", assigned_to="keiko")
    shelve("e", project_id=other)
    shelve("f", "g", project_id=other, assigned_to="mia")
    assert count_open(store) == 7
    assert count_open(store, project_ids=[FIRST_PROJECT]) == 4
    assert count_open(store, project_ids=[other, FIRST_PROJECT]) == 7
    assert count_open(store, project_ids=[]) == 0
    assert count_open(store, person="keiko") == 5
    assert count_open(store, person="mia", project_ids=[other]) == 3
    assert count_open(store, person="joe", project_ids=[other]) == 1
