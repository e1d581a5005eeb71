/** An error in the operator's language. */

import { UnreachableError } from "../transport/transport.js";

/**
 * The server's own sentence in English, which tells most; in other languages, what its kind of error means. An unknown
 * kind is told in English rather than not at all.
 */
export function wordsOf(error, say) {
  if (error instanceof UnreachableError && error.code === null) return say("unreachable");
  const isSaidBest = say.language === "en" || !say.has(`refused.${error.code}`);
  return isSaidBest ? error.message : say(`refused.${error.code}`);
}
