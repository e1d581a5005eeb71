/** How many slips the trimap check found, and of which kinds, at its button. */

const KINDS = ["contradiction", "speck", "thin_band"];

export function renderSlips(button, slips, say) {
  button.dataset.count = slips.length > 0 ? String(slips.length) : "";
  const counted = KINDS.map((kind) => [kind, slips.filter((slip) => slip.kind === kind).length]);
  const told = counted.filter(([, n]) => n > 0).map(([kind, n]) => say(`slips.${kind}`, { n }));
  button.setAttribute("aria-description", told.join(say("today.and")));
  button.title = [button.title.split("\n")[0], ...told].join("\n");
}
