/**
 * The correction desk: photo and cut-out in step, tools that change trimap and alpha, and a matte that follows.
 *
 * mountEditor(root, options) builds it inside `root`. This file ties the rooms together: frame/ is what is on the
 * screen, desk/ the opened photo and the way to the next, tools/ and keymap/ the operator's hands, view/ what is drawn,
 * transport/ what reaches the server.
 */

import { Flow } from "./desk/flow.js";
import { loadPreferences, savePreferences } from "./desk/preferences.js";
import { Walk } from "./desk/walk.js";
import { fillHeight } from "./frame/fill_height.js";
import { buildLayout } from "./frame/layout.js";
import { renderDocument } from "./frame/render_document.js";
import { renderPreferences } from "./frame/render_preferences.js";
import { renderSlips } from "./frame/render_slips.js";
import { loadStyle } from "./frame/style_sheet.js";
import { exposeForTests } from "./frame/test_handle.js";
import { followTheme } from "./frame/theme.js";
import { WipeHandle } from "./frame/wipe_handle.js";
import { textsFor } from "./i18n/texts.js";
import { listenToKeys } from "./keymap/keyboard.js";
import { actionsOf } from "./actions.js";
import { Gestures } from "./tools/gestures.js";
import { KeyboardHand } from "./tools/keyboard_hand.js";
import { Toolbox } from "./tools/toolbox.js";
import { Transport } from "./transport/transport.js";
import { Guides } from "./view/guides.js";
import { Looking } from "./view/looking.js";
import { Loupe } from "./view/loupe.js";
import { Minimap } from "./view/minimap.js";
import { Rings } from "./view/ring.js";
import { CutoutPane, PhotoPane, Stage } from "./view/views.js";
import { Viewport } from "./view/viewport.js";
import { rememberView } from "./view/remembered_view.js";

/**
 * Mount the editor inside the element `root`.
 *
 * apiUrl: where the REST API lives. imageId: the photo to open, else the page's ?image=ID, else the queue's next (of
 * ?project=ID, if that is there; with ?review, of what waits for a reviewer).
 * strings: {en: {key: text}, ja: {...}}; locale: "en", "ja" or null for the browser's own.
 * Returns {destroy()}; mounting again in the same root destroys the former editor.
 */
export function mountEditor(root, { apiUrl = "/api/v1", imageId = null, strings, locale = null }) {
  root.matteloopEditor?.destroy();
  root.hidden = true; // until its style sheet is there
  loadStyle().then(() => (root.hidden = false));
  const asked = new URLSearchParams(location.search);
  const project = numberOf(asked.get("project"));
  const isReview = asked.get("review") !== null;
  const editor = new Editor(root, { apiUrl, say: textsFor(strings, locale), project, isReview });
  root.matteloopEditor = editor;
  editor.walk.start(imageId ?? numberOf(asked.get("image")));
  return editor;
}

function numberOf(text) {
  return text === null ? null : Number(text);
}

export class Editor {
  #listening = new AbortController();
  isLoupeHeld = false;

  constructor(root, { apiUrl, say, project = null, isReview = false }) {
    const { signal } = this.#listening;
    this.root = root;
    this.say = say;
    this.preferences = loadPreferences();
    root.classList.add("matteloop-editor");
    root.lang = say.language;
    const perform = (action, detail) => this.perform(action, detail);
    this.parts = buildLayout(root, { say, perform, prefer: (changed) => this.prefer(changed) });
    const panes = [this.parts.photoPane, this.parts.mattePane];

    this.transport = new Transport(apiUrl, { project, isReview });
    this.viewport = new Viewport();
    this.photoPane = new PhotoPane(this.parts.photoCanvas, this.viewport);
    this.cutoutPane = new CutoutPane(this.parts.matteCanvas, this.viewport);
    this.stage = new Stage([this.photoPane, this.cutoutPane], () => this.session?.planes ?? null);
    this.guides = new Guides(panes, this.viewport, signal);
    this.rings = new Rings(panes);
    this.loupe = new Loupe(panes, this.viewport);
    this.minimap = new Minimap(this.parts.minimap, this.viewport, signal);
    this.wipe = new WipeHandle(this.parts.mattePane, { say, changed: (share) => this.#wiped(share) });
    this.looking = new Looking(this.transport);
    this.walk = new Walk({ transport: this.transport, parts: this.parts, root, say });
    this.flow = new Flow({ transport: this.transport, walk: this.walk });
    this.toolbox = new Toolbox({
      preferences: () => this.preferences,
      session: () => this.session,
      viewport: this.viewport,
      guides: this.guides,
    });
    this.gestures = new Gestures({
      panes,
      viewport: this.viewport,
      tool: () => this.toolbox.current,
      followed: () => this.#followPointer(),
      signal,
    });
    this.keyboardHand = new KeyboardHand({
      gestures: this.gestures,
      viewport: this.viewport,
      panes,
      ring: () => this.toolbox.current.ring,
      signal,
    });
    this.actions = actionsOf(this);
    this.#listen(perform);
    followTheme(root, () => this.preferences.theme, signal);
    this.prefer({});
    exposeForTests(this);
  }

  get session() {
    return this.walk.session;
  }

  destroy() {
    this.#listening.abort();
    this.looking.forget();
    this.stage.stop();
    this.walk.stop();
    this.root.replaceChildren();
    delete this.root.matteloopEditor;
  }

  perform(action, detail) {
    this.actions[action](detail);
  }

  /** Take over what the operator likes, show it, and keep it. */
  prefer(changed) {
    Object.assign(this.preferences, changed);
    savePreferences(this.preferences);
    if (this.preferences.ink === "draft") this.session?.needDraft().catch(() => {});
    renderPreferences(this);
    this.showLooking();
  }

  /** Draw everything that came from looking. */
  showLooking() {
    const { looking, preferences } = this;
    const heat = preferences.isHeatShown ? looking.heat : null;
    this.photoPane.heat = heat;
    this.cutoutPane.heat = heat;
    this.cutoutPane.other = looking.other;
    this.cutoutPane.wipe = this.wipe.share;
    this.wipe.isShown = looking.other !== null && this.wipe.isWanted;
    const marks = preferences.areSlipsShown
      ? looking.slips.map(({ kind, box }) => ({ kind: `ml-slip is-${kind}`, box }))
      : [];
    if (looking.current !== null) marks.push({ kind: "ml-doubt", box: looking.current.box });
    this.flow.notes.forEach(({ x, y }, i) => marks.push({ kind: "ml-pin", point: [x, y], label: String(i + 1) }));
    this.guides.marks = marks;
    renderSlips(this.parts.slips, looking.slips, this.say);
    this.stage.invalidate();
  }

  #listen(perform) {
    const { signal } = this.#listening;
    const { walk, viewport, looking, flow } = this;
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });

