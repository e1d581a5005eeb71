/** Line drawings for the buttons: paths on a 20 x 20 grid. */

const PATHS = {
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
