/** The exact rule by which an outline is filled: the twin of matting_core/edits/area.py, which explains it. */

import { boxAround, CENTRE, QUARTERS } from "./quarters.js";
import { layRun } from "./stroke.js";

/** Fill the closed outline area = {ink, points} in place. Returns the box that it may have touched, or null. */
export function paintArea(marks, { ink, points }) {
  const { trimap, draft, width } = marks;
  const box = boxAround(points, marks);
  if (box === null) return null;
  for (let row = box.top; row < box.bottom; row++) {
    for (const [start, end] of runsInside(points, row, box)) {
      layRun(trimap, draft, ink, row * width + start, row * width + end);
    }
  }
  return box;
}

/** The runs [start, end) of pixels in a row of `box` around which the outline winds. */
function runsInside(points, row, { left, right }) {
  const y = row * QUARTERS + CENTRE;
  const crossings = []; // [the first column that is not left of it, its turn]
  let [ax, ay] = points.at(-1);
  for (const [bx, by] of points) {
    if (ay <= y !== by <= y) {
      const isDown = ay < by;
      const [ux, uy, lx, ly] = isDown ? [ax, ay, bx, by] : [bx, by, ax, ay];
      const rise = ly - uy;
      const crossing = ux * rise + (y - uy) * (lx - ux); // times `rise`
      const end = Math.ceil((crossing - CENTRE * rise) / (QUARTERS * rise));
      crossings.push([Math.min(right, Math.max(left, end)), isDown ? 1 : -1]);
    }
    [ax, ay] = [bx, by];
  }
  crossings.sort(([one], [other]) => one - other);
  const runs = [];
  let winding = 0;
  crossings.forEach(([column, turn], i) => {
    winding += turn; // of the pixels between this crossing and the next
    const next = crossings[i + 1]?.[0] ?? column;
    if (winding !== 0 && column < next) runs.push([column, next]);
  });
  return runs;
}
