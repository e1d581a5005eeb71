/** Zoom and place of each photo, kept in this tab: a reload comes back to where the operator was. */

const keyOf = (id) => `matteloop.view.${id}`;

/** Keep the view of image `imageId()` whenever it changes. */
export function rememberView(viewport, imageId, signal) {
  viewport.addEventListener(
    "change",
    () => {
      const id = imageId();
      if (id === null) return;
      try {
        if (viewport.view === null) sessionStorage.removeItem(keyOf(id));
        else sessionStorage.setItem(keyOf(id), JSON.stringify(viewport.view));
      } catch {
        // Storage full or forbidden: the photo opens fitted.
      }
    },
    { signal },
  );
}

/** Show image {id, width, height} as it was seen last, else whole. */
rememberView.show = (viewport, { id, width, height }) => {
  let view = null;
  try {
    view = JSON.parse(sessionStorage.getItem(keyOf(id))); // first: an image that is shown whole is forgotten
  } catch {
    // As above.
  }
  viewport.showImage(width, height);
  if (view !== null) viewport.view = view;
};
