import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Looking } from "../../../../studio/editor/view/looking.js";
import { decoded, deferred, greyPng, heard, standInDocument } from "./stand_ins.js";

const CALM = 2500;
const PNG = greyPng(2, 1, [0, 255]).toString("base64");

const place = (x, y) => ({ x, y, box: { left: x, top: y, right: x + 4, bottom: y + 4 } });
const doubt = (...places) => ({ png: PNG, places });

let asked; // {what, id, which, resolve, reject} in the order in which the server was asked
let looking;

const ask = (what) => (id, which) => {
  const request = { what, id, which, ...deferred() };
  asked.push(request);
  return request.promise;
};
const sessionOf = (id) => ({
  info: { id, width: 1000, height: 500 },
  planes: { cutOutBy: (bytes) => ({ id, bytes: [...bytes] }) },
});
const whats = () => asked.map(({ what }) => what);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  standInDocument();
  asked = [];
  looking = new Looking({ doubt: ask("doubt"), slips: ask("slips"), versionAlpha: ask("versionAlpha") });
  looking.open(sessionOf(7));
});

async function answer(i, given) {
  asked[i].resolve(given);
  await decoded();
}

/** Let the photo be calm, and answer what is asked then. */
async function look(places, slips = []) {
  const from = asked.length;
  looking.disturb({ heat: true, slips: true });
  mock.timers.tick(CALM);
  await answer(from, doubt(...places));
  await answer(from + 1, { slips });
}

test("asks once the photo is calm, and only for what is wanted", async () => {
  looking.disturb({ heat: false, slips: true });
  mock.timers.tick(CALM - 1);
  looking.disturb({ heat: false, slips: true });
  mock.timers.tick(CALM - 1);
  assert.deepEqual(asked, []);
  mock.timers.tick(1);
  assert.deepEqual([whats(), asked[0].id], [["slips"], 7]);
  looking.disturb({ heat: false, slips: false });
  mock.timers.tick(10 * CALM);
  assert.equal(asked.length, 1);
});

test("shows what was found", async () => {
  const events = heard(looking, "change");
  await look([place(1, 2)], [{ kind: "hole" }]);
  assert.deepEqual(whats(), ["doubt", "slips"]);
  assert.deepEqual([looking.places, looking.slips], [[place(1, 2)], [{ kind: "hole" }]]);
  assert.deepEqual([looking.heat.width, looking.heat.height], [2, 1]);
  assert.equal(events.length, 1);
});

test("the map of doubt is clear where there is none and nearly solid where there is most", async () => {
  await look([]);
  const { data } = looking.heat.image;
  assert.deepEqual([data[3], data[7]], [0, 235]);
});

test("an answer that comes after the next change is dropped", async () => {
  await look([place(1, 2)], [{ kind: "hole" }]);
  looking.disturb({ heat: true, slips: true });
  mock.timers.tick(CALM);
  looking.disturb({ heat: true, slips: true });
  await answer(2, doubt(place(9, 9)));
  assert.deepEqual(looking.places, [place(1, 2)]);
  assert.equal(asked.length, 3); // no slips are asked for on behalf of what is out of date
  mock.timers.tick(CALM);
  await answer(3, doubt(place(5, 5)));
  await answer(4, { slips: [] });
  assert.deepEqual([looking.places, looking.slips], [[place(5, 5)], []]);
});

test("slips that come after the next change are dropped, too", async () => {
  looking.disturb({ heat: false, slips: true });
  mock.timers.tick(CALM);
  looking.disturb({ heat: false, slips: true });
  await answer(0, { slips: [{ kind: "hole" }] });
  assert.deepEqual(looking.slips, []);
});

test("answers about a photo that has left the desk are dropped, and what was found of it is forgotten", async () => {
  await look([place(1, 2)], [{ kind: "hole" }]);
  looking.disturb({ heat: true, slips: false });
  mock.timers.tick(CALM);
  looking.open(sessionOf(8));
  assert.deepEqual([looking.places, looking.slips, looking.heat, looking.current], [[], [], null, null]);
  await answer(2, doubt(place(9, 9)));
  assert.deepEqual([looking.places, looking.heat], [[], null]);
});

test("a pause that has begun asks nothing of the next photo, nor after the end", async () => {
  looking.disturb({ heat: true, slips: true });
  looking.open(sessionOf(8));
  mock.timers.tick(10 * CALM);
  looking.disturb({ heat: true, slips: true });
  looking.forget();
  mock.timers.tick(10 * CALM);
  assert.deepEqual(asked, []);
});

test("without a photo nothing is asked", async () => {
  looking.open(null);
  looking.disturb({ heat: true, slips: true });
  mock.timers.tick(10 * CALM);
  assert.equal(await looking.compareWith("draft"), false);
  assert.deepEqual(asked, []);
});

