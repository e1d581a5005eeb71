/** Two people on one photo: what I see, what the other one made, and where the alphas differ. */

import { decodeGreyPng } from "../pixels/grey_png.js";
import { element } from "./dom.js";

const LONGEST_SIDE = 168; // CSS pixels of each picture
const SEEN = 3; // levels of 255: less than that nobody sees

/** Add the three pictures to the notice `card`. */
export async function showConflict(card, { session, transport, say }) {
  const mine = session.planes.shownAlpha();
  const theirs = await decodeGreyPng(await transport.alpha(session.info.id));
  if (!card.isConnected) return;
  const { width, height } = session.info;
  const times = Math.max(1, Math.ceil(Math.max(width, height) / (LONGEST_SIDE * window.devicePixelRatio)));
  const size = { width, height, times };
  const changed = mine.reduce((count, value, at) => count + (Math.abs(value - theirs.bytes[at]) > SEEN), 0);
  const picture = (name, colour) =>
    element(
      "figure",
      {},
      drawn(size, colour),
      element("figcaption", { className: "ml-muted" }, say(`conflict.${name}`)),
    );
  const row = element(
    "div",
    { className: "ml-conflict", dataset: { testid: "conflict-pictures" } },
    picture("mine", (at) => grey(mine[at])),
    picture("theirs", (at) => grey(theirs.bytes[at])),
    picture("difference", (at) => difference(mine[at], theirs.bytes[at])),
  );
  const percent = ((100 * changed) / mine.length).toLocaleString(say.language, { maximumFractionDigits: 2 });
  card.querySelector("p").after(row, element("p", { className: "ml-muted" }, say("conflict.share", { percent })));
}

/** One pixel of each `times` x `times`: a thumbnail has to be quick, not smooth. */
function drawn({ width, height, times }, colour) {
  const canvas = element("canvas", { width: Math.ceil(width / times), height: Math.ceil(height / times) });
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  for (let row = 0, to = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++, to += 4) {
      image.data.set(colour(row * times * width + column * times), to);
    }
  }
  context.putImageData(image, 0, 0);
  canvas.style.maxWidth = canvas.style.maxHeight = `${LONGEST_SIDE}px`;
  return canvas;
}

const grey = (value) => [value, value, value, 255];

/** More opaque here than there: orange; less: blue; alike: dark. */
function difference(mine, theirs) {
  const by = Math.min(255, 40 + 2 * Math.abs(mine - theirs));
  if (mine === theirs) return [24, 24, 24, 255];
  return mine > theirs ? [by, by * 0.6, 30, 255] : [40, by * 0.6, by, 255];
}
