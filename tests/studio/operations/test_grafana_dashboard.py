"""The dashboard asks for nothing that the studio does not tell."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from studio.operations import heartbeat
from studio.operations.finished_requests import FinishedRequest
from studio.operations.metrics import Metrics

DASHBOARD = json.loads((Path(__file__).parents[3] / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8"))
METRIC = re.compile(r"\b(?:matteloop|process)_[a-z_]+")
GIVEN_BY_PROMETHEUS = {"job", "instance", "le"}


@pytest.fixture
def told(studio):
    """Every sample that is told once everything has happened: the names of its labels, by its own name."""
    (studio.store.folder / heartbeat.FILE).touch()
    metrics = Metrics(studio)
    metrics.count(FinishedRequest("POST", "/api/v1/images/{image_id}/edits", 200, 0.04, None))
    text, _ = metrics.exposition("")
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def questions():
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [*panels, *(each["query"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query")]


def test_every_metric_and_label_that_the_dashboard_asks_for_exists(told):
    for question in questions():
        names = METRIC.findall(question)
        assert names, question
        assert set(names) <= set(told), question
        used = set(re.findall(r"(\w+)=\"", question))
        for group in re.findall(r"by \(([^)]*)\)", question):
            used |= set(group.split(", "))
        assert used - GIVEN_BY_PROMETHEUS <= set().union(*(told[name] for name in names)), question


def test_every_metric_of_ours_is_shown(told):
    shown = set(METRIC.findall(" ".join(questions())))
    ours = {re.sub("_(bucket|count|sum|created|total)$", "", name) for name in told if name.startswith("matteloop_")}
    assert ours == {re.sub("_(bucket|count|sum|total)$", "", name) for name in shown if name.startswith("matteloop_")}


def test_panels_have_numbers_of_their_own_and_do_not_lie_on_each_other():
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    cells = set()
    for place in (panel["gridPos"] for panel in DASHBOARD["panels"]):
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        own = {(x, y) for x in columns for y in rows}
        assert not own & cells
        assert columns.stop <= 24
        cells |= own
