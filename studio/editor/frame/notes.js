/** Notes pinned to a pixel: writing one, and the list of those that wait. */

import { openDialog } from "./dialogs.js";
import { element } from "./dom.js";

const LONGEST = 2000;

/** Ask for the text of a note; add: async (text) => void. */
export async function askForNote(root, { say, add }) {
  const text = element("textarea", {
    maxLength: LONGEST,
    rows: 3,
    autofocus: true,
    required: true,
    dataset: { testid: "note-text" },
  });
  const cancel = element("button", { type: "button", className: "ml-button" }, say("cancel"));
  const confirm = element(
    "button",
    { className: "ml-button is-primary", value: "add", dataset: { testid: "note-add" } },
    say("note.add"),
  );
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("note.title")),
    element("label", { className: "ml-field" }, say("note.text"), text),
    element("div", { className: "ml-dialog-buttons" }, cancel, confirm),
  );
  cancel.addEventListener("click", () => form.closest("dialog").close());
  const answer = await openDialog(root, form, { testid: "note-dialog" });
  if (answer === "add" && text.value.trim() !== "") await add(text.value.trim());
}

/** flow: desk/flow.js. goTo: (note) => void. */
export function showNotes(root, { say, flow, goTo }) {
  const list = element("ol", { className: "ml-notes" });
  const close = element("button", { className: "ml-button is-primary", value: "close", autofocus: true }, say("close"));
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", {}, say("note")),
    list,
    element("p", { className: "ml-muted" }, say("note.hint")),
    element("div", { className: "ml-dialog-buttons" }, close),
  );
  const fill = () => {
    const { returned } = flow;
    const why =
      returned === null
        ? []
        : [element("p", { className: "ml-returned" }, say("returned", { who: returned.by, text: returned.reason }))];
    const items = flow.notes.map((note) =>
      element(
        "li",
        {},
        element("p", {}, note.text),
        element(
          "span",
          { className: "ml-muted" },
          `${note.author} · ${new Date(note.created_at).toLocaleString(say.language)}`,
        ),
        element(
          "span",
          { className: "ml-group" },
          element("button", { className: "ml-button", value: "go", on: { click: () => goTo(note) } }, say("note.goTo")),
          element(
            "button",
            {
              type: "button",
              className: "ml-button",
              dataset: { testid: "note-resolve" },
              on: { click: async () => (await flow.resolveNote(note.id), fill()) },
            },
            say("note.resolve"),
          ),
        ),
      ),
    );
    list.replaceChildren(
      ...why,
      ...(items.length > 0 ? items : [element("p", { className: "ml-muted" }, say("note.none"))]),
    );
  };
  fill();
  return openDialog(root, form, { testid: "notes" });
}
