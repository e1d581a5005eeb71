/** The soft brush: the twin of matting_core/edits/soft_stroke.py, which explains it, double by double. */

import { boxAround, CENTRE, eachSegment, QUARTERS, UNKNOWN } from "./quarters.js";

const PERCENT = 100;

/**
 * Raise `weight` (Uint8Array, height x width) to what one segment of a soft stroke covers, in place.
 * brush: {hardness, flow, radius}. pressure: 1 to 100. Returns the box that it may have touched, or null.
 */
export function raiseWeight(weight, { width, height }, { hardness, flow, radius }, { from, to, pressure }) {
  const box = boxAround([from, to], { width, height, radius });
  if (box === null) return null;
  const [ax, ay] = from;
  const dx = to[0] - ax;
  const dy = to[1] - ay;
  const length2 = dx * dx + dy * dy;
  const inner = (radius * hardness) / PERCENT;
  const rimWidth = Math.max(radius - inner, 1e-9);
  const strength = flow * pressure * 255;
  for (let row = box.top; row < box.bottom; row++) {
    const py = row * QUARTERS + CENTRE - ay;
    for (let column = box.left, at = row * width + column; column < box.right; column++, at++) {
      const px = column * QUARTERS + CENTRE - ax;
      const along = px * dx + py * dy;
      let distance2;
      if (along <= 0) {
        distance2 = px * px + py * py;
      } else if (along >= length2) {
        distance2 = (px - dx) * (px - dx) + (py - dy) * (py - dy);
      } else {
        const across = px * dy - py * dx;
        distance2 = (across * across) / length2;
      }
      const distance = Math.sqrt(distance2);
      if (distance >= radius) continue;
      let share = 1;
      if (distance > inner) {
        const rim = Math.min(1, Math.max(0, (radius - distance) / rimWidth));
        share = rim * rim * (3 - 2 * rim);
      }
      const step = Math.floor((strength * share) / (PERCENT * PERCENT) + 0.5);
      if (step > weight[at]) weight[at] = step;
    }
  }
  return box;
}

/** Raise `weight` to what a stroke {hardness, flow, radius, points, pressures} covers. Returns its box, or null. */
export function weighSoftStroke(weight, size, stroke) {
  const { points, pressures, radius } = stroke;
  eachSegment(points, pressures?.length > 0 ? pressures : null, PERCENT, (from, to, pressure) =>
    raiseWeight(weight, size, stroke, { from, to, pressure }),
  );
  return boxAround(points, { ...size, radius });
}

/** Painting alpha opens: every pixel that is touched becomes unknown. */
export function openTrimap({ trimap, width }, weight, box) {
  for (let row = box.top; row < box.bottom; row++) {
    for (let at = row * width + box.left, end = row * width + box.right; at < end; at++) {
      if (weight[at] > 0) trimap[at] = UNKNOWN;
    }
  }
}
