import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { rememberView } from "../../../../studio/editor/view/remembered_view.js";
import { Viewport } from "../../../../studio/editor/view/viewport.js";
import { StandInStorage, standIn } from "./stand_ins.js";

const PHOTO = { id: 7, width: 2000, height: 1000 };

let storage;
let viewport;
let info; // of the photo on the desk

/** A page that was just loaded, with a photo on the desk. */
function load(photo) {
  viewport = new Viewport();
  viewport.resizePane(400, 300);
  info = null;
  rememberView(viewport, () => info?.id ?? null, new AbortController().signal);
  open(photo);
}

function open(photo) {
  info = photo;
  rememberView.show(viewport, photo);
}

beforeEach(() => {
  storage = standIn("sessionStorage", new StandInStorage());
});

test("a photo that was never seen is shown whole", () => {
  load(PHOTO);
  assert.equal(viewport.view, null);
  assert.equal(storage.size, 0);
});

test("after a reload a photo is shown as it was", () => {
  load(PHOTO);
  viewport.zoomTo(3, [17, 250]);
  viewport.panBy(5, -9);
  const { view } = viewport;
  load(PHOTO);
  assert.deepEqual(viewport.view, view);
});

test("back from another photo, it is shown as it was; each has its own view", () => {
  load(PHOTO);
  viewport.zoomTo(3);
  const { view } = viewport;
  open({ id: 8, width: 300, height: 200 });
  assert.equal(viewport.view, null);
  viewport.zoomTo(2);
  open(PHOTO);
  assert.deepEqual(viewport.view, view);
  open({ id: 8, width: 300, height: 200 });
  assert.equal(viewport.scale, 2);
});

test("a photo that was fitted again is shown whole", () => {
  load(PHOTO);
  viewport.zoomTo(3);
  viewport.fit();
  assert.equal(storage.size, 0);
  load(PHOTO);
  assert.equal(viewport.view, null);
});

test("while no photo is on the desk nothing is kept", () => {
  load(PHOTO);
  info = null;
  viewport.zoomTo(3);
  assert.equal(storage.size, 0);
});

test("damaged and forbidden storage show the photo whole", () => {
  load(PHOTO);
  viewport.zoomTo(3);
  storage.damage("{not json");
  load(PHOTO);
  assert.equal(viewport.view, null);
  storage.isForbidden = true;
  viewport.zoomTo(3);
  load(PHOTO);
  assert.equal(viewport.view, null);
});
