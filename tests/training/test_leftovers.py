from training.leftovers import CHECKPOINT, MATERIAL, UNDERSTUDIES, clear


def test_all_that_is_needed_to_go_on_is_deleted_also_half_written_and_the_log_stays(tmp_path):
    kept = (CHECKPOINT, MATERIAL, f"{UNDERSTUDIES}0.safetensors")
    for name in (*kept, *(f"{name}.123.part" for name in kept), "training.log"):
        (tmp_path / name).touch()
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["training.log"]


def test_a_folder_that_was_never_made_is_clear(tmp_path):
    clear(tmp_path / "0001")
    assert not (tmp_path / "0001").exists()
