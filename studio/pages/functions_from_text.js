/**
 * Gradio's HTML component makes functions out of text, `Function(…names, code)`. A page that allows this to everybody
 * allows it to an intruder, so the studio's pages forbid it; and of the code that the component passes, none need be run
 * as text:
 *
 *   - a template as Handlebars compiles it, if there is no {{…}} in it:  return "${value}";
 *   - a template to be filled in:                                        return `${value}`;
 *   - a component's own script, which stands in `WRITTEN` already, word by word.
 *
 * These are recognised here. Every other text goes on to the browser, which refuses it.
 */
((written) => {
  const HOLE = /\$\{(\w+)\}/g;

  const asItStands = (code) => {
    const literal = /^\s*return ("(?:[^"\\]|\\.)*");\s*$/.exec(code)?.[1];
    return literal && (() => JSON.parse(literal));
  };

  const filledIn = (names, code) => {
    const text = /^return `([^`\\]*)`;$/.exec(code)?.[1];
    if (text === undefined || text.replace(HOLE, "").includes("${")) return undefined;
    if ([...text.matchAll(HOLE)].some(([, name]) => !names.includes(name))) return undefined;
    return (...values) => text.replace(HOLE, (_, name) => values[names.indexOf(name)]);
  };

  const understood = (texts) => {
    const code = String(texts.at(-1));
    const names = texts.slice(0, -1).map(String);
    return written.get(code) ?? asItStands(code) ?? filledIn(names, code);
  };

  globalThis.Function = new Proxy(Function, {
    apply: (target, self, texts) => understood(texts) ?? Reflect.apply(target, self, texts),
    construct: (target, texts) => understood(texts) ?? Reflect.construct(target, texts),
  });
})(new Map([WRITTEN]));
