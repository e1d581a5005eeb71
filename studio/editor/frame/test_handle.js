/** The handle by which browser tests and benchmarks look inside; nothing in the studio uses it. */

/** editor: editor.js. */
export function exposeForTests(editor) {
  window.matteloopEditor = {
    trimapBytes: () => editor.session.planes.trimap.slice(),
    alphaBytes: () => editor.session.planes.shownAlpha(),
    imageToClient: (x, y) => {
      const { left, top } = editor.parts.photoPane.getBoundingClientRect();
      const [paneX, paneY] = editor.viewport.toPane([x, y]);
      return { x: left + paneX, y: top + paneY };
    },
    whenSaved: () => editor.session.whenSaved(),
    isSettled: () => editor.session.settling.isSettled,
    whenDecided: () => editor.walk.decisions.answered(),
    renewLease: () => {
      editor.session.lease.release();
      editor.session.lease.hold();
    },
    ahead: () => editor.walk.ahead,
    view: () => editor.viewport.view,
    looking: () => ({
      places: editor.looking.places,
      slips: editor.looking.slips,
      hasOther: editor.looking.other !== null,
    }),
    // Resolves in the frame after the first one that shows image `id` (or any) with every stroke answered: what that
    // one drew is on the screen then. A stroke under the pointer counts as unanswered.
    whenPainted: async (id = null) => {
      const isMeant = () => editor.session !== null && (id === null || editor.session.info.id === id);
      do await editor.stage.drawn();
      while (!isMeant() || editor.session.hasUnsaved);
      await new Promise(requestAnimationFrame);
    },
  };
}
