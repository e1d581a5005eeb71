/** Brush sizes: diameters in image pixels, on a slider that gives small sizes as much room as large ones. */

import { MAX_RADIUS, QUARTERS } from "../edits/quarters.js";

export const LARGEST_SIZE = (2 * MAX_RADIUS) / QUARTERS;
export const SLIDER_TICKS = 100;
const STEP = 1.2; // from one press of [ or ] to the next

export function clampedSize(size) {
  return Math.min(LARGEST_SIZE, Math.max(1, Math.round(size)));
}

export function smaller(size) {
  return clampedSize(Math.min(size - 1, size / STEP));
}

export function larger(size) {
  return clampedSize(Math.max(size + 1, size * STEP));
}

export function sizeAtTick(tick) {
  return clampedSize(LARGEST_SIZE ** (tick / SLIDER_TICKS));
}

export function tickOfSize(size) {
  return (SLIDER_TICKS * Math.log(size)) / Math.log(LARGEST_SIZE);
}

/** Radius in quarter pixels, as a stroke carries it. */
export function radiusOfSize(size) {
  return (size * QUARTERS) / 2;
}
