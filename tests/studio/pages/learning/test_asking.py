from functools import partial

from small_images import approve

from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import golden, training_runs, training_sets
from annotation_store.states import RunState
from studio.pages.learning.asking import ask_for_trainings, preview_view, what_is_asked_for


def test_a_training_of_each_kind_is_asked_for(studio, english, two_products):
    told = ask_for_trainings(studio, english, by="keiko")
    assert "Matting model: training number 1 is on its way." in told
    assert "Drafter: training number 2 is on its way." in told
    runs = training_runs.list_runs(studio.store)
    assert {(run.kind, run.cause, run.state, run.requested_by) for run in runs} == {
        (kind, RunCause.BUTTON, RunState.QUEUED, "keiko") for kind in ModelKind
    }
    assert len(studio.jobs.pending()) == 2


def test_what_learns_already_is_not_asked_for_once_more(studio, english, two_products):
    training_runs.request(studio.store, by="keiko", kind=ModelKind.DRAFTER)
    told = ask_for_trainings(studio, english, by="keiko")
    assert "Drafter: it is learning already." in told
    assert "Matting model: training number 2 is on its way." in told
    assert len(studio.jobs.pending()) == 1
    assert "notice-bad" in ask_for_trainings(studio, english, by="keiko")
    assert len(training_runs.list_runs(studio.store)) == 2


def test_where_there_is_too_little_to_learn_from_nothing_is_asked_for(studio, english):
    approve(studio.store, "cup_1.png", 1)
    assert "at least 2 products" in ask_for_trainings(studio, english, by="keiko")
    assert training_runs.list_runs(studio.store) == ()


def test_what_would_be_learnt_from_is_told(studio, english, japanese, two_products):
    golden.choose_golden(studio.store, two_products[0], by="keiko")
    for words in (english, japanese):
        html = preview_view(studio.store, words, validation_share=0.25)
        assert words("would_learn", train=1, validation=1, golden=1) in html
        assert words("would_be_new", fresh=3, products=3) in html


def test_why_nothing_could_be_learnt_is_told(studio, english, japanese):
    html = preview_view(studio.store, english, validation_share=0.25)
    assert english("not_enough_approved") in html
    assert "there are 0 approved photos of 0" in html
    assert "approved photos" not in preview_view(studio.store, japanese, validation_share=0.25)


def test_the_button_says_what_it_waits_for(studio, scene, english):
    assert what_is_asked_for(scene(), english) == ""
    run = training_runs.request(studio.store, by="keiko", kind=ModelKind.DRAFTER)
    assert english("kind_is_busy", kind="Drafter", number=run.id) in what_is_asked_for(scene(), english)


def test_how_many_approved_photos_are_left_out_is_told_if_there_are_any(
    studio, english, japanese, two_products, monkeypatch
):
    def tells(words):
        told = words("would_leave_out", count=1, most=1000)
        return told in preview_view(studio.store, words, validation_share=0.25)

    assert [tells(words) for words in (english, japanese)] == [False, False]
    monkeypatch.setattr(training_sets, "preview", partial(training_sets.preview, most=2))
    assert [tells(words) for words in (english, japanese)] == [True, True]
