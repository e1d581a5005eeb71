/**
 * Two cut-outs side by side: which is better? What stands on them, whether a detail is shown, and how sure one is are
 * kept here from pair to pair; the server draws each pair anew and knows alone which matte is whose.
 */
const chosen = { ground: null, detail: false, sure: "2" };
let answered = null; // the pair that the server has been told about, until the next one is there

const find = (selector) => element.querySelector(selector);
const all = (selector) => [...element.querySelectorAll(selector)];

const isReady = () => {
  const pictures = all(".side img");
  return pictures.length === 2 && pictures.every((picture) => picture.complete && picture.naturalWidth > 0);
};

const showReadiness = () => {
  const pair = find(".comparing");
  if (pair === null) return;
  const busy = !isReady() || answered === pair.dataset.pair;
  pair.classList.toggle("busy", busy);
  for (const button of all("[data-choice]")) button.disabled = busy;
};

const show = () => {
  const pair = find(".comparing");
  if (pair === null) return;
  const grounds = all("[data-ground]").map((button) => button.dataset.ground);
  if (!grounds.includes(chosen.ground)) [chosen.ground] = grounds;
  const query = "?ground=" + encodeURIComponent(chosen.ground) + (chosen.detail ? "&detail=true" : "");
  for (const picture of all("img[data-address]")) {
    const source = picture.dataset.address + query;
    if (picture.getAttribute("src") === source) continue;
    picture.onload = showReadiness;
    picture.onerror = () => picture.closest(".side")?.classList.add("lost");
    picture.closest(".side")?.classList.remove("lost");
    picture.src = source;
  }
  for (const button of all("[data-ground]")) {
    button.setAttribute("aria-pressed", String(button.dataset.ground === chosen.ground));
  }
  for (const button of all("[data-sure]")) {
    button.setAttribute("aria-pressed", String(button.dataset.sure === chosen.sure));
  }
  find("[data-detail]").setAttribute("aria-pressed", String(chosen.detail));
  pair.classList.toggle("closer", chosen.detail);
  showReadiness();
};

const choose = (choice) => {
  const { pair, comparison } = find(".comparing").dataset;
  if (!isReady() || answered === pair) return;
  answered = pair;
  showReadiness();
  trigger("click", { choice, pair, comparison, sure: chosen.sure, ground: chosen.ground });
  chosen.sure = "2";
};

const press = (button) => {
  const { choice, ground, sure, detail, comparison } = button.dataset;
  if (choice !== undefined) return choose(choice);
  if (comparison !== undefined) return trigger("click", { comparison });
  if (ground !== undefined) chosen.ground = ground;
  if (sure !== undefined) chosen.sure = sure;
  if (detail !== undefined) chosen.detail = !chosen.detail;
  show();
};

const CHOICES = { ArrowLeft: "left", ArrowDown: "neither", ArrowRight: "right" };

const onKey = (event) => {
  if (!element.isConnected) return document.removeEventListener("keydown", onKey);
  if (find(".comparing") === null || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable], [role=listbox], [role=slider]")) return;
  if (event.key in CHOICES) choose(CHOICES[event.key]);
  else if (["1", "2", "3"].includes(event.key)) press(find('[data-sure="' + event.key + '"]'));
  else if (event.key === "d") press(find("[data-detail]"));
  else if (event.key === "g") {
    const grounds = all("[data-ground]");
    const at = grounds.findIndex((button) => button.dataset.ground === chosen.ground);
    press(grounds[(at + 1) % grounds.length]);
  } else return;
  event.preventDefault();
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button !== null) press(button);
});
document.addEventListener("keydown", onKey);
// Gradio mends the nodes that are there instead of putting new ones in their place, and takes `src` away from pictures
watch("value", () => {
  answered = null;
  show();
});
show();
