/**
 * Builds the page.  Text enters it as text alone (S14): there is no way here to pass markup.
 */

/** @typedef {string | Node | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element: `on…` functions become listeners, true an empty attribute, false and null none.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...kept(children));
  return element;
}

/**
 * Shows `children` in `region`, and nothing else.  The focus stays where it was, if an element
 * with the same id is there again.
 * @param {Element} region
 * @param {...Child} children
 */
export function fill(region, ...children) {
  const focused = region.contains(document.activeElement) && document.activeElement?.id;
  region.replaceChildren(...kept(children));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/**
 * @param {string} id
 * @returns {HTMLElement} a region of index.html
 */
export function region(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}

/**
 * @param {Child[]} children
 * @returns {(string | Node)[]}
 */
function kept(children) {
  return /** @type {(string | Node)[]} */ (children.filter((child) => child || child === ""));
}
