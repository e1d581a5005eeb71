import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { blobFromBase64, decodeGreyPng } from "../../../../studio/editor/pixels/grey_png.js";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const FILTERS = { none: 0, sub: 1, up: 2, average: 3, paeth: 4 };

/** A chunk; the decoder does not look at its checksum. */
function chunk(name, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
}

/** What filter number `filter` makes of a pixel: the specification's section 9.2, word for word. */
function filtered(filter, x, a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [a, b, c].map((each) => Math.abs(p - each));
  const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
  return (x - [0, a, b, Math.floor((a + b) / 2), paeth][filter] + 256) % 256;
}

/** A grey PNG of `rows`; filterOf: row => the number of its filter; parts: in how many chunks its data lies. */
function pngOf(rows, { filterOf = () => 0, parts = 1, kind = [8, 0, 0, 0, 0], before = [] } = {}) {
  const data = rows.flatMap((row, y) => {
    const at = (dx, dy) => rows[y + dy]?.[dx] ?? 0;
    return [filterOf(y), ...row.map((x, i) => filtered(filterOf(y), x, at(i - 1, 0), at(i, -1), at(i - 1, -1)))];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0].length, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set(kind, 8);
  const packed = deflateSync(Buffer.from(data));
  const step = Math.ceil(packed.length / parts);
  const pieces = Array.from({ length: parts }, (_, i) => packed.subarray(i * step, (i + 1) * step));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...before,
    ...pieces.map((piece) => chunk("IDAT", piece)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const decode = (png) => decodeGreyPng(new Blob([png]));
const NOISE = Array.from({ length: 40 }, (_, y) =>
  Array.from({ length: 31 }, (_, x) => (x * x * 37 + y * 101 + x * y) % 256),
);

for (const [name, filter] of Object.entries(FILTERS)) {
  test(`rows with the filter “${name}” come out exactly`, async () => {
    const { width, height, bytes } = await decode(pngOf(NOISE, { filterOf: () => filter }));
    assert.deepEqual([width, height], [31, 40]);
    assert.deepEqual([...bytes], NOISE.flat());
  });
}

test("Paeth's predictor takes the pixel above rather than the corner if both are as near", async () => {
  const { bytes } = await decode(
    pngOf(
      [
        [10, 6],
        [12, 99],
      ],
      { filterOf: () => FILTERS.paeth },
    ),
  );
  assert.deepEqual([...bytes], [10, 6, 12, 99]);
});

test("every row may have another filter", async () => {
  const { bytes } = await decode(pngOf(NOISE, { filterOf: (row) => (row * 3) % 5 }));
  assert.deepEqual([...bytes], NOISE.flat());
});

test("the data may lie in several chunks, after others that say nothing of the pixels", async () => {
  const gamma = chunk("gAMA", Buffer.from([0, 0, 0xff, 0xff])); // a canvas might heed it
  const { bytes } = await decode(pngOf(NOISE, { parts: 3, before: [gamma] }));
  assert.deepEqual([...bytes], NOISE.flat());
});

test("one pixel is a PNG, too", async () => {
  assert.deepEqual(await decode(pngOf([[128]])), { width: 1, height: 1, bytes: new Uint8Array([128]) });
});

test("a string in base64 gives the same bytes", async () => {
  const { bytes } = await decodeGreyPng(blobFromBase64(pngOf(NOISE).toString("base64")));
  assert.deepEqual([...bytes], NOISE.flat());
});

test("what is no 8-bit grey PNG is refused rather than misread", async () => {
  await assert.rejects(decode(Buffer.from("<h1>proxy</h1>")), /not a PNG/);
  await assert.rejects(decode(Buffer.alloc(0)), Error);
  for (const kind of [
    [16, 0, 0, 0, 0],
    [8, 2, 0, 0, 0],
    [8, 0, 0, 0, 1],
  ]) {
    await assert.rejects(decode(pngOf([[1, 2]], { kind })), /not an 8-bit grey PNG/);
  }
});

test("a file that was cut off is refused", async () => {
  const png = pngOf(NOISE);
  for (const length of [20, 45, Math.floor(png.length / 2)])
    await assert.rejects(decode(png.subarray(0, length)), Error);
});
