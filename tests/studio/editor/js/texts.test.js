import assert from "node:assert/strict";
import { test } from "node:test";

import { textsFor } from "../../../../studio/editor/i18n/texts.js";
import { standIn } from "./stand_ins.js";

const STRINGS = { en: { hello: "Hello {name}", only: "only English" }, ja: { hello: "{name}さん、こんにちは" } };

test("speaks the language that is asked for", () => {
  const say = textsFor(STRINGS, "ja");
  assert.equal(say("hello", { name: "花子" }), "花子さん、こんにちは");
  assert.equal(say.language, "ja");
});

test("a language with a country is that language", () => {
  assert.equal(textsFor(STRINGS, "ja-JP").language, "ja");
});

test("without a locale, the first of the browser's languages that there is", () => {
  standIn("navigator", { languages: ["fr-FR", "ja", "en"] });
  assert.equal(textsFor(STRINGS, null).language, "ja");
});

test("falls back to English: for an unknown language, and for a text that a language lacks", () => {
  assert.equal(textsFor(STRINGS, "fr")("hello", { name: "you" }), "Hello you");
  assert.equal(textsFor(STRINGS, "ja")("only"), "only English");
});

test("a key without a text shows as itself, and says so", () => {
  const say = textsFor(STRINGS, "en");
  assert.equal(say("no.such.key"), "no.such.key");
  assert.deepEqual([say.has("hello"), say.has("no.such.key")], [true, false]);
});

test("a hole without a value stays, and a value is never taken for a hole", () => {
  const say = textsFor(STRINGS, "en");
  assert.equal(say("hello"), "Hello {name}");
  assert.equal(say("hello", { name: "{name} $& $1" }), "Hello {name} $& $1");
});
