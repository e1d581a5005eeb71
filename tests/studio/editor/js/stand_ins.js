/** What the editor's modules expect of a browser, as small as the tests need it. */

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
