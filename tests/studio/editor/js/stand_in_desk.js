/** A desk with nothing but what tools do to it, in the order in which they did it. */

/** done: [what, ...details]. preferences and session may be changed by the test. */
export function standInDesk(preferences, { scale = 1 } = {}) {
  const done = [];
  const session = { info: { id: 1, width: 200, height: 100 } };
  for (const what of ["edit", "redraft", "beginStroke", "extendStroke", "endStroke", "cancelStroke"]) {
    session[what] = (...details) => void done.push([what, ...details]);
  }
  const desk = {
    done,
    liked: preferences,
    present: session,
    viewport: { scale },
    guides: { outline: null, box: null },
  };
  desk.preferences = () => desk.liked;
  desk.session = () => desk.present;
  return desk;
}

/** A place as gestures.js hands it over, at quarter pixels. */
export const at = (x, y, pressure = 1) => ({
  quarters: [x, y],
  pixel: [Math.floor(x / 4), Math.floor(y / 4)],
  pressure,
});
