"""Strokes a second by so many web processes, what an operator waits for one, and how busy the pen is."""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass

import cv2
import numpy as np
from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.drafts import claim_next_for_drafting, record_draft
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.store import Store
from benchmarks.batch_draft import sample_photo
from benchmarks.scale.operators import WARM_STROKES
from benchmarks.scale.pen_watch import PenWatch
from benchmarks.scale.processes import ROOT, programs, wait_for
from benchmarks.scale.studio_place import StudioPlace
from benchmarks.store_load.filling import sign_in
from matting_core.image_io import ImageLimits


@dataclass(frozen=True, slots=True)
class StrokeRate:
    """strokes_per_s: acknowledged ones, from the first to the last. p50_ms, p95_ms: from sending to the answer.

    cpu_web_ms: of one processor, by the web processes, for each stroke. pen_held: see PenUse. pen_held_ms: how long one
    stroke has the pen. pen_wait_*: see PenUse. lost: acknowledged and not in the store, or there and not acknowledged.
    """

    strokes_per_s: float
    p50_ms: float
    p95_ms: float
    cpu_web_ms: float
    pen_held: float
    pen_held_ms: float
    pen_wait_p50_ms: float
    pen_wait_p95_ms: float
    refusals: int
    lost: int


def measure_strokes(
    place: StudioPlace, *, webs: int, operators: int, seconds: float, megapixels: float, sticky: bool, pause: float
) -> StrokeRate:
    """On a studio without photos. Raises RuntimeError if a process ends."""
    names = [f"web-{number + 1}" for number in range(webs)]
    ports = _free_ports(webs)
    settings = {"THREADS": "1", "DEVICE": "cpu", "OWN_WORKER": "false", "ACCOUNTS": "true"}
    environments = {name: place.environment(name, **settings) for name in names}
    commands = {name: ["serve", "--port", str(port)] for name, port in zip(names, ports, strict=True)}
    with place.store() as store:
        work = []
        for number in range(operators):
            cookie, (image, size) = sign_in(store, number), _make_photo(store, number, megapixels)
            theirs = [ports[number % webs]] if sticky else ports
            work.append({"cookie": cookie, "image": image, "size": size, "ports": theirs, "pause": pause})
        with programs(commands, environments, place.root) as started:
            wait_for(lambda: all(map(_answers, ports)), of=started, what="web processes that answer")
            told = json.dumps({"operators": work, "seconds": seconds})
            watch = PenWatch(store, place.database_url)
            with _operators(told) as people:
                if people.stdout is None or people.stdin is None or people.stdout.readline().strip() != "warm":
                    raise RuntimeError("the operators could not warm up")
                before = sum(each.cpu_seconds() for each in started)
                watch.start()
                people.stdin.write("go\n")
                people.stdin.flush()
                seen = json.loads(people.stdout.readline())
            pen = watch.stop()
            cpu = sum(each.cpu_seconds() for each in started) - before
        strokes = sorted((tuple(stroke) for each in seen for stroke in each["strokes"]), key=lambda each: each[1])
        refusals = [refusal for each in seen for refusal in each["refusals"]]
        for refusal in refusals[:3]:
            print(refusal, file=sys.stderr)
        if len(strokes) < 2:
            raise RuntimeError("hardly a stroke was acknowledged")
        kept = _count_strokes(store) - sum(len(each["ports"]) * WARM_STROKES for each in work)
    waits = [1000 * (ended - began) for began, ended in strokes]
    lasted = strokes[-1][1] - strokes[0][1]
    rate = (len(strokes) - 1) / lasted
    return StrokeRate(
        strokes_per_s=rate,
        p50_ms=float(np.percentile(waits, 50)),
        p95_ms=float(np.percentile(waits, 95)),
        cpu_web_ms=1000 * cpu / len(strokes),
        pen_held=pen.held,
        pen_held_ms=1000 * pen.held / rate,
        pen_wait_p50_ms=pen.wait_p50_ms,
        pen_wait_p95_ms=pen.wait_p95_ms,
        refusals=len(refusals),
        lost=abs(kept - len(strokes)),
    )


def _make_photo(store: Store, number: int, megapixels: float) -> tuple[int, tuple[int, int]]:
    """A photo with a draft that no model has made: an oval subject with a wide unknown band. Its number and size."""
    data = sample_photo(number, megapixels)
    take_in(store, [IncomingFile(f"photo-{number}.jpg", data)], by="benchmark", limits=ImageLimits())
    image = claim_next_for_drafting(store)
    if image is None:
        raise RuntimeError("the photo of an operator was not taken in")
    trimap = np.zeros((image.height, image.width), np.uint8)
    middle = image.width // 2, image.height // 2
    for share, label in ((0.35, 128), (0.27, 255)):
        axes = round(image.width * share), round(image.height * share)
        cv2.ellipse(trimap, middle, axes, 0, 0, 360, label, thickness=-1)
    alpha = np.where(trimap == 128, 0.5, trimap == 255).astype(np.float32)
    record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter="benchmark", by="benchmark")
    return image.id, (image.width, image.height)


def _operators(told: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.scale.operators"]
    people = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if people.stdin is not None:
        people.stdin.write(told + "\n")
        people.stdin.flush()
    return people


def _count_strokes(store: Store) -> int:
    with store.database.read() as session:
        return session.scalar(select(func.count()).select_from(schema.EditEntry)) or 0


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
