/** The editor's style sheet, loaded once a page. */

/** Resolves when it is there, or cannot be had. */
export async function loadStyle() {
  const href = new URL("editor.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`) !== null) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const loaded = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  await loaded;
}
