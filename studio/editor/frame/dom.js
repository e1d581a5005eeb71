/** Building elements in one expression. */

/**
 * An element with properties and children. Names with a dash, and "for", "role" and "d", are set as attributes;
 * `dataset` and `on` take objects; a child may be an element, a text or null.
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name === "on") for (const [type, handler] of Object.entries(value)) made.addEventListener(type, handler);
    else if (name.includes("-") || name === "for" || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}
