/**
 * The integers in which edits are drawn: the twin of matting_core/edits/quarters.py, which explains them.
 *
 * Everything is in quarter pixels; the centre of the pixel in column c, row r lies at (4c + 2, 4r + 2).
 */

import { clipped } from "../pixels/box.js";

export const QUARTERS = 4;
export const CENTRE = 2;
export const MAX_RADIUS = 2048; // a brush 1024 pixels wide
export const MAX_STEP = 4096; // between two neighbouring points of a stroke, along either axis
export const MAX_POINTS = 20_000;
export const MAX_COORDINATE = 1 << 20;

/** What a label writes into the trimap. */
export const TRIMAP_VALUE = Object.freeze({ background: 0, unknown: 128, foreground: 255 });
export const UNKNOWN = TRIMAP_VALUE.unknown;

/** The pixels of an image whose centre can lie within `radius` of the polyline (quarter pixels in), or null. */
export function boxAround(points, { width, height, radius = 0 }) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  const box = {
    left: Math.floor((left - radius + 1) / QUARTERS),
    top: Math.floor((top - radius + 1) / QUARTERS),
    right: Math.floor((right + radius - 2) / QUARTERS) + 1,
    bottom: Math.floor((bottom + radius - 2) / QUARTERS) + 1,
  };
  return clipped(box, width, height);
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

/**
 * Call visit(from, to, weight) for each segment of a polyline, with the weight at its end; a single point is a segment
 * to itself. Without weights, `weight` is what stands for all.
 */
export function eachSegment(points, weights, weight, visit) {
  if (points.length === 1) visit(points[0], points[0], weights?.[0] ?? weight);
  for (let i = 1; i < points.length; i++) visit(points[i - 1], points[i], weights?.[i] ?? weight);
}
