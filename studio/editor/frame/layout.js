/** The editor's elements: bar on top, tools at the left, two panes, brush and zoom below. It knows no behaviour. */

import { LARGEST_SIZE, SLIDER_TICKS } from "../tools/brush_size.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { BACKDROPS } from "../view/views.js";

const LABELS = ["foreground", "background", "unknown"];

/**
 * Build everything inside `root`. say: texts.js. perform(action): called by buttons.
 * Returns the elements that change, by name.
 */
export function buildLayout(root, { say, perform }) {
  const parts = {};
  const keep = (name, made) => (parts[name] = made);
  const button = (action, { key, content, testid = action, className = "" }) =>
    keep(
      action,
      element(
        "button",
        {
          type: "button",
          className: `ml-button ${className}`,
          title: key === undefined ? say(action) : `${say(action)} (${key})`,
          "aria-label": say(action),
          dataset: { testid },
          on: {
            // The mouse leaves the focus where it is, so that Enter and the space bar keep their meaning.
            mousedown: (event) => event.preventDefault(),
            click: () => perform(action),
          },
        },
        ...content,
      ),
    );
  const iconButton = (action, key, drawing = action) => button(action, { key, content: [icon(drawing)] });

  const bar = element(
    "header",
    { className: "ml-bar" },
    keep("name", element("span", { className: "ml-name", dataset: { testid: "image-name" } })),
    keep("size", element("span", { className: "ml-muted" })),
    keep("state", element("span", { className: "ml-chip", dataset: { testid: "image-state" } })),
    element("span", { className: "ml-spring" }),
    keep("left", element("span", { className: "ml-muted", dataset: { testid: "queue-left" } })),
    keep(
      "status",
      element("span", {
        className: "ml-status",
        role: "status",
        dataset: { testid: "editor-status", state: "loading" },
      }),
    ),
    element(
      "span",
      { className: "ml-group" },
      button("previous", { key: "P", content: [icon("previous")] }),
      button("next", { key: "N", content: [say("next"), icon("next")] }),
      button("skip", { key: "S", content: [say("skip")] }),
      button("reopen", { content: [say("reopen")], className: "is-primary" }),
      button("approve", { key: "Enter", content: [icon("approve"), say("approve")], className: "is-primary" }),
    ),
  );

  const tool = (label) =>
    button(label, {
      key: label[0].toUpperCase(),
      testid: `tool-${label}`,
      className: "ml-tool",
      content: [
        element("span", { className: "ml-dot", dataset: { label } }),
        element("span", {}, say(`${label}.short`)),
        element("kbd", {}, label[0].toUpperCase()),
      ],
    });
  const rail = element(
    "nav",
    { className: "ml-rail", "aria-label": say("tools") },
    ...LABELS.map(tool),
    element("hr"),
    iconButton("undo", "Ctrl+Z"),
    iconButton("redo", "Ctrl+Shift+Z"),
    iconButton("recompute", "R"),
    element("span", { className: "ml-spring" }),
    iconButton("onePane", "V", "panes"),
    iconButton("help", "?"),
  );

  const backdrop = (name) =>
    element("button", {
      type: "button",
      className: "ml-swatch",
      title: `${say(`backdrop.${name}`)} (C)`,
      "aria-label": say(`backdrop.${name}`),
      dataset: { testid: `backdrop-${name}`, name },
      textContent: name === "alpha" ? "α" : "",
      on: { mousedown: (event) => event.preventDefault(), click: () => perform("backdrop", name) },
    });
  const photoControls = element(
    "label",
    { className: "ml-control", title: `${say("opacity")} (H)` },
    say("opacity"),
    keep("opacity", slider({ max: 1, step: 0.05, testid: "overlay-opacity", label: say("opacity") })),
  );
  const matteControls = element(
    "span",
    { className: "ml-group", role: "group", "aria-label": say("backdrop") },
    ...keep("backdrops", BACKDROPS.map(backdrop)),
    keep(
      "colour",
      element("input", {
        type: "color",
        className: "ml-colour",
        title: say("backdrop.choose"),
        "aria-label": say("backdrop.choose"),
      }),
    ),
  );
  const stage = element(
    "main",
    { className: "ml-stage" },
    pane("photo", say, keep, photoControls),
    pane("matte", say, keep, matteControls),
    keep("notice", element("div", { className: "ml-notice", hidden: true })),
    keep("flash", element("div", { className: "ml-flash", role: "status", hidden: true })),
  );

  const foot = element(
    "footer",
    { className: "ml-foot" },
    element(
      "label",
      { className: "ml-control", title: `${say("brushSize")} ([ ])` },
      say("brushSize"),
      keep("brushSlider", slider({ max: SLIDER_TICKS, step: "any", testid: "brush-size", label: say("brushSize") })),
    ),
    keep(
      "brushPixels",
      element("input", {
        type: "number",
        min: 1,
        max: LARGEST_SIZE,
        className: "ml-number",
        "aria-label": say("brushSize.pixels"),
        dataset: { testid: "brush-size-pixels" },
      }),
    ),
    element("span", { className: "ml-muted" }, "px"),
    element("span", { className: "ml-hint ml-muted" }, say("hint")),
    element("span", { className: "ml-spring" }),
    iconButton("zoomOut", "-", "minus"),
    keep("zoom", element("output", { className: "ml-zoom", "aria-label": say("zoom") })),
    iconButton("zoomIn", "+", "plus"),
    button("actualSize", { key: "1", content: ["100 %"] }),
    iconButton("fit", "0"),
  );

  root.replaceChildren(bar, rail, stage, foot);
  return parts;
}

function pane(name, say, keep, controls) {
  const canvas = keep(`${name}Canvas`, element("canvas"));
  const surface = element(
    "div",
    {
      className: "ml-pane",
      tabIndex: 0,
      role: "img",
      "aria-label": say(`pane.${name}`),
      dataset: { testid: `pane-${name}` },
    },
    canvas,
  );
  keep(`${name}Pane`, surface);
  const head = element(
    "div",
    { className: "ml-pane-head" },
    element("span", { className: "ml-pane-title" }, say(`pane.${name}`)),
    element("span", { className: "ml-spring" }),
    controls,
  );
  return element("section", { className: "ml-view", dataset: { view: name } }, head, surface);
}

function slider({ max, step, testid, label }) {
  return element("input", {
    type: "range",
    min: 0,
    max,
    step,
    className: "ml-slider",
    "aria-label": label,
    dataset: { testid },
  });
}
