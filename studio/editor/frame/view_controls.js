/** How the photo and its matte are looked at: tint, doubt, slips, comparison, backdrop, panes. */

import { BACKDROPS } from "../view/views.js";
import { button, slider } from "./controls.js";
import { element } from "./dom.js";

export function buildViewControls(kit) {
  const { say, keep, perform, prefer } = kit;
  const swatch = (name) =>
    element("button", {
      type: "button",
      className: "ml-swatch",
      title: say(`backdrop.${name}`),
      "aria-label": say(`backdrop.${name}`),
      dataset: { testid: `backdrop-${name}`, name },
      textContent: name === "alpha" ? "α" : "",
      on: { mousedown: (event) => event.preventDefault(), click: () => perform("backdrop", name) },
    });
  return [
    slider("opacity", {
      ...kit,
      testid: "overlay-opacity",
      max: 1,
      step: 0.05,
      changed: (opacity) => prefer({ opacity }),
    }),
    element("span", { className: "ml-group" }, button("heat", kit), button("slips", kit)),
    button("wipe", kit),
    element(
      "span",
      { className: "ml-group", role: "group", "aria-label": say("backdrop") },
      ...keep("backdrops", BACKDROPS.map(swatch)),
      keep(
        "colour",
        element("input", {
          type: "color",
          className: "ml-colour",
          title: say("backdrop.choose"),
          "aria-label": say("backdrop.choose"),
          on: { input: ({ target }) => prefer({ colour: target.value, backdrop: "colour" }) },
        }),
      ),
      keep(
        "backdropFile",
        element("input", {
          type: "file",
          accept: "image/*",
          hidden: true,
          "aria-label": say("backdrop.photo"),
          dataset: { testid: "backdrop-file" },
          on: { change: ({ target }) => perform("backdropFile", target.files[0] ?? null) },
        }),
      ),
    ),
    button("onePane", { ...kit, drawing: "panes" }),
  ];
}