test("a failure leaves everything as it was, and the next calm moment tries again", async () => {
  await look([place(1, 2)], [{ kind: "hole" }]);
  looking.disturb({ heat: true, slips: true });
  mock.timers.tick(CALM);
  asked[2].reject(new Error("gone"));
  await decoded();
  assert.deepEqual([looking.places, looking.slips], [[place(1, 2)], [{ kind: "hole" }]]);
  await look([place(5, 5)]);
  assert.deepEqual(looking.places, [place(5, 5)]);
});

const PLACES = [place(10, 10), place(500, 100), place(900, 400)];

test("jumps go from the most doubtful place to the least, and around", async () => {
  await look(PLACES);
  assert.equal(looking.current, null);
  for (const i of [0, 1, 2, 0]) {
    assert.deepEqual(await looking.jump(1), { ...PLACES[i], number: i + 1, of: 3 });
    assert.equal(looking.current, PLACES[i]);
  }
});

test("jumps back go the other way, the first one to the last place", async () => {
  await look(PLACES);
  const numbers = [];
  for (let i = 0; i < 4; i++) numbers.push((await looking.jump(-1)).number);
  assert.deepEqual(numbers, [3, 2, 1, 3]);
});

test("one place is the next and the one before", async () => {
  await look([place(10, 10)]);
  for (const step of [-1, -1, 1, 1]) assert.equal((await looking.jump(step)).number, 1);
});

test("a jump is told, so that the place is shown", async () => {
  await look(PLACES);
  const events = heard(looking, "change");
  await looking.jump(1);
  assert.equal(events.length, 1);
});

test("a jump asks by itself when nothing is known, and only for places", async () => {
  const jump = looking.jump(1);
  await answer(0, doubt(...PLACES));
  assert.equal((await jump).number, 1);
  assert.deepEqual(whats(), ["doubt"]);
});

test("where nothing is doubtful there is nowhere to jump", async () => {
  const jump = looking.jump(1);
  await answer(0, doubt());
  assert.equal(await jump, null);
  assert.equal(looking.current, null);
});

test("where nothing can be learned, that is not taken for nothing doubtful", async () => {
  const jump = looking.jump(1);
  asked[0].reject(new Error("gone"));
  await assert.rejects(jump, /gone/);
});

test("after a change a jump asks anew, and makes do with what was known if nobody answers", async () => {
  await look(PLACES);
  assert.equal((await looking.jump(1)).number, 1);
  looking.disturb({ heat: false, slips: false });
  const jump = looking.jump(1);
  await answer(2, doubt(...PLACES.slice(1)));
  assert.deepEqual(await jump, { ...PLACES[1], number: 1, of: 2 });
  looking.disturb({ heat: false, slips: false });
  const again = looking.jump(1);
  asked[3].reject(new Error("gone"));
  assert.equal((await again).number, 2);
});

test("without a photo there is nowhere to jump", async () => {
  looking.open(null);
  assert.equal(await looking.jump(1), null);
  assert.deepEqual(asked, []);
});

test("after a change the next jump goes on from where the last one led, if that is still there", async () => {
  await look(PLACES);
  await looking.jump(1);
  await looking.jump(1);
  await look([place(505, 110), place(700, 10), place(20, 20)]); // 2 % of 1000 pixels is near
  assert.deepEqual(looking.current, place(505, 110));
  assert.equal((await looking.jump(1)).number, 2);
  await look([place(20, 20), place(200, 300), place(600, 20)]); // what was jumped to is gone
  assert.equal(looking.current, null);
  assert.equal((await looking.jump(1)).number, 1);
});

test("compares with another version of the photo", async () => {
  const events = heard(looking, "change");
  const compared = looking.compareWith("approved");
  assert.deepEqual([asked[0].what, asked[0].id, asked[0].which], ["versionAlpha", 7, "approved"]);
  await answer(0, new Blob([greyPng(2, 1, [3, 200])]));
  assert.equal(await compared, true);
  assert.deepEqual(looking.other, { id: 7, bytes: [3, 200] });
  looking.stopComparing();
  assert.deepEqual([looking.other, events.length], [null, 2]);
});

test("a version that comes after its photo has left is dropped; one that is not there is told", async () => {
  const compared = looking.compareWith("draft");
  looking.open(sessionOf(8));
  await answer(0, new Blob([greyPng(2, 1, [3, 200])]));
  assert.deepEqual([await compared, looking.other], [false, null]);
  const missing = looking.compareWith("approved");
  asked[1].reject(new Error("404"));
  await assert.rejects(missing, /404/);
});

test("a version that comes after comparing has stopped is not shown", async () => {
  const compared = looking.compareWith("draft");
  looking.stopComparing();
  await answer(0, new Blob([greyPng(2, 1, [3, 200])]));
  assert.deepEqual([await compared, looking.other], [true, null]); // there is one, though
});

test("of two versions that were asked for, the later one is shown, whichever comes first", async () => {
  const former = looking.compareWith("draft");
  const later = looking.compareWith("approved");
  await answer(1, new Blob([greyPng(1, 1, [2])]));
  await answer(0, new Blob([greyPng(1, 1, [1])]));
  assert.deepEqual([await former, await later, looking.other.bytes], [true, true, [2]]);
});
