/** The head of the page, and all keys on `?`. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { words } from "../words.js";

/**
 * @param {HTMLElement} top
 * @param {HTMLDialogElement} dialog
 */
export function helpView(top, dialog) {
  const toggle = () => (dialog.open ? dialog.close() : dialog.showModal());
  fill(
    top,
    el("h1", { class: "brand" }, words.name),
    el("button", { class: "plain", id: "keys", title: "?", onclick: toggle }, icon("keys"), words.keysTitle),
  );
  const rows = Object.entries(words.keys).map(([keys, does]) =>
    el("div", {}, el("dt", {}, ...keys.split(" ").map((key) => (key === "…" ? key : el("kbd", {}, key)))), el("dd", {}, does)));
  dialog.setAttribute("aria-labelledby", "keys-title");
  fill(
    dialog,
    el("h2", { id: "keys-title" }, words.keysTitle),
    el("dl", { class: "keys" }, ...rows),
    el("p", { class: "quiet" }, words.keysNote),
    el("form", { method: "dialog" }, el("button", {}, words.close)),
  );
  return { toggle };
}
