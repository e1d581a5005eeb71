/**
 * Rectangles of pixels: half-open, in image coordinates, the twin of matting_core/box.py.
 * A box is {left, top, right, bottom}; `null` stands for "no pixels".
 */

/** The part of `box` inside an image of the given size, or null. */
export function clipped(box, width, height) {
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const right = Math.min(width, box.right);
  const bottom = Math.min(height, box.bottom);
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

/** The smallest box that covers both; either may be null. */
export function union(one, other) {
  if (one === null) return other;
  if (other === null) return one;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** Horizontal bands of `box`, at most `pixels` large each: big planes are worked through in bounded memory. */
export function* bands(box, pixels = 1 << 21) {
  const rows = Math.max(1, Math.floor(pixels / (box.right - box.left)));
  for (let top = box.top; top < box.bottom; top += rows) {
    yield { ...box, top, bottom: Math.min(box.bottom, top + rows) };
  }
}
