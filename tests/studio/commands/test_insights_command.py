import csv
import json

import pytest
from small_worth import finish


@pytest.fixture
def history(studio):
    """Two finished images in the folder of the environment."""
    finish(studio.store, 1, tag="hair", seconds=60)
    finish(studio.store, 2, seconds=120, days_ago=3)
    return studio.settings.data_dir


def test_figures_are_told_with_their_formulas(run, history):
    result = run("insights", "time", "--data-dir", history)
    assert result.exit_code == 0, result.output
    assert "2 approved images" in result.stdout
    assert "| Correction per image" in result.stdout
    assert "3 min ÷ 2 images" in result.stdout


@pytest.mark.parametrize("topic", ["time", "quality", "money", "compute"])
def test_they_come_as_json(run, history, topic):
    told = json.loads(run("insights", topic, "--json", "--data-dir", history).stdout)
    assert told["topic"] == topic
    assert told["figures"][0]["formula"]


def test_a_table_is_written_as_csv(run, history, tmp_path):
    file = tmp_path / "weeks.csv"
    result = run("insights", "--table", "weeks", "--csv", file, "--since", "2020-01-01", "--data-dir", history)
    assert result.exit_code == 0, result.output
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][0] == "Week"
    assert sum(int(row[1]) for row in rows[1:]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mood"], "time, quality, money, compute"),
        (["time", "--by", "mood"], "--by cannot be 'mood'"),
        (["time", "--currency", "XAU"], "JPY"),
        (["time", "--model", "fluffy"], "“fluffy”"),
        (["time", "--project", "Boots"], "“Boots”"),
        (["time", "--by", "person"], "Figures of single people are off"),
    ],
)
def test_what_cannot_be_told_is_said(run, history, arguments, words):
    result = run("insights", *arguments, "--data-dir", history)
    assert result.exit_code == 1
    assert words in result.stderr
