import json

import cv2
import numpy as np
import pytest
from approved_discs import disc, png

from annotation_store.learning import model_registry, standings
from matting_core import metrics
from matting_core.image_io import decode_alpha
from matting_core.metrics import MatteErrors
from training.built_in_models import register_built_in_models


def make_closed_form_live(store):
    register_built_in_models(store)
    version = next(model for model in model_registry.list_models(store) if model.name == "closed-form")
    standings.go_live(store, version.id, verdict="for a test", by="keiko")


def test_predict_writes_alphas_near_the_truth(run, test_set, tmp_path):
    result = run("predict", test_set / "image", test_set / "trimap", "alphas", "--model", "closed-form")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["alphas/cup.png", "alphas/scarf.png"]
    for seed, name in enumerate(("cup", "scarf")):
        _, trimap, truth = disc(seed)
        alpha = decode_alpha((tmp_path / "alphas" / f"{name}.png").read_bytes())
        assert np.abs(alpha - truth)[trimap == 128].mean() < 0.05
        assert (alpha == truth)[trimap != 128].all()


@pytest.mark.parametrize(("bits", "dtype"), [((), np.uint8), (("--bits", 16), np.uint16)])
def test_predict_saves_as_many_bits_as_asked_for(run, test_set, tmp_path, bits, dtype):
    pair = (test_set / "image/cup.png", test_set / "trimap/cup.png")
    result = run("predict", *pair, "cup-alpha.png", "--model", "closed-form", *bits)
    assert result.exit_code == 0, result.output
    assert cv2.imread(str(tmp_path / "cup-alpha.png"), cv2.IMREAD_UNCHANGED).dtype == dtype


def test_predict_without_a_studio_takes_the_shipped_model_and_creates_no_studio(
    run, test_set, tmp_path, compact_weights
):
    pair = (test_set / "image/cup.png", test_set / "trimap/cup.png")
    assert run("predict", *pair, "default.png").exit_code == 0
    assert run("predict", *pair, "named.png", "--model", "compact").exit_code == 0
    assert (tmp_path / "default.png").read_bytes() == (tmp_path / "named.png").read_bytes()
    assert not (tmp_path / "studio-data").exists()


def test_predict_reports_bad_images_and_does_the_others(run, test_set, tmp_path):
    (test_set / "trimap/cup.png").unlink()
    (test_set / "image/torn.png").write_bytes((test_set / "image/cup.png").read_bytes()[:200])
    (test_set / "trimap/torn.png").write_bytes(png(disc()[1]))
    (test_set / "image/vase.png").write_bytes(png(disc()[0][:, :40]))
    (test_set / "trimap/vase.png").write_bytes(png(disc()[1]))
    result = run("predict", test_set / "image", test_set / "trimap", "alphas", "--model", "closed-form")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["alphas/scarf.png"]
    cup, torn, vase = [line for line in result.stderr.splitlines() if line.startswith("error")]
    assert cup == "error: cup.png: there is no trimap named cup for it"
    assert torn.startswith("error: torn.png: ")
    assert vase.startswith("error: vase.png: ")
    assert [path.name for path in (tmp_path / "alphas").iterdir()] == ["scarf.png"]


def test_predict_refuses_other_depths(run, test_set):
    assert run("predict", test_set / "image", test_set / "trimap", "alphas", "--bits", 12).exit_code == 2


def test_a_version_needs_the_studio_that_has_it(run, test_set):
    result = run("evaluate", test_set, "--model", "compact-0003")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: there is no model named compact-0003: without a studio in studio-data")


def test_an_unknown_version_is_answered_with_those_that_exist(run, test_set, store):
    result = run("evaluate", test_set, "--model", "compact-0003")
    assert result.exit_code == 1
    assert result.stderr == "error: there is no model named compact-0003: choose one of closed-form, compact\n"


