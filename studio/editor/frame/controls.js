/** The small parts of which the bars are built. */

import { element } from "./dom.js";
import { icon } from "./icons.js";

/**
 * A button that performs an action. content: elements or texts; without it, the icon of that name.
 * keep: (name, element) => element, by which the editor finds it again.
 */
export function button(
  action,
  { say, perform, keep, content = null, testid = action, className = "", drawing = action },
) {
  const made = element(
    "button",
    {
      type: "button",
      className: `ml-button ${className}`,
      title: say(action),
      "aria-label": say(action),
      dataset: { testid, action },
      on: {
        // The mouse leaves the focus where it is, so that Enter and the space bar keep their meaning.
        mousedown: (event) => event.preventDefault(),
        click: () => perform(action),
      },
    },
    ...(content ?? [icon(drawing)]),
  );
  return keep(action, made);
}

/** A slider with its name before it: an input of type range that calls changed(number). */
export function slider(name, { say, keep, changed, max, min = 0, step = 1, testid = name, className = "" }) {
  const input = element("input", {
    type: "range",
    min,
    max,
    step,
    className: "ml-slider",
    "aria-label": say(name),
    dataset: { testid },
    on: { input: () => changed(input.valueAsNumber) },
  });
  keep(name, input);
  return element("label", { className: `ml-control ${className}`, title: say(name) }, say(name), input);
}

/** A number field that takes full-width digits, too, and calls changed(number) when it is left or Enter is pressed. */
export function numberField(name, { say, keep, changed, min, max, testid = name }) {
  const input = element("input", {
    type: "text",
    inputMode: "numeric",
    className: "ml-number",
    "aria-label": say(name),
    dataset: { testid },
    on: {
      change: () => {
        const number = Number(input.value.normalize("NFKC"));
        changed(Number.isFinite(number) && number > 0 ? Math.min(max, Math.max(min, number)) : null);
      },
      keydown: (event) => {
        if (event.isComposing || event.ctrlKey || event.metaKey) return;
        const isLetter = event.key.length === 1 && !/\d/.test(event.key.normalize("NFKC"));
        if (isLetter) event.preventDefault(); // it was meant as a shortcut; the next press of it will be one
        if (isLetter || event.key === "Enter") input.blur();
      },
      focus: () => input.select(),
    },
  });
  return keep(name, input);
}
