/** What the editor's modules expect of a browser, as small as the tests need it. */

import { deflateSync } from "node:zlib";

import { decodeGreyPng } from "../../../../studio/editor/pixels/grey_png.js";

/** Let everything happen that waits for nothing but its turn. */
export const calm = () => new Promise((resolve) => setImmediate(resolve));

/** A Storage in memory; with `isForbidden`, one that a browser's settings keep from the page. */
export class StandInStorage {
  isForbidden = false;
  #texts = new Map();

  getItem(key) {
    this.#refuse();
    return this.#texts.get(key) ?? null;
  }

  setItem(key, text) {
    this.#refuse();
    this.#texts.set(key, String(text));
  }

  removeItem(key) {
    this.#refuse();
    this.#texts.delete(key);
  }

  get size() {
    return this.#texts.size;
  }

  /** Put `text` under every key there is. */
  damage(text) {
    for (const key of this.#texts.keys()) this.#texts.set(key, text);
  }

  #refuse() {
    if (this.isForbidden) throw new DOMException("forbidden", "SecurityError");
  }
}

/** Give the global `name` another value; some of them are read-only in newer releases of Node. */
export function standIn(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  return value;
}

/** Every event of these names that `target` sends, as it comes. */
export function heard(target, ...names) {
  const events = [];
  for (const name of names) target.addEventListener(name, (event) => events.push(event));
  return events;
}

/** An 8-bit grey PNG of `bytes`, as the server sends it. */
export function greyPng(width, height, bytes) {
  const chunk = (name, data) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]); // the decoder looks at no checksum
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Array.from({ length: height }, (_, row) => [0, ...bytes.slice(row * width, (row + 1) * width)]);
  const data = deflateSync(Buffer.from(rows.flat()));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Resolves once PNGs that were handed to the decoder before have been decoded: ours, handed over later, take as long. */
export async function decoded() {
  for (let turn = 0; turn < 3; turn++) await decodeGreyPng(new Blob([greyPng(1, 1, [0])]));
  await calm();
}

/** An element that takes everything that is done to it and shows nothing; a canvas keeps what is put into it. */
export class StandInElement extends EventTarget {
  dataset = {};
  attributes = {};
  children = [];
  image = null;

  constructor(tag) {
    super();
    this.tag = tag;
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  append(...children) {
    this.children.push(...children);
  }

  getContext() {
    const kept = {
      createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
      putImageData: (image) => void (this.image = image),
    };
    return new Proxy(kept, { get: (_, name) => kept[name] ?? (() => {}) });
  }
}

/** A document that only makes elements. */
export const standInDocument = () => standIn("document", { createElement: (tag) => new StandInElement(tag) });

/** {promise, resolve, reject} */
export function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
