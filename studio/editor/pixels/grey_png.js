/** An 8-bit grey PNG as plain bytes, exactly as they were stored. */

import { bands } from "./box.js";

/** Decode `blob` into {width, height, bytes: Uint8Array of height x width, one byte a pixel}. */
export async function decodeGreyPng(blob) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const { width, height } = bitmap;
  const bytes = new Uint8Array(width * height);
  const band = document.createElement("canvas");
  for (const box of bands({ left: 0, top: 0, right: width, bottom: height })) {
    const rows = box.bottom - box.top;
    band.width = width;
    band.height = rows;
    const context = band.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, box.top, width, rows, 0, 0, width, rows);
    const rgba = context.getImageData(0, 0, width, rows).data;
    for (let i = 0, at = box.top * width; i < rgba.length; i += 4) bytes[at++] = rgba[i];
  }
  bitmap.close();
  return { width, height, bytes };
}

/** The PNG inside a base64 string, as a blob. */
export function blobFromBase64(text) {
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type: "image/png" });
}
