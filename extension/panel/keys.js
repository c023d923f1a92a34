/** The keys.  None fires while somebody types, but Ctrl+Enter (save) and Esc (leave the field). */

import { region } from "./dom.js";

/**
 * @param {import("./state.js").Store} store
 * @param {import("./actions.js").Actions} act
 * @param {{toggle(): void}} help
 */
export function listenForKeys(store, act, help) {
  /** @type {Record<string, () => void>} */
  const plain = {
    j: () => walk(1),
    k: () => walk(-1),
    e: editor,
    c: () => act.copy(),
    w: () => { if (store.get().shown) act.toggleWhy(); },
    i: () => act.insert(),
    "?": help.toggle,
    Escape: () => act.close(),
  };
  for (let n = 1; n <= 9; n++) plain[n] = () => act.pick(n - 1);

  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      act.save();
    } else if (isTyping(target)) {
      if (event.key === "Escape") target.blur();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      const does = plain[event.key];
      if (does) event.preventDefault();
      does?.();
    }
  });

  /** @param {1 | -1} by */
  function walk(by) {
    if (store.get().openId) return act.step(by);
    const rows = [...region("list").querySelectorAll("button.row")];
    const at = rows.indexOf(/** @type {Element} */ (document.activeElement));
    /** @type {HTMLElement | undefined} */ (rows[at + by] ?? rows[at < 0 ? 0 : at])?.focus();
  }
}

function editor() {
  region("reply").querySelector("textarea")?.focus();
}

/** @param {HTMLElement} target */
function isTyping(target) {
  return target.isContentEditable || target.matches("textarea, select, input:not([type=radio])");
}
