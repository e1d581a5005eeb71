/**
 * Dark or light, as the page around the editor is, or as the operator chose. All greys are neutral in both: a tinted
 * surround changes how colours and edges are judged, and the panes themselves stay the same middle grey.
 */

/** Follow the page and the system while the operator has not chosen. */
export function followTheme(root, chosen, signal) {
  const repaint = () => paintTheme(root, chosen());
  const watching = new MutationObserver(repaint);
  for (const element of [document.documentElement, document.body]) {
    watching.observe(element, { attributes: true, attributeFilter: ["class"] });
  }
  signal.addEventListener("abort", () => watching.disconnect());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint, { signal });
}

export function paintTheme(root, chosen) {
  root.dataset.theme = chosen === "auto" ? themeOfPage() : chosen;
}

/** Gradio marks its dark pages with a class; elsewhere the system decides. */
function themeOfPage() {
  if (document.body.classList.contains("dark") || document.documentElement.classList.contains("dark")) return "dark";
  if (document.querySelector(".gradio-container") !== null) return "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
