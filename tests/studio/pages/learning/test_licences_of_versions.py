from dataclasses import replace

import pytest

from studio.pages.learning.licences import forbids_commercial_use, licences_view

HOSTILE = "<script>"


@pytest.mark.parametrize(
    ("commercial", "marked"), [(False, ["licence-warning"]), (None, ["licence-unknown"]), (True, [])]
)
def test_what_a_licence_says_about_commercial_use_is_told(candidate, english, commercial, marked):
    own = {"what": "mattes", "source": "set 1", "licence": "the studio's own", "commercial": True}
    other = {"what": HOSTILE, "source": HOSTILE, "licence": HOSTILE, "commercial": commercial}
    version = replace(candidate, provenance=[own, other])
    html = licences_view(version, english)
    assert [each for each in ("licence-warning", "licence-unknown") if each in html] == marked
    assert forbids_commercial_use(version) is (commercial is False)
    assert "the studio&#x27;s own" in html
    assert HOSTILE not in html


def test_without_provenance_the_licence_itself_is_told(candidate, english):
    html = licences_view(candidate, english)
    assert "<strong>test</strong>" in html
    assert "licence-unknown" in html