    on(walk, "change", () => this.#render());
    on(walk, "pixels", () => this.#changedPixels());
    on(walk, "opened", () => this.#opened());
    on(walk, "decided", () => flow.count());
    on(flow, "change", () => (this.#render(), this.showLooking()));
    on(looking, "change", () => this.showLooking());
    on(viewport, "change", () => {
      this.parts.zoom.value = `${Math.round(viewport.scale * 100)} %`;
      this.stage.invalidate({ isHurried: true });
    });
    on(
      window,
      "beforeunload",
      (event) => (this.session?.hasUnsaved || walk.decisions.areOpen) && event.preventDefault(),
    );
    on(window, "pagehide", () => walk.letGo());
    on(window, "pageshow", ({ persisted }) => persisted && walk.takeUp());
    on(window, "online", () => this.session?.outbox.send());
    rememberView(viewport, () => this.session?.info.id ?? null, signal);
    listenToKeys({
      perform,
      hold: (action, isDown) => this.actions[action](isDown),
      space: (isDown) => {
        if (this.keyboardHand.isActive) this.keyboardHand.press(isDown);
        else this.gestures.isSpaceDown = isDown;
      },
      raw: (event, name) => this.#tookKey(event, name),
      keys: () => this.preferences.keys,
      isActive: () => this.root.getClientRects().length > 0 && document.querySelector("dialog[open]") === null,
      signal,
    });

    const resizing = new ResizeObserver(() => this.#resize());
    for (const pane of [this.parts.photoPane, this.parts.mattePane]) resizing.observe(pane);
    on(signal, "abort", () => resizing.disconnect());
    fillHeight(this.root, signal);
  }

  /** Keys that belong to what a hand is in the middle of. */
  #tookKey(event, name) {
    const tool = this.toolbox.current;
    if (name === "Escape") {
      this.gestures.cancel();
      tool.cancel();
      return true;
    }
    if (this.keyboardHand.take(event)) return true;
    if (!tool.isUnderWay || !["Enter", "Backspace"].includes(name)) return false;
    if (name === "Enter") tool.finish();
    else tool.stepBack();
    return true;
  }

  #opened() {
    const { info, planes } = this.session;
    rememberView.show(this.viewport, info);
    this.minimap.show(planes.photo);
    this.looking.open(this.session);
    this.#lookAgain();
    this.flow.open(this.session);
    const { returned } = this.flow;
    if (returned !== null) this.walk.flash(this.say("returned", { who: returned.by, text: returned.reason }), 8000);
    else if (this.session.isBlank && !this.session.isLocked) this.walk.flash(this.say("blank.title"), 8000);
    if (this.wipe.isWanted) this.actions.compareWith(this.preferences.compareWith);
    if (this.preferences.ink === "draft") this.session.needDraft().catch(() => {});
  }

  #changedPixels() {
    this.stage.invalidate({ isHurried: true });
    this.#lookAgain();
    if (this.isLoupeHeld) this.#followPointer();
  }

  #lookAgain() {
    this.looking.disturb({ heat: this.preferences.isHeatShown, slips: this.preferences.areSlipsShown });
  }

  #followPointer() {
    const { gestures, preferences, viewport } = this;
    const at = gestures.isPanning || (this.session?.isLocked ?? true) ? null : gestures.last;
    const ink = preferences.tool === "soft_brush" ? "alpha" : preferences.ink;
    this.rings.show({ at, diameter: this.toolbox.current.ring, ink, scale: viewport.scale });
    const planes = this.session?.planes ?? null;
    const sources = planes && [
      [
        { canvas: planes.photo, opacity: 1 },
        { canvas: planes.overlay, opacity: this.photoPane.opacity },
      ],
      [{ canvas: planes.cutout, opacity: 1 }],
    ];
    const isLoupeShown = this.isLoupeHeld && planes !== null;
    this.loupe.show(isLoupeShown ? gestures.last : null, sources, this.cutoutPane.plainBackdrop);
  }

  /** The loupe's key was pressed or released. */
  holdLoupe(isDown) {
    this.isLoupeHeld = isDown;
    this.#followPointer();
  }

  #wiped(share) {
    this.cutoutPane.wipe = share;
    this.stage.invalidate({ isHurried: true });
  }

  #resize() {
    for (const pane of this.stage.panes) pane.resize();
    const { width, height } = this.parts.photoPane.getBoundingClientRect();
    this.viewport.resizePane(width, height);
    this.stage.invalidate();
  }

  #render() {
    renderDocument(this);
    if (this.session === null) {
      this.minimap.show(null);
      if (this.looking.places.length + this.looking.slips.length > 0) this.looking.open(null);
    }
    this.stage.invalidate({ isHurried: true });
  }
}
