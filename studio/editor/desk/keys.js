/** Keys by which the server recognises what it has already stored. */

/** A random UUID; crypto.randomUUID exists only on https and localhost, and a studio may run on a plain LAN. */
export function newKey() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
  hex[6] = `4${hex[6][1]}`;
  hex[8] = (8 + (parseInt(hex[8][0], 16) % 4)).toString(16) + hex[8][1];
  const text = hex.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
