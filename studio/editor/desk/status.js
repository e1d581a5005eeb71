/** The one word that tells the operator how things stand. */

/**
 * {state, text} for the status element. state: loading, ready, sending, saved, offline, conflict, error or empty; text:
 * the key of its words under "status.".
 */
export function statusOf({ session, notice, isOpening }) {
  if (notice !== null) return plain(notice.kind);
  if (isOpening || session === null) return plain("loading");
  const { state, waiting, trouble } = session.outbox;
  if (state === "offline") return { state, text: trouble === "store_full" ? "full" : "offline" };
  if (state === "busy") return { state: "sending", text: "busy" };
  if (waiting > 0) return plain("sending");
  if (session.isHeldElsewhere) return { state: "ready", text: "held" };
  if (session.info.state === "in_review") return { state: "ready", text: "inReview" };
  if (session.isLocked) return { state: "ready", text: "locked" };
  if (session.settling.isUnderWay) return { state: "saved", text: "settling" };
  return plain(session.isTouched ? "saved" : "ready");
}

function plain(state) {
  return { state, text: state };
}