def test_evaluate_prints_one_json_object_and_nothing_else(run, test_set, store):
    make_closed_form_live(store)
    result = run("evaluate", test_set, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert list(answer) == ["model", "trimaps", "images", "mean"]
    assert (answer["model"], answer["trimaps"]) == ("closed-form", "trimap")
    assert sorted(answer["images"]) == ["cup", "scarf"]
    for kind in ("sad", "mse", "grad", "conn"):
        assert answer["mean"][kind] == pytest.approx(sum(answer["images"][name][kind] for name in ("cup", "scarf")) / 2)
    assert 0 < answer["mean"]["mse"] < 0.01
    assert result.stderr.startswith("1 of 2: cup: SAD ")


def test_what_a_library_prints_does_not_spoil_the_json(run, test_set, monkeypatch):
    measure = metrics.measure

    def talkative(*arrays):
        print("PERFORMANCE WARNING:")
        return measure(*arrays)

    monkeypatch.setattr("training.evaluate.measure", talkative)
    result = run("evaluate", test_set, "--model", "closed-form", "--json")
    assert json.loads(result.stdout)["model"] == "closed-form"
    assert "PERFORMANCE WARNING" in result.stderr


def test_evaluate_prints_a_table_with_the_mean(run, test_set, monkeypatch):
    errors = iter([MatteErrors(1, 0.01, 2, 3), MatteErrors(3, 0.03, 4, 5)])
    monkeypatch.setattr("training.evaluate.measure", lambda *_arrays: next(errors))
    result = run("evaluate", test_set, "--model", "closed-form")
    assert result.stdout.splitlines() == [
        "| Image               |   SAD |     MSE |  Grad |  Conn |",
        "| ------------------- | ----: | ------: | ----: | ----: |",
        "| cup                 | 1.000 | 0.01000 | 2.000 | 3.000 |",
        "| scarf               | 3.000 | 0.03000 | 4.000 | 5.000 |",
        "| Mean of closed-form | 2.000 | 0.02000 | 3.000 | 4.000 |",
    ]


def test_evaluate_of_whole_images_says_so_in_the_table(run, test_set, monkeypatch):
    errors = iter([MatteErrors(1, 0.01, 2, 3), MatteErrors(3, 0.03, 4, 5)])
    monkeypatch.setattr("training.evaluate.measure_whole_image", lambda *_arrays: next(errors))
    result = run("evaluate", test_set, "--model", "closed-form", "--whole")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "| Image (whole image) |   SAD |     MSE |  Grad |  Conn |",
        "| ------------------- | ----: | ------: | ----: | ----: |",
        "| cup                 | 1.000 | 0.01000 | 2.000 | 3.000 |",
        "| scarf               | 3.000 | 0.03000 | 4.000 | 5.000 |",
        "| Mean of closed-form | 2.000 | 0.02000 | 3.000 | 4.000 |",
    ]


def test_evaluate_of_whole_images_adds_region_and_error_by_distance_to_the_json(run, test_set):
    result = run("evaluate", test_set, "--model", "closed-form", "--whole", "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert list(answer) == ["model", "trimaps", "images", "mean", "region", "boundary"]
    assert answer["region"] == "whole image"
    assert [(band["near"], band["far"]) for band in answer["boundary"]] == list(metrics.BANDS)
    near, *_, farthest = answer["boundary"]
    assert near["images"] == 2
    assert near["mean"] > farthest["mean"] == 0
    # 64x64 pixels instead of a ring of unknown ones: the same errors are spread thinner
    unknown = json.loads(run("evaluate", test_set, "--model", "closed-form", "--json").stdout)
    assert 0 < answer["mean"]["mse"] < unknown["mean"]["mse"]


def test_evaluate_says_which_folder_is_missing(run, test_set):
    result = run("evaluate", test_set, "--trimaps", "trimap-wide", "--model", "closed-form")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "has no folder trimap-wide/" in result.stderr


def test_the_live_model_is_the_default_where_there_is_a_studio(run, test_set, store, compact_weights):
    make_closed_form_live(store)
    assert '"model": "closed-form"' in run("evaluate", test_set, "--json").stdout
    assert '"model": "compact"' in run("evaluate", test_set, "--json", "--model", "compact").stdout
    assert '"model": "compact"' in run("evaluate", test_set, "--json", "--data-dir", "elsewhere").stdout
