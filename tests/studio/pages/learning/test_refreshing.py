import gradio as gr

from studio.pages.learning.refreshing import Part, changed


def parts(*keys):
    return [Part(key, lambda key=key: f"drawn {key}") for key in keys]


def test_at_first_all_is_drawn_and_then_only_what_has_become_different():
    *drawn, seen = changed(parts("a", "b"), [])
    assert drawn == ["drawn a", "drawn b"]
    *drawn, seen = changed(parts("a", "c"), seen)
    assert drawn == [gr.skip(), "drawn c"]
    *drawn, seen = changed(parts("a", "c"), seen)
    assert drawn == [gr.skip(), gr.skip()]


def test_what_is_not_sent_is_not_drawn():
    *_, seen = changed(parts("a"), [])

    def draw():
        raise AssertionError("drawn in vain")

    assert changed([Part("a", draw)], seen)[0] == gr.skip()


def test_what_another_program_remembers_counts_for_nothing():
    assert changed(parts("a", "b"), [1])[:2] == ("drawn a", "drawn b")
