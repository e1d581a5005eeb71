/** The words on the screen, in the operator's language. */

const FALLBACK = "en";

/**
 * A function (key, values) => text. strings: {en: {key: text}, ja: {...}}; locale: such as "ja", or null for the
 * browser's own. A text may hold {name}, which `values.name` replaces; a key without a text shows as itself.
 */
export function textsFor(strings, locale) {
  const wanted = locale === null ? navigator.languages : [locale];
  const language = wanted.map((tag) => tag.split("-")[0]).find((tag) => tag in strings) ?? FALLBACK;
  const texts = { ...strings[FALLBACK], ...strings[language] };
  const say = (key, values = {}) =>
    (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  return Object.assign(say, { language, has: (key) => key in texts });
}
