import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsOf } from "../../../../studio/editor/i18n/error_words.js";
import { ConflictError, RefusedError, UnreachableError } from "../../../../studio/editor/transport/transport.js";

const TEXTS = {
  "refused.conflict": "変更されました",
  "refused.store_full": "空きがありません",
  unreachable: "応答がありません",
};

function say(language) {
  const words = (key) => TEXTS[key] ?? key;
  return Object.assign(words, { language, has: (key) => key in TEXTS });
}

test("in English the server's own sentence tells most", () => {
  assert.equal(wordsOf(new ConflictError("Aiko drew here.", "conflict"), say("en")), "Aiko drew here.");
});

test("in another language the kind of the error is told", () => {
  assert.equal(wordsOf(new ConflictError("Aiko drew here.", "conflict"), say("ja")), "変更されました");
});

test("an unknown kind is told in English rather than not at all", () => {
  assert.equal(wordsOf(new RefusedError("Too large.", 413, "too_large"), say("ja")), "Too large.");
  assert.equal(wordsOf(new RefusedError("Too large.", 413), say("ja")), "Too large.");
});

test("no answer has words of its own", () => {
  assert.equal(wordsOf(new UnreachableError("fetch failed"), say("ja")), "応答がありません");
});

test("a server that says why it cannot do it now is told as it says that", () => {
  const full = new UnreachableError("There is no room left.", "store_full");
  assert.equal(wordsOf(full, say("en")), "There is no room left.");
  assert.equal(wordsOf(full, say("ja")), "空きがありません");
});
