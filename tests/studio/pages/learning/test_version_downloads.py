from dataclasses import replace

from studio.pages.learning.downloads import FILES, downloads_view


def test_a_version_can_be_had_in_all_forms(candidate, english):
    html = downloads_view(candidate, english)
    for path in FILES.values():
        assert f'href="/api/v1/models/{candidate.name}/{path}"' in html


def test_a_classical_method_has_a_card_only(scene, english):
    classical = next(each for each in scene().versions.values() if each.name == "closed-form")
    html = downloads_view(classical, english)
    assert html.count("<a ") == 1
    assert "/closed-form/card.md" in html


def test_the_links_lead_where_there_is_something(client, candidate):
    for path in FILES.values():
        answer = client.get(f"/api/v1/models/{candidate.name}/{path}")
        assert answer.status_code != 404, path


def test_a_strange_name_stays_one_part_of_the_address(candidate, english):
    html = downloads_view(replace(candidate, name='a/b?"'), english)
    assert "/api/v1/models/a%2Fb%3F%22/card.md" in html
