/** How the photo on the desk stands, shown in the bar and in what can be pressed. */

import { statusOf } from "../desk/status.js";
import { INKS, TOOLS } from "../tools/toolbox.js";
import { titleOf } from "./render_preferences.js";

/** editor: editor.js. */
export function renderDocument(editor) {
  const { parts, say, walk, session, flow, root } = editor;
  const info = session?.info ?? null;
  parts.name.textContent = parts.name.title = info?.name ?? "";
  parts.size.textContent = info === null ? "" : `${info.width} × ${info.height}`;
  const isBlank = session?.isBlank ?? false;
  parts.state.hidden = info === null || (isBlank && info.state === "ready"); // "drafted" would be half a lie
  parts.state.dataset.state = info?.state ?? "";
  parts.state.textContent = info === null ? "" : say(`state.${info.state}`);
  parts.blank.hidden = !isBlank;
  parts.partHint.textContent = say(isBlank ? "part.blank" : "part.hint");
  parts.left.textContent = walk.left === null ? "" : say("left", { n: walk.left });
  parts.today.textContent = flow.today === null ? "" : todayInWords(flow.today, say);
  parts.flag.setAttribute("aria-pressed", String(flow.isFlagged));
  parts.flag.title = titleOf("flag", editor);
  const told = flow.notes.length + (flow.returned === null ? 0 : 1);
  parts.note.dataset.count = told > 0 ? String(told) : "";
  parts.flag.disabled = parts.note.disabled = parts.history.disabled = info === null;

  const status = statusOf(walk);
  parts.status.dataset.state = status.state;
  const who = info?.held_by?.who ?? "";
  parts.status.textContent = say(`status.${status.text}`, { n: session?.outbox.waiting ?? 0, who });
  parts.status.title = parts.status.textContent;

  const isLocked = session?.isLocked ?? true;
  const isHeld = session?.isHeldElsewhere ?? false;
  const isInReview = info?.state === "in_review" && !isHeld;
  parts.undo.disabled = isLocked || !session.outbox.canUndo;
  parts.redo.disabled = isLocked || !session.outbox.canRedo;
  for (const action of ["recompute", "widen", "narrow", ...TOOLS, ...INKS]) parts[action].disabled = isLocked;
  const shown = {
    approve: session === null || !isLocked || isInReview,
    submit: session === null || !isLocked,
    skip: session === null || !isLocked || isInReview,
    giveBack: isInReview,
    reopen: session !== null && isLocked && !isInReview && !isHeld,
  };
  for (const [action, isShown] of Object.entries(shown)) {
    parts[action].hidden = !isShown;
    parts[action].disabled = !walk.isFree;
  }
  parts.next.disabled = !walk.isFree;
  parts.previous.disabled = walk.isBusy || !walk.hasPrevious;
  root.classList.toggle("is-locked", isLocked);
}

function todayInWords({ approved, submitted }, say) {
  const words = [say("today.approved", { n: approved })];
  if (submitted > 0) words.push(say("today.submitted", { n: submitted }));
  return say("today", { what: words.join(say("today.and")) });
}
