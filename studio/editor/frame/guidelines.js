/** What the lead has written down for this project, one key away. */

import { wordsOf } from "../i18n/error_words.js";
import { openDialog } from "./dialogs.js";
import { element } from "./dom.js";

/** id: the photo whose project they are of, or null. */
export async function showGuidelines(root, { say, transport, id }) {
  let text;
  try {
    ({ text } = await transport.guidelines(id));
  } catch (error) {
    text = wordsOf(error, say);
  }
  const close = element("button", { className: "ml-button is-primary", value: "close", autofocus: true }, say("close"));
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("guidelines")),
    element(
      "div",
      { className: "ml-page", dataset: { testid: "guidelines-text" } },
      ...paragraphs(text.trim() || say("guidelines.none")),
    ),
    element("div", { className: "ml-dialog-buttons" }, close),
  );
  return openDialog(root, form, { testid: "guidelines" });
}

/** The little of Markdown that guidelines need: headings, lists and paragraphs; everything else is shown as written. */
function paragraphs(text) {
  const made = [];
  for (const line of text.split("\n")) {
    const heading = /^#+\s+(.*)/.exec(line);
    const item = /^\s*[-*・]\s+(.*)/.exec(line);
    if (heading !== null) made.push(element("h3", {}, heading[1]));
    else if (item !== null) {
      if (made.at(-1)?.tagName !== "UL") made.push(element("ul"));
      made.at(-1).append(element("li", {}, item[1]));
    } else if (line.trim() === "") made.push(null);
    else if (made.at(-1)?.tagName === "P") made.at(-1).append(`\n${line}`);
    else made.push(element("p", {}, line));
  }
  return made.filter((each) => each !== null);
}
