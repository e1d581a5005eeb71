/** What every button and every shortcut does, by name. */

import { showGuidelines } from "./frame/guidelines.js";
import { showHelp } from "./frame/help.js";
import { showHistory } from "./frame/history.js";
import { askForNote, showNotes } from "./frame/notes.js";
import { clampedSize, larger, smaller } from "./tools/brush_size.js";
import { INKS, TOOLS } from "./tools/toolbox.js";
import { RefusedError, UnreachableError } from "./transport/transport.js";
import { BACKDROPS } from "./view/views.js";

const ZOOM_STEP = 1.25;

/** editor: editor.js. Returns {action: (detail) => void}; for held keys the detail is whether the key is down. */
export function actionsOf(editor) {
  const { viewport, walk, flow, looking, say } = editor;
  const prefer = (changed) => editor.prefer(changed);
  const liked = () => editor.preferences;
  const session = () => editor.session;
  const band = (by) => session()?.edit({ tool: "band", by });

  const actions = {
    smaller: () => prefer({ brushSize: clampedSize(smaller(liked().brushSize)) }),
    larger: () => prefer({ brushSize: clampedSize(larger(liked().brushSize)) }),
    pressure: () => prefer({ pressure: !liked().pressure }),
    widen: () => band(liked().bandStep),
    narrow: () => band(-liked().bandStep),
    undo: () => session()?.undo(),
    redo: () => session()?.redo(),
    recompute: () => session()?.recompute(),

    backdrop: (name) => setBackdrop(name),
    nextBackdrop: () => {
      const usable = BACKDROPS.filter((name) => name !== "photo" || editor.cutoutPane.backdropPhoto !== null);
      prefer({ backdrop: usable[(usable.indexOf(liked().backdrop) + 1) % usable.length] });
    },
    backdropFile: async (file) => {
      if (file === null) return;
      try {
        editor.cutoutPane.backdropPhoto = await createImageBitmap(file);
        prefer({ backdrop: "photo" });
      } catch {
        walk.flash(say("backdrop.unreadable", { name: file.name }));
      }
    },
    hideOverlay: (isDown) => {
      editor.photoPane.isOverlayHidden = editor.cutoutPane.isHeatHidden = isDown;
      editor.stage.invalidate();
    },
    heat: () => {
      prefer({ isHeatShown: !liked().isHeatShown });
      looking.disturb({ heat: liked().isHeatShown, slips: liked().areSlipsShown });
    },
    slips: () => {
      prefer({ areSlipsShown: !liked().areSlipsShown });
      looking.disturb({ heat: liked().isHeatShown, slips: liked().areSlipsShown });
    },
    nextDoubt: () => jump(1),
    previousDoubt: () => jump(-1),
    compareWith: async (which) => {
      const before = liked().compareWith;
      prefer({ compareWith: which });
      if (editor.wipe.isWanted && !(await compare())) prefer({ compareWith: before }); // that one is still to be seen
    },
    wipe: async () => {
      editor.wipe.isWanted = !editor.wipe.isWanted;
      if (!editor.wipe.isWanted) looking.stopComparing();
      else if (!(await compare())) editor.wipe.isWanted = false;
      prefer({});
    },
    blink: async (isDown) => {
      editor.cutoutPane.isOtherShown = isDown;
      if (isDown && looking.other === null) await compare();
      if (!isDown && !editor.wipe.isWanted) looking.stopComparing(); // also what is still on its way
      editor.stage.invalidate();
    },
    loupe: (isDown) => editor.holdLoupe(isDown),
    onePane: () => prefer({ onePane: !liked().onePane }),
    fit: () => viewport.fit(),
    actualSize: () => viewport.zoomTo(1),
    zoomIn: () => viewport.zoomTo(viewport.scale * ZOOM_STEP),
    zoomOut: () => viewport.zoomTo(viewport.scale / ZOOM_STEP),

    approve: () => walk.approve(),
    submit: () => walk.submit(),
    skip: () => walk.skip(),
    giveBack: () => walk.giveBack(),
    reopen: () => walk.reopen(),
    next: () => walk.next(),
    previous: () => walk.previous(),
    flag: async () => {
      const told = await flow.toggleFlag();
      if (told !== null) walk.flash(say(told ? "flash.flagged" : "flash.unflagged"));
    },
    note: async () => {
      if (session() === null) return;
      const place = editor.gestures.place?.pixel ?? null;
      const { width, height } = session().info;
      const isInside = place !== null && place[0] >= 0 && place[1] >= 0 && place[0] < width && place[1] < height;
      if (isInside) return askForNote(editor.root, { say, add: (text) => flow.addNote(place, text) });
      showNotes(editor.root, { say, flow, goTo: ({ x, y }) => viewport.showBox(around(x, y)) });
    },
    history: () => {
      if (session() === null) return;
      const restore = session().isHeldElsewhere ? null : (number) => walk.restore(number);
      showHistory(editor.root, { say, transport: editor.transport, id: session().info.id, restore });
    },
    theme: () => {
      const now = editor.root.dataset.theme;
      prefer({ theme: now === "dark" ? "light" : "dark" });
    },
    guidelines: () => showGuidelines(editor.root, { say, transport: editor.transport, id: session()?.info.id ?? null }),
    help: () => showHelp(editor.root, { say, keys: () => liked().keys, rebind: (keys) => prefer({ keys }) }),
  };
  for (const tool of TOOLS) actions[tool] = () => prefer({ tool });
  for (const ink of INKS)
    actions[ink] = () => prefer({ ink, tool: liked().tool === "soft_brush" ? "brush" : liked().tool });
  return actions;

  function setBackdrop(name) {
    if (name === "photo" && (editor.cutoutPane.backdropPhoto === null || liked().backdrop === "photo")) {
      editor.parts.backdropFile.value = "";
      return editor.parts.backdropFile.click();
    }
    prefer({ backdrop: name });
  }

  /** Whether there is something to compare with; if not, the operator is told. */
  async function compare() {
    try {
      return await looking.compareWith(liked().compareWith);
    } catch (error) {
      const isMissing = error instanceof RefusedError && error.status === 404;
      walk.flash(say(isMissing ? `compare.no.${liked().compareWith}` : "unreachable"));
      // Few photos have been approved before; every one has a draft to go on with.
      if (isMissing && liked().compareWith === "approved" && looking.other === null) {
        prefer({ compareWith: "draft" });
        return compare();
      }
      return false;
    }
  }

  async function jump(step) {
    let place;
    try {
      place = await looking.jump(step);
    } catch (error) {
      return walk.flash(error instanceof UnreachableError ? say("unreachable") : error.message);
    }
    if (place === null) return walk.flash(say("doubt.none"));
    viewport.showBox(place.box);
    walk.flash(say("doubt.place", { n: place.number, of: place.of }));
  }
}

function around(x, y, reach = 60) {
  return { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach };
}
