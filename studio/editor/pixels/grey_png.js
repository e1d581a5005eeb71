/**
 * An 8-bit grey PNG as plain bytes, exactly as they were stored.
 *
 * Not through a canvas: a browser may convert colours on the way, and one that guards against fingerprinting (Firefox
 * with privacy.resistFingerprinting) answers getImageData with noise. The sections are those of the PNG specification,
 * third edition.
 */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const DEPTH_COLOUR_COMPRESSION_FILTER_INTERLACE = [8, 0, 0, 0, 0]; // the kind of PNG that the server writes
const [NONE, SUB, UP, AVERAGE, PAETH] = [0, 1, 2, 3, 4]; // section 9, filtering

/** Decode `blob` into {width, height, bytes: Uint8Array of height x width, one byte a pixel}. Throws an Error. */
export async function decodeGreyPng(blob) {
  const { width, height, packed } = partsOf(new Uint8Array(await blob.arrayBuffer()));
  const filtered = await unpacked(packed, (width + 1) * height);
  return { width, height, bytes: unfiltered(filtered, width, height) };
}

/** The PNG inside a base64 string, as a blob. */
export function blobFromBase64(text) {
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type: "image/png" });
}

/** Size, and the compressed data: parts of `file`, not copied. Checksums are left to zlib's own. */
function partsOf(file) {
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) throw new Error("not a PNG");
  const view = new DataView(file.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)]; // the header comes first, always
  if (DEPTH_COLOUR_COMPRESSION_FILTER_INTERLACE.some((value, i) => file[24 + i] !== value)) {
    throw new Error("not an 8-bit grey PNG");
  }
  const packed = [];
  for (let at = SIGNATURE.length; at + 8 <= file.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (name === "IDAT") packed.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length; // length, name and checksum beside the data
  }
  return { width, height, packed };
}

/** What zlib packed into `packed`, which must be `size` bytes. */
async function unpacked(packed, size) {
  const bytes = new Uint8Array(size);
  let filled = 0;
  const reader = new Blob(packed).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    bytes.set(value, filled); // throws a RangeError if it is too much
    filled += value.length;
  }
  if (filled !== size) throw new Error("a PNG that ends too early");
  return bytes;
}

/** Every row of `filtered` begins with its filter: how its bytes differ from those to the left and above. */
function unfiltered(filtered, width, height) {
  const bytes = new Uint8Array(width * height);
  let above = new Uint8Array(width);
  for (let row = 0; row < height; row++) {
    const from = row * (width + 1);
    const given = filtered.subarray(from + 1, from + 1 + width);
    const pixels = bytes.subarray(row * width, (row + 1) * width);
    unfilterRow(filtered[from], given, above, pixels);
    above = pixels;
  }
  return bytes;
}

/** Arrays of bytes keep sums modulo 256, as the specification wants it. */
function unfilterRow(filter, given, above, pixels) {
  const width = pixels.length;
  if (filter === NONE) {
    pixels.set(given);
  } else if (filter === SUB) {
    for (let i = 0, left = 0; i < width; i++) pixels[i] = left = (given[i] + left) & 255;
  } else if (filter === UP) {
    for (let i = 0; i < width; i++) pixels[i] = given[i] + above[i];
  } else if (filter === AVERAGE) {
    for (let i = 0, left = 0; i < width; i++) pixels[i] = left = (given[i] + ((left + above[i]) >> 1)) & 255;
  } else if (filter === PAETH) {
    for (let i = 0, left = 0, corner = 0; i < width; i++) {
      pixels[i] = left = (given[i] + nearest(left, above[i], corner)) & 255;
      corner = above[i];
    }
  } else {
    throw new Error("a PNG with an unknown filter");
  }
}

/** Paeth's predictor: whichever of the three is nearest to left + up - corner. */
function nearest(left, up, corner) {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
