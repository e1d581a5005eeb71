/** The editor's elements: bar on top, tools at the left, options and views above the panes. It knows no behaviour. */

import { INKS, TOOLS } from "../tools/toolbox.js";
import { button } from "./controls.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { buildOptions, choice } from "./options.js";
import { buildViewControls } from "./view_controls.js";

/**
 * Build everything inside `root`. say: i18n/texts.js. perform(action, detail): called by buttons. prefer(changed):
 * called by sliders and choices. Returns the elements that change, by name.
 */
export function buildLayout(root, { say, perform, prefer }) {
  const parts = {};
  const keep = (name, made) => (parts[name] = made);
  const kit = { say, perform, keep, prefer };

  const zoom = element(
    "div",
    { className: "ml-zoom-bar", role: "group", "aria-label": say("zoom") },
    button("zoomOut", { ...kit, drawing: "minus" }),
    keep("zoom", element("output", { className: "ml-zoom", "aria-label": say("zoom") })),
    button("zoomIn", { ...kit, drawing: "plus" }),
    button("actualSize", { ...kit, content: ["1:1"] }),
    button("fit", kit),
  );
  const bar = element(
    "header",
    { className: "ml-bar" },
    keep("name", element("span", { className: "ml-name", dataset: { testid: "image-name" } })),
    keep("size", element("span", { className: "ml-muted ml-size" })),
    keep("state", element("span", { className: "ml-chip", dataset: { testid: "image-state" } })),
    keep(
      "blank",
      element(
        "span",
        { className: "ml-chip is-blank", title: say("blank.title"), hidden: true, dataset: { testid: "image-blank" } },
        say("blank"),
      ),
    ),
    button("flag", { ...kit, className: "ml-quiet" }),
    button("note", { ...kit, className: "ml-quiet" }),
    button("history", { ...kit, className: "ml-quiet" }),
    element("span", { className: "ml-spring" }),
    zoom,
    element("span", { className: "ml-spring" }),
    keep("today", element("span", { className: "ml-muted ml-today", dataset: { testid: "today" } })),
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
      button("previous", kit),
      button("next", { ...kit, content: [say("next"), icon("next")] }),
      button("skip", { ...kit, content: [say("skip")] }),
      button("submit", { ...kit, content: [say("submit.short")] }),
      button("giveBack", { ...kit, content: [say("giveBack")] }),
      button("reopen", { ...kit, content: [say("reopen")], className: "is-primary" }),
      button("approve", { ...kit, content: [icon("approve"), say("approve")], className: "is-primary" }),
    ),
  );

  const ink = (name) =>
    button(name, {
      ...kit,
      testid: `ink-${name}`,
      className: "ml-ink",
      content: [element("span", { className: "ml-dot", dataset: { ink: name } })],
    });
  const rail = element(
    "nav",
    { className: "ml-rail", "aria-label": say("tools") },
    ...TOOLS.map((tool) => button(tool, { ...kit, testid: `tool-${tool}` })),
    element("hr"),
    ...INKS.map(ink),
    element("hr"),
    button("undo", kit),
    button("redo", kit),
    button("recompute", kit),
    element("span", { className: "ml-spring" }),
    button("theme", kit),
    button("guidelines", kit),
    button("help", kit),
  );

  const options = element(
    "div",
    { className: "ml-options" },
    ...buildOptions(kit),
    element("span", { className: "ml-spring" }),
    ...buildViewControls(kit),
  );

  const stage = element(
    "main",
    { className: "ml-stage" },
    pane("photo", say, keep),
    pane("matte", say, keep),
    choice("compareWith", ["draft", "approved"], { ...kit, chosen: (which) => perform("compareWith", which) }),
    keep("minimap", element("canvas", { className: "ml-minimap", hidden: true, "aria-hidden": "true" })),
    keep("notice", element("div", { className: "ml-notice", hidden: true })),
    keep("flash", element("div", { className: "ml-flash", role: "status", hidden: true })),
  );

  root.replaceChildren(bar, rail, options, stage);
  return parts;
}

function pane(name, say, keep) {
  const canvas = keep(`${name}Canvas`, element("canvas"));
  const title = element("span", { className: "ml-pane-title" }, say(`pane.${name}`));
  const surface = element(
    "div",
    {
      className: "ml-pane",
      tabIndex: 0,
      role: "group",
      "aria-label": say(`pane.${name}`),
      dataset: { testid: `pane-${name}` },
    },
    canvas,
    title,
  );
  keep(`${name}Title`, title);
  return keep(`${name}Pane`, surface);
}
