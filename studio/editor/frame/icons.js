/** Line drawings for the buttons: paths on a 20 x 20 grid. */

const PATHS = {
  brush:
    "M16.2 3.8 9.5 10.5 M8.6 11.2a2.6 2.6 0 0 0-3.6 1.6c-.3 1.3-.8 2.4-2 3 2.6 1 6.4.6 7-2.2a2.6 2.6 0 0 0-1.4-2.4z",
  soft_brush: "M10 3.5a6.5 6.5 0 1 0 .001 0z M10 6.7a3.3 3.3 0 1 0 .001 0z M10 9.3a.7.7 0 1 0 .001 0z",
  pressure: "M13.5 3 17 6.5 9 14.5 5 15.5l1-4z M3 17.5c2-1 4 0 6 0s5-1 8 0",
  lasso: "M10 4c4 0 7 2 7 4.5S14 13 10 13 3 11 3 8.5 6 4 10 4z M6 12.4c-1.5.6-2 2-1 2.9 1 .8 2 .2 2.5 1.7",
  polygon: "M4 7.5 9.5 3.5 16 6.5 14 15.5 6.5 16.5z",
  fill: "M4 10 10 4l6 6-6 6z M4.5 10h11 M17 13.5c.8 1.2 1.2 1.9 1.2 2.5a1.2 1.2 0 0 1-2.4 0c0-.6.4-1.3 1.2-2.5",
  part: "M4 7V4h3 M13 4h3v3 M16 13v3h-3 M7 16H4v-3 M10 7.5l.8 1.7 1.7.8-1.7.8-.8 1.7-.8-1.7L7.5 10l1.7-.8z",
  widen: "M7 5 3 10l4 5 M13 5l4 5-4 5 M10 4v12",
  narrow: "M3 5l4 5-4 5 M17 5l-4 5 4 5 M10 4v12",
  heat: "M10 3c.5 3 4.5 4.5 4.5 8.5a4.5 4.5 0 0 1-9 0c0-1.7.8-2.8 1.7-3.7.2 1.5.8 2.2 1.5 2.4C8.4 7.7 9 5 10 3z",
  slips: "M10 3.5 17.5 16.5h-15z M10 8v4 M10 14.3v.1",
  wipe: "M3.5 4.5h13v11h-13z M10 3v14 M12.5 8h2 M12.5 11h2",
  flag: "M5 17V3.5 M5 4h9l-2 3 2 3H5",
  note: "M4 4h12v9H10l-3.5 3V13H4z",
  history: "M10 3.5a6.5 6.5 0 1 1-6.2 4.5 M3 4v4h4 M10 6.5V10l2.5 2",
  theme: "M10 3.5a6.5 6.5 0 1 0 .001 0z M10 3.5v13 M10 6.5h4.6 M10 10h6.4 M10 13.5h4.6",
  guidelines: "M5 3.5h7l3 3v10H5z M12 3.5v3h3 M7.5 9.5h5 M7.5 12.5h5",
  undo: "M7.5 4 4 7.5 7.5 11 M4 7.5h7.5a4.25 4.25 0 0 1 0 8.5H8",
  redo: "M12.5 4 16 7.5 12.5 11 M16 7.5H8.5a4.25 4.25 0 0 0 0 8.5H12",
  recompute: "M15.7 8A6 6 0 1 0 16 11 M16 4v4h-4",
  panes: "M3.5 4.5h13v11h-13z M10 4.5v11",
  help: "M7.5 7.6a2.5 2.5 0 1 1 3.7 2.2c-.8.45-1.2.95-1.2 1.9 M10 14.6v.1",
  minus: "M5 10h10",
  plus: "M5 10h10 M10 5v10",
  fit: "M4 7.5V4h3.5 M12.5 4H16v3.5 M16 12.5V16h-3.5 M7.5 16H4v-3.5",
  previous: "M12 4.5 6.5 10l5.5 5.5",
  next: "M8 4.5 13.5 10 8 15.5",
  approve: "M4.5 10.5 8.5 14.5 15.5 6",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "ml-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
