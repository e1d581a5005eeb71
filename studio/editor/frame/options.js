/** The options of the tool in hand. Each group says for which tools it is shown (data-for). */

import { clampedSize, LARGEST_SIZE, SLIDER_TICKS, sizeAtTick } from "../tools/brush_size.js";
import { HAS_OUTLINE, IS_BRUSH } from "../tools/toolbox.js";
import { button, numberField, slider } from "./controls.js";
import { element } from "./dom.js";

export function buildOptions(kit) {
  const { say, keep, prefer } = kit;
  const group = (tools, ...children) =>
    element("span", { className: "ml-group", dataset: { for: tools.join(" ") } }, ...children);
  const setSize = (size) => prefer({ brushSize: clampedSize(size) });
  const groups = [
    group(
      IS_BRUSH,
      slider("brushSize", {
        ...kit,
        testid: "brush-size",
        max: SLIDER_TICKS,
        step: "any",
        changed: (tick) => setSize(sizeAtTick(tick)),
      }),
      numberField("brushSize.pixels", {
        ...kit,
        testid: "brush-size-pixels",
        min: 1,
        max: LARGEST_SIZE,
        changed: (size) => (size === null ? prefer({}) : setSize(size)),
      }),
    ),
    group(
      ["soft_brush"],
      slider("softValue", { ...kit, max: 100, changed: (softValue) => prefer({ softValue }) }),
      slider("softHardness", { ...kit, max: 100, changed: (softHardness) => prefer({ softHardness }) }),
      slider("softFlow", { ...kit, min: 1, max: 100, changed: (softFlow) => prefer({ softFlow }) }),
    ),
    group(
      IS_BRUSH,
      slider("smoothing", { ...kit, max: 1, step: 0.05, changed: (smoothing) => prefer({ smoothing }) }),
      button("pressure", kit),
    ),
    group(HAS_OUTLINE, choice("outlineDoes", ["ink", "widen", "narrow"], kit)),
    group(["part"], keep("partHint", element("span", { className: "ml-muted" }, say("part.hint")))),
    group(["fill"], element("span", { className: "ml-muted" }, say("fill.hint"))),
    element(
      "span",
      { className: "ml-group ml-band", title: say("band") },
      button("narrow", kit),
      numberField("bandStep", {
        ...kit,
        min: 1,
        max: 200,
        changed: (step) => prefer(step === null ? {} : { bandStep: Math.round(step) }),
      }),
      button("widen", kit),
    ),
  ];
  return keep("optionGroups", groups);
}

/** A choice among few, as a row of buttons that are pressed or not. */
export function choice(name, values, { say, keep, prefer, chosen = (value) => prefer({ [name]: value }) }) {
  const made = values.map((value) =>
    element(
      "button",
      {
        type: "button",
        className: "ml-button ml-choice",
        title: say(`${name}.${value}.title`),
        "aria-label": say(`${name}.${value}.title`),
        dataset: { testid: `${name}-${value}`, value },
        on: { mousedown: (event) => event.preventDefault(), click: () => chosen(value) },
      },
      say(`${name}.${value}`),
    ),
  );
  keep(name, made);
  return element("span", { className: "ml-choices", role: "group", "aria-label": say(name) }, ...made);
}
