/**
 * The correction editor: two panes in step, three brushes, and a matte that follows every stroke.
 *
 * mountEditor(root, options) builds it inside `root`. This file ties the parts together: layout.js is what is on the
 * screen, session.js one opened image, outbox.js what still has to reach the server, pointer.js and keyboard.js the
 * operator's hands, walk.js the way from one photo to the next.
 */

import { larger, radiusOfSize, sizeAtTick, clampedSize, smaller, tickOfSize } from "./tools/brush_size.js";
import { showHelp } from "./frame/dialogs.js";
import { fillHeight } from "./frame/fill_height.js";
import { listenToKeys } from "./keymap/keyboard.js";
import { buildLayout } from "./frame/layout.js";
import { PointerTool } from "./tools/pointer.js";
import { loadPreferences, savePreferences } from "./desk/preferences.js";
import { statusOf } from "./desk/status.js";
import { textsFor } from "./i18n/texts.js";
import { Transport } from "./transport/transport.js";
import { BACKDROPS, CutoutPane, PhotoPane, Stage } from "./view/views.js";
import { Viewport } from "./view/viewport.js";
import { Walk } from "./desk/walk.js";

const ZOOM_STEP = 1.25;
const TOOLS = ["foreground", "background", "unknown"];

/**
 * Mount the editor inside the element `root`.
 *
 * apiUrl: where the REST API lives. imageId: the photo to open, else the page's ?image=ID, else the queue's next.
 * strings: {en: {key: text}, ja: {...}}; locale: "en", "ja" or null for the browser's own.
 * Returns {destroy()}; mounting again in the same root destroys the former editor.
 */
export function mountEditor(root, { apiUrl = "/api/v1", imageId = null, strings, locale = null }) {
  root.matteloopEditor?.destroy();
  root.hidden = true; // until its style sheet is there
  loadStyle().then(() => (root.hidden = false));
  const editor = new Editor(root, { apiUrl, say: textsFor(strings, locale) });
  root.matteloopEditor = editor;
  const wanted = imageId ?? new URLSearchParams(location.search).get("image");
  editor.walk.start(wanted === null ? null : Number(wanted));
  return editor;
}

class Editor {
  #listening = new AbortController();
  #preferences = loadPreferences();

