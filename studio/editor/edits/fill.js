/** Flood fill: the twin of matting_core/edits/fill.py. */

import { layRun } from "./stroke.js";

/**
 * Lay {ink} on all pixels that are reached from (x, y) through neighbours of the same label, over edges.
 * Returns the box that was filled, or null.
 */
export function paintFill({ trimap, draft, width, height }, { ink, x, y }) {
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  const label = trimap[y * width + x];
  const isFilled = new Uint8Array(width * height);
  const box = { left: x, top: y, right: x + 1, bottom: y + 1 };
  const seeds = [y * width + x];
  while (seeds.length > 0) {
    const seed = seeds.pop();
    if (isFilled[seed] === 1) continue;
    const row = Math.floor(seed / width);
    const [first, last] = [row * width, (row + 1) * width];
    let start = seed;
    let end = seed + 1;
    while (start > first && trimap[start - 1] === label) start--;
    while (end < last && trimap[end] === label) end++;
    isFilled.fill(1, start, end);
    box.left = Math.min(box.left, start - first);
    box.right = Math.max(box.right, end - first);
    box.top = Math.min(box.top, row);
    box.bottom = Math.max(box.bottom, row + 1);
    for (const beside of [row - 1, row + 1]) {
      if (beside < 0 || beside >= height) continue;
      const shift = (beside - row) * width;
      let isOpen = false; // one seed for each run
      for (let at = start + shift; at < end + shift; at++) {
        const isNew = trimap[at] === label && isFilled[at] === 0;
        if (isNew && !isOpen) seeds.push(at);
        isOpen = isNew;
      }
    }
  }
  for (let row = box.top; row < box.bottom; row++) {
    const last = row * width + box.right;
    for (let at = row * width + box.left; at < last; at++) {
      const start = at;
      while (at < last && isFilled[at] === 1) at++;
      if (at > start) layRun(trimap, draft, ink, start, at);
    }
  }
  return box;
}
