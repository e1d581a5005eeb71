/** The editor is as high as the window leaves room for, so that the page around it never scrolls. */

const FREE_BELOW = 12; // pixels
const LOWEST = 420; // pixels: below this the page may scroll

export function fillHeight(root, signal) {
  const fit = () => {
    const top = root.getBoundingClientRect().top + window.scrollY;
    const set = (height) => root.style.setProperty("--ml-height", `${Math.max(LOWEST, Math.floor(height))}px`);
    const height = window.innerHeight - top - FREE_BELOW;
    set(height);
    // Whatever the page keeps below the editor has to fit, too.
    const excess = document.documentElement.scrollHeight - window.innerHeight;
    if (excess > 0) set(height - excess);
  };
  const watching = new ResizeObserver(fit); // the page may still be building what stands above
  watching.observe(document.body);
  window.addEventListener("resize", fit, { signal });
  signal.addEventListener("abort", () => watching.disconnect());
  fit();
}
