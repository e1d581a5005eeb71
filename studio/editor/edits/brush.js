/**
 * The exact rule by which a stroke paints a trimap: the twin of matting_core/strokes.py, which explains it.
 *
 * Everything is an integer in quarter pixels; the centre of the pixel in column c, row r lies at (4c + 2, 4r + 2).
 * The limits keep every product below 2^53, where numbers stop being exact integers. Both test suites read the same
 * golden vectors, tests/golden/strokes.json.
 */

import { clipped, union } from "../pixels/box.js";

export const QUARTERS = 4;
export const MAX_RADIUS = 2048; // quarter pixels: a brush 1024 pixels wide
export const MAX_STEP = 4096; // quarter pixels between two neighbouring points, along either axis
export const MAX_POINTS = 20_000;
export const MAX_COORDINATE = 1 << 20;

/** What a label writes into the trimap. */
export const TRIMAP_VALUE = Object.freeze({ background: 0, unknown: 128, foreground: 255 });

/**
 * Paint a whole stroke into `trimap` (Uint8Array, height x width, values 0, 128, 255) in place.
 * stroke: {label, radius, points: [[x, y], ...]}. Returns the box that it may have touched, or null.
 */
export function paint(trimap, width, height, { label, radius, points }) {
  let touched = null;
  for (let i = points.length > 1 ? 1 : 0; i < points.length; i++) {
    const from = points[Math.max(0, i - 1)];
    touched = union(touched, paintSegment(trimap, width, height, { label, radius, from, to: points[i] }));
  }
  return touched;
}

/** Paint one segment of a stroke in place; `from` may equal `to`. Returns the box that it may have touched, or null. */
export function paintSegment(trimap, width, height, { label, radius, from, to }) {
  const box = clipped(reach(from, to, radius), width, height);
  if (box === null) return null;
  const value = TRIMAP_VALUE[label];
  const isInside = capsule(from, to, radius);
  for (let row = box.top; row < box.bottom; row++) {
    // A capsule is convex, so what it covers of a row is one run of pixels: look for its two ends only.
    const y = row * QUARTERS + 2;
    let start = box.left;
    while (start < box.right && !isInside(start * QUARTERS + 2, y)) start++;
    if (start === box.right) continue;
    let end = box.right;
    while (!isInside((end - 1) * QUARTERS + 2, y)) end--;
    trimap.fill(value, row * width + start, row * width + end);
  }
  return box;
}

/**
 * The points that lead from `from` to `to` (which is the last of them; `from` is left out) in steps of at most
 * MAX_STEP along either axis.
 */
export function stepsBetween(from, to) {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)) / MAX_STEP));
  return Array.from({ length: steps }, (_, i) => [
    from[0] + Math.round((dx * (i + 1)) / steps),
    from[1] + Math.round((dy * (i + 1)) / steps),
  ]);
}

/** The pixels whose centre can lie within `radius` of the segment (quarter pixels in, pixels out). */
function reach([ax, ay], [bx, by], radius) {
  return {
    left: Math.floor((Math.min(ax, bx) - radius + 1) / QUARTERS),
    top: Math.floor((Math.min(ay, by) - radius + 1) / QUARTERS),
    right: Math.floor((Math.max(ax, bx) + radius - 2) / QUARTERS) + 1,
    bottom: Math.floor((Math.max(ay, by) + radius - 2) / QUARTERS) + 1,
  };
}

/** A test whether a point (quarter pixels) lies within `radius` of the segment a to b. */
function capsule([ax, ay], [bx, by], radius) {
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  const radius2 = radius * radius;
  return (x, y) => {
    const px = x - ax;
    const py = y - ay;
    const along = px * dx + py * dy;
    if (along <= 0 && px * px + py * py <= radius2) return true;
    if (along >= length2) return (px - dx) * (px - dx) + (py - dy) * (py - dy) <= radius2;
    const across = px * dy - py * dx;
    return along > 0 && across * across <= radius2 * length2;
  };
}
