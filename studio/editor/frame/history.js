/** What happened to a photo, newest first; each of its mattes beside the newest, and the way back to one of them. */

import { wordsOf } from "../i18n/error_words.js";
import { openDialog } from "./dialogs.js";
import { element } from "./dom.js";

/**
 * id: the image. restore: async (number) => void, or null where nothing may be changed. Resolves when it is closed.
 */
export async function showHistory(root, { say, transport, id, restore }) {
  let happenings = [];
  const trouble = element("p", { className: "ml-returned" });
  try {
    happenings = (await transport.history(id)).reverse();
  } catch (error) {
    trouble.textContent = wordsOf(error, say);
  }
  const newest = Math.max(0, ...happenings.filter(isMade).map(({ revision }) => revision));
  const view = element("div", { className: "ml-history-view", dataset: { testid: "history-view" } });
  const back = element(
    "button",
    { type: "button", className: "ml-button", disabled: true, dataset: { testid: "history-restore" } },
    say("history.restore"),
  );
  const close = element("button", { className: "ml-button is-primary", value: "close", autofocus: true }, say("close"));
  const list = element("ol", { className: "ml-history", dataset: { testid: "history" } });
  const form = element(
    "form",
    { method: "dialog", className: "ml-history-form" },
    element("h2", {}, say("history")),
    trouble,
    element("div", { className: "ml-history-room" }, list, view),
    element("div", { className: "ml-dialog-buttons" }, back, close),
  );

  let chosen = null;
  const choose = async (number) => {
    chosen = number;
    for (const each of list.querySelectorAll("[data-revision]")) {
      each.setAttribute("aria-pressed", String(Number(each.dataset.revision) === number));
    }
    back.disabled = restore === null || number === newest;
    await showMattes(view, { say, transport, id, number, newest, isWanted: () => chosen === number });
  };
  back.addEventListener("click", async () => {
    back.disabled = true;
    try {
      await restore(chosen);
      form.closest("dialog").close();
    } catch (error) {
      trouble.textContent = wordsOf(error, say);
    }
  });
  list.replaceChildren(...happenings.map((each) => item(each, { say, choose })));
  if (newest > 0) choose(newest);
  return openDialog(root, form, { testid: "history-dialog" });
}

const isMade = ({ what }) => what === "made";

function item(happening, { say, choose }) {
  const words = element("span", {}, inWords(happening, say));
  const when = new Date(happening.at).toLocaleString(say.language, { dateStyle: "medium", timeStyle: "short" });
  const about = element("span", { className: "ml-muted" }, `${happening.by} · ${when}`);
  if (!isMade(happening)) {
    const note = happening.note ? [element("q", {}, happening.note)] : [];
    return element("li", {}, words, ...note, about);
  }
  const number = happening.revision;
  return element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        className: "ml-history-revision",
        dataset: { revision: number, testid: `history-${number}` },
        on: { click: () => choose(number) },
      },
      words,
      about,
    ),
  );
}

function inWords({ what, kind, verdict, revision, restored, edits, undone, in_bulk: inBulk }, say) {
  if (what === "drawn") return say("history.drawn", { n: edits, undone });
  if (what === "decided") return say(inBulk ? "history.inBulk" : `history.${verdict}`);
  return say(`history.${kind}`, { n: revision, of: restored ?? "?" });
}

/** The matte of a revision, and what became of it in the newest one. */
async function showMattes(view, { say, transport, id, number, newest, isWanted }) {
  const figure = (source, caption) =>
    element("figure", {}, element("img", { src: source, alt: "" }), element("figcaption", {}, caption));
  const shown = [figure(transport.revisionUrl(id, number, "alpha"), say("history.matte", { n: number }))];
  if (number !== newest) {
    const { sad, changed } = await transport.difference(id, number).catch(() => ({ sad: null, changed: null }));
    const inWords = (value, digits) => value?.toLocaleString(say.language, digits) ?? "?";
    const figures = { sad: inWords(sad, { maximumSignificantDigits: 3 }), changed: inWords(changed) };
    const told = say("history.difference", { n: number, to: newest, ...figures });
    shown.push(figure(transport.revisionUrl(id, number, "difference"), told));
  }
  if (isWanted()) view.replaceChildren(...shown);
}
