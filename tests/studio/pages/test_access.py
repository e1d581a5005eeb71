import pytest

from annotation_store.kinds import Role
from annotation_store.people.roles import Ability, may
from studio.pages.access import PAGES
from studio.sign_in.visitor import Visitor


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_those_whom_it_is_for(client, come_as, page, role):
    come_as(Visitor(name="mika", display_name="Mika", role=role, projects=frozenset({1}), person_id=3))
    for path in {page, page.rstrip("/") + "/"}:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == (200 if may(role, PAGES[page]) else 403)


def test_a_page_for_others_says_so_in_the_language_of_the_browser(client, come_as):
    come_as(Visitor(name="mika", display_name="Mika", role=Role.OPERATOR, projects=frozenset({1}), person_id=3))
    assert "ask the lead" in client.get("/learn").text
    japanese = client.get("/learn", headers={"Accept-Language": "ja"}).text
    assert '<html lang="ja">' in japanese
    assert "責任者" in japanese


def test_every_page_is_in_the_table(blocks):
    paths = {"/" + page[0].strip("/") for page in blocks.pages}
    assert paths == set(PAGES)
    assert PAGES["/learn"] is Ability.LEAD