  constructor(root, { apiUrl, say }) {
    this.root = root;
    this.say = say;
    root.classList.add("matteloop-editor");
    root.lang = say.language;
    const perform = (action, detail) => this.perform(action, detail);
    this.parts = buildLayout(root, { say, perform });
    this.viewport = new Viewport();
    this.photoPane = new PhotoPane(this.parts.photoCanvas, this.viewport);
    this.cutoutPane = new CutoutPane(this.parts.matteCanvas, this.viewport);
    this.walk = new Walk({ transport: new Transport(apiUrl), parts: this.parts, root, say });
    this.stage = new Stage([this.photoPane, this.cutoutPane], () => this.session?.planes ?? null);
    this.pointer = new PointerTool({
      panes: [this.parts.photoPane, this.parts.mattePane],
      viewport: this.viewport,
      brush: () => ({ label: this.#preferences.label, radius: radiusOfSize(this.#preferences.brushSize) }),
      painter: {
        beginStroke: (brush, point) => this.session?.beginStroke(brush, point),
        extendStroke: (point) => this.session?.extendStroke(point),
        endStroke: () => this.session?.endStroke(),
      },
      signal: this.#listening.signal,
    });
    this.#listen(perform);
    this.#prefer({});
    this.#exposeForTests();
  }

  get session() {
    return this.walk.session;
  }

  destroy() {
    this.#listening.abort();
    this.stage.stop();
    this.walk.stop();
    this.root.replaceChildren();
    delete this.root.matteloopEditor;
  }

  perform(action, detail) {
    const { brushSize, backdrop, onePane } = this.#preferences;
    const { viewport, walk } = this;
    const actions = {
      smaller: () => this.#prefer({ brushSize: smaller(brushSize) }),
      larger: () => this.#prefer({ brushSize: larger(brushSize) }),
      backdrop: () => this.#prefer({ backdrop: detail }),
      nextBackdrop: () => this.#prefer({ backdrop: BACKDROPS[(BACKDROPS.indexOf(backdrop) + 1) % BACKDROPS.length] }),
      onePane: () => this.#prefer({ onePane: !onePane }),
      fit: () => viewport.fit(),
      actualSize: () => viewport.zoomTo(1),
      zoomIn: () => viewport.zoomTo(viewport.scale * ZOOM_STEP),
      zoomOut: () => viewport.zoomTo(viewport.scale / ZOOM_STEP),
      undo: () => this.session?.undo(),
      redo: () => this.session?.redo(),
      recompute: () => this.session?.recompute(),
      approve: () => walk.approve(),
      skip: () => walk.skip(),
      reopen: () => walk.reopen(),
      next: () => walk.next(),
      previous: () => walk.previous(),
      help: () => showHelp(this.root, this.say),
    };
    if (TOOLS.includes(action)) this.#prefer({ label: action });
    else actions[action]();
  }

  #listen(perform) {
    const { signal } = this.#listening;
    const { parts, walk, viewport } = this;
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    const setSize = (size) => this.#prefer({ brushSize: clampedSize(size) });

    on(walk, "change", () => this.#render());
    on(walk, "pixels", () => this.stage.invalidate({ isHurried: true }));
    on(walk, "opened", () => viewport.showImage(this.session.info.width, this.session.info.height));
    on(viewport, "change", () => {
      parts.zoom.value = `${Math.round(viewport.scale * 100)} %`;
      this.stage.invalidate({ isHurried: true });
    });
    on(parts.opacity, "input", () => this.#prefer({ opacity: parts.opacity.valueAsNumber }));
    on(parts.colour, "input", () => this.#prefer({ colour: parts.colour.value, backdrop: "colour" }));
    on(parts.brushSlider, "input", () => setSize(sizeAtTick(parts.brushSlider.valueAsNumber)));
    on(parts.brushPixels, "change", () => setSize(parts.brushPixels.valueAsNumber || this.#preferences.brushSize));
    on(parts.brushPixels, "keydown", ({ key }) => key === "Enter" && parts.brushPixels.blur());
    on(window, "beforeunload", (event) => this.session?.hasUnsaved && event.preventDefault());
    on(window, "online", () => this.session?.outbox.send());
    listenToKeys({
      perform,
      hold: (isDown) => this.#hideOverlay(isDown),
      space: (isDown) => (this.pointer.isSpaceDown = isDown),
      isActive: () => this.root.getClientRects().length > 0 && document.querySelector("dialog[open]") === null,
      signal,
    });

    const resizing = new ResizeObserver(() => this.#resize());
    for (const pane of [parts.photoPane, parts.mattePane]) resizing.observe(pane);
    on(signal, "abort", () => resizing.disconnect());
    fillHeight(this.root, signal);
  }

  /** Take over what the operator likes, show it, and keep it. */
  #prefer(changed) {
    Object.assign(this.#preferences, changed);
    savePreferences(this.#preferences);
    const { label, brushSize, opacity, backdrop, colour, onePane } = this.#preferences;
    const { parts } = this;
    for (const tool of TOOLS) parts[tool].setAttribute("aria-pressed", String(tool === label));
    parts.brushSlider.value = tickOfSize(brushSize);
    parts.brushSlider.setAttribute("aria-valuetext", `${brushSize} px`);
    parts.brushPixels.value = brushSize;
    parts.opacity.value = this.photoPane.opacity = opacity;
    parts.opacity.setAttribute("aria-valuetext", `${Math.round(opacity * 100)} %`);
    for (const swatch of parts.backdrops) swatch.setAttribute("aria-pressed", String(swatch.dataset.name === backdrop));
    parts.colour.hidden = backdrop !== "colour";
    parts.colour.value = this.cutoutPane.colour = colour;
    this.root.style.setProperty("--ml-backdrop", colour);
    this.cutoutPane.backdrop = backdrop;
    parts.onePane.setAttribute("aria-pressed", String(onePane));
    this.root.classList.toggle("is-one-pane", onePane);
    this.pointer.showRings();
    this.stage.invalidate();
  }

  #hideOverlay(isHidden) {
    if (this.photoPane.isOverlayHidden === isHidden) return;
    this.photoPane.isOverlayHidden = isHidden;
    this.stage.invalidate();
  }

  #resize() {
    for (const pane of this.stage.panes) pane.resize();
    const { width, height } = this.parts.photoPane.getBoundingClientRect();
    this.viewport.resizePane(width, height);
    this.stage.invalidate();
  }

  #render() {
    const { parts, say, walk, session } = this;
    const info = session?.info ?? null;
    parts.name.textContent = parts.name.title = info?.name ?? "";
    parts.size.textContent = info === null ? "" : `${info.width} × ${info.height}`;
    parts.state.hidden = info === null;
    parts.state.dataset.state = info?.state ?? "";
    parts.state.textContent = info === null ? "" : say(`state.${info.state}`);
    parts.left.textContent = walk.left === null ? "" : say("left", { n: walk.left });

    const status = statusOf(walk);
    parts.status.dataset.state = status.state;
    parts.status.textContent = say(`status.${status.text}`, { n: session?.outbox.waiting ?? 0 });

    const isLocked = session?.isLocked ?? true;
    parts.undo.disabled = isLocked || !session.outbox.canUndo;
    parts.redo.disabled = isLocked || !session.outbox.canRedo;
    parts.recompute.disabled = isLocked;
    for (const tool of TOOLS) parts[tool].disabled = isLocked;
    parts.approve.hidden = session !== null && isLocked;
    parts.skip.hidden = parts.approve.hidden;
    parts.reopen.hidden = !parts.approve.hidden;
    for (const action of ["approve", "skip", "reopen", "next"]) parts[action].disabled = !walk.isFree;
    parts.previous.disabled = walk.isBusy || !walk.hasPrevious;
    this.root.classList.toggle("is-locked", isLocked);
    this.stage.invalidate({ isHurried: true });
  }

  /** The handle by which browser tests and benchmarks look inside; nothing in the studio uses it. */
  #exposeForTests() {
    window.matteloopEditor = {
      trimapBytes: () => this.session.planes.trimap.slice(),
      alphaBytes: () => this.session.planes.alpha.slice(),
      imageToClient: (x, y) => {
        const { left, top } = this.parts.photoPane.getBoundingClientRect();
        const [paneX, paneY] = this.viewport.toPane([x, y]);
        return { x: left + paneX, y: top + paneY };
      },
      whenSaved: () => this.session.whenSaved(),
      isSettled: () => this.session.settling.isSettled,
      // Resolves in the frame after the first one that shows image `id` (or any) with every stroke answered: what that
      // one drew is on the screen then. A stroke under the pointer counts as unanswered.
      whenPainted: async (id = null) => {
        const isMeant = () => this.session !== null && (id === null || this.session.info.id === id);
        do await this.stage.drawn();
        while (!isMeant() || this.session.hasUnsaved);
        await new Promise(requestAnimationFrame);
      },
    };
  }
}

/** The style sheet lies in frame/. */
async function loadStyle() {
  const href = new URL("frame/editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`) !== null) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const loaded = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  await loaded;
}
