/** The screens before the lists: not paired, disconnected, locked, not running. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { timeOfDay } from "../time.js";
import { words } from "../words.js";
import { problemLine } from "./banner.js";

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 * @param {import("../actions.js").Actions} act
 */
export function gateView(region, store, act) {
  store.watch((state) => [state.link, state.awaySince, state.problem, state.busy], (state) => {
    const typed = region.querySelector("input")?.value ?? "";
    const gates = {
      unpaired: () => pairing(state, typed, act, words.pairTitle, words.pairLead),
      revoked: () => pairing(state, typed, act, words.revokedTitle, words.revokedLead),
      locked: () => gate(words.lockedTitle, words.lockedLead, words.lockedCommand),
      away: () => gate(words.awayTitle, words.awayLead, words.awayCommand, state.awaySince && el("p", { class: "quiet" }, words.awaySince(timeOfDay(state.awaySince)))),
    };
    if (state.link === "ready" || state.link === "starting") fill(region);
    else fill(region, gates[state.link]());
    if (typed) region.querySelector("input")?.focus();
  });
}

/**
 * @param {string} title
 * @param {string} lead
 * @param {string} command
 * @param {...import("../dom.js").Child} rest
 */
function gate(title, lead, command, ...rest) {
  return el("div", { class: "gate" }, el("h2", {}, title), el("p", {}, lead), el("p", {}, el("code", { class: "command" }, command)), ...rest);
}

/**
 * @param {import("../state.js").State} state
 * @param {string} typed
 * @param {import("../actions.js").Actions} act
 * @param {string} title
 * @param {string} lead
 */
function pairing(state, typed, act, title, lead) {
  const busy = state.busy === "pairing";
  const code = el("input", {
    id: "code", class: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 7, spellcheck: "false", value: typed, placeholder: "······",
  });
  const form = el(
    "form",
    { onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); act.pair(code.value); } },
    el("label", { for: "code" }, words.pairCode),
    el("div", { class: "code-line" }, code, el("button", { class: "primary", disabled: busy }, icon("link"), busy ? words.pairing : words.pair)),
    state.problem && problemLine(state.problem),
  );
  return gate(title, lead, words.pairCommand, form, el("p", { class: "quiet" }, words.pairNote));
}
