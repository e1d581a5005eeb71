/**
 * Every edit by the name of its tool. What the browser can do by itself, it shows at once; the rest (the band, a part
 * that was drafted anew) it learns from the server's answer.
 */

import { paintArea } from "./area.js";
import { paintFill } from "./fill.js";
import { openTrimap, weighSoftStroke } from "./soft_stroke.js";
import { paintStroke } from "./stroke.js";

const PAINT = {
  brush: paintStroke,
  area: paintArea,
  fill: paintFill,
  soft_brush: (marks, edit) => {
    const weight = marks.weight ?? new Uint8Array(marks.width * marks.height);
    const box = weighSoftStroke(weight, marks, edit);
    if (box !== null) openTrimap(marks, weight, box);
    return box;
  },
};

export const isPaintedHere = ({ tool }) => tool in PAINT;

/**
 * Apply `edit` to marks = {trimap, draft, width, height} in place, and, for a soft stroke, raise marks.weight if that
 * is given. Returns the box that it may have touched, or null.
 */
export function paintEdit(marks, edit) {
  return PAINT[edit.tool](marks, edit);
}
