/** The exact rule by which a brush paints a trimap: the twin of matting_core/edits/stroke.py, which explains it. */

import { union } from "../pixels/box.js";
import { boxAround, CENTRE, eachSegment, QUARTERS, TRIMAP_VALUE } from "./quarters.js";

/**
 * Paint a whole stroke into marks = {trimap, draft, width, height} in place: trimap and draft are Uint8Array, height x
 * width, values 0, 128, 255. stroke: {ink, radius, points, radii}. Returns the box that it may have touched, or null.
 */
export function paintStroke(marks, { ink, radius, points, radii }) {
  let touched = null;
  eachSegment(points, radii?.length > 0 ? radii : null, radius, (from, to, radiusHere) => {
    touched = union(touched, paintSegment(marks, { ink, radius: radiusHere, from, to }));
  });
  return touched;
}

/** Paint one segment of a stroke in place; `from` may equal `to`. Returns the box that it may have touched, or null. */
export function paintSegment({ trimap, draft, width, height }, { ink, radius, from, to }) {
  const box = boxAround([from, to], { width, height, radius });
  if (box === null) return null;
  const isInside = capsule(from, to, radius);
  for (let row = box.top; row < box.bottom; row++) {
    // A capsule is convex, so what it covers of a row is one run of pixels: look for its two ends only.
    const y = row * QUARTERS + CENTRE;
    let start = box.left;
    while (start < box.right && !isInside(start * QUARTERS + CENTRE, y)) start++;
    if (start === box.right) continue;
    let end = box.right;
    while (!isInside((end - 1) * QUARTERS + CENTRE, y)) end--;
    layRun(trimap, draft, ink, row * width + start, row * width + end);
  }
  return box;
}

/** Label the pixels `from` up to `to` of the planes. */
export function layRun(trimap, draft, ink, from, to) {
  if (ink === "draft") trimap.set(draft.subarray(from, to), from);
  else trimap.fill(TRIMAP_VALUE[ink], from, to);
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
