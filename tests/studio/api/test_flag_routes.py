import pytest

from annotation_store import gallery


def test_a_flag_shows_in_the_document_and_leaves_the_image_where_it_is(client, drafted_image, post):
    assert post("flag", {"note": "the rim?"}).json() == {"flagged": True, "flag_note": "the rim?"}
    image = client.get(f"/api/v1/images/{drafted_image.id}").json()
    assert (image["flagged"], image["flag_note"], image["state"]) == (True, "the rim?", "ready")
    assert post("unflag").json() == {"flagged": False, "flag_note": None}
    image = client.get(f"/api/v1/images/{drafted_image.id}").json()
    assert (image["flagged"], image["flag_note"]) == (False, None)


def test_a_flag_needs_no_note_and_names_the_person(studio, drafted_image, post):
    assert post("flag", {}).json() == {"flagged": True, "flag_note": ""}
    assert gallery.get_image(studio.store, drafted_image.id).flagged_by == "keiko"


def test_taking_away_a_flag_that_is_not_there_is_no_error(post):
    assert post("unflag").json() == {"flagged": False, "flag_note": None}


@pytest.mark.parametrize("note", ["x" * 2001, None, 5])
def test_a_note_that_is_no_short_text_is_refused(studio, drafted_image, post, note):
    answer = post("flag", {"note": note})
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert not gallery.get_image(studio.store, drafted_image.id).flagged
