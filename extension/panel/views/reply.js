/** The reply: suggestions as choices, editable in place, one primary action. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { body, canInsert, edit } from "../state.js";
import { words } from "../words.js";
import { problemLine } from "./banner.js";

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 * @param {import("../actions.js").Actions} act
 */
export function replyView(region, store, act) {
  const choices = el("div");
  const written = el("div");
  const buttons = el("div");
  store.watch((state) => [state.shown], ({ shown }) => {
    if (!shown) fill(region);
    else if (!shown.suggestions.length) fill(region, nothing(shown));
    else fill(region, el("h2", { class: "unseen" }, words.reply), choices, written, buttons);
  });
  store.watch((state) => [state.shown, edit(state).choice], (state) => {
    if (!state.shown?.suggestions.length) return;
    fill(choices, chips(state.shown.suggestions, edit(state).choice, act));
    fill(written, editor(state, act));
  });
  store.watch(
    (state) => [state.shown, edit(state), state.busy, state.problem, state.said, canInsert(state), state.mail],
    (state) => {
      if (!state.shown) return;
      fill(buttons, ...deeds(state, act));
      if (state.problem || state.said) buttons.lastElementChild?.scrollIntoView({ block: "nearest" });
    },
  );
}

/** @param {Conversation} shown */
function nothing({ who, standing }) {
  return el("p", { class: "quiet" }, who.never_draft ? words.neverDraft : words.nothingToSay[standing]);
}

/**
 * @param {Suggestion[]} suggestions
 * @param {number} chosen
 * @param {import("../actions.js").Actions} act
 */
function chips(suggestions, chosen, act) {
  return el(
    "fieldset",
    { class: "chips" },
    el("legend", { class: "unseen" }, words.choices),
    ...suggestions.map(({ label }, n) => el(
      "label",
      { class: "chip", title: n < 9 ? words.chosenBy(n + 1) : null },
      el("input", { type: "radio", name: "choice", id: `choice-${n}`, checked: n === chosen, onchange: () => act.pick(n) }),
      label,
    )),
  );
}

/**
 * The words, editable.  A copy of them lies behind: it makes the field grow, and underlines the
 * facts that were taken from the conversation, which a text field cannot do.
 * @param {import("../state.js").State} state
 * @param {import("../actions.js").Actions} act
 */
function editor(state, act) {
  const suggestion = state.shown?.suggestions[edit(state).choice];
  if (!suggestion) return null;
  const text = body(state);
  const behind = el("div", { class: "behind", "aria-hidden": "true", dir: "auto" });
  const mirror = (/** @type {string} */ now) => fill(behind, ...underlined(now, suggestion.facts), "\n");
  mirror(text);
  const field = el("textarea", {
    "aria-label": words.body, dir: "auto", spellcheck: "true", rows: 4,
    oninput: () => { mirror(field.value); act.write(field.value); },
  });
  field.value = text;
  return el(
    "div",
    {},
    el("p", { class: "envelope", dir: "auto" }, words.to(suggestion.to.map((one) => addressee(one, state.shown?.who)).join(", ")), " · ", suggestion.subject),
    el("div", { class: "editor" }, behind, field),
    suggestion.warning && el("p", { class: "note late" }, suggestion.warning),
  );
}

/**
 * A name is enough for the address shown above; an answer that goes elsewhere says where (S29).
 * @param {Address} to
 * @param {Address} [who]
 */
function addressee({ name, email }, who) {
  return name && email === who?.email ? name : `${name} ${email}`.trim();
}

/**
 * @param {string} text
 * @param {string[]} facts
 * @returns {(string | Node)[]}
 */
function underlined(text, facts) {
  const known = facts.filter(Boolean).sort((a, b) => b.length - a.length);
  if (!known.length) return [text];
  const pattern = new RegExp(`(${known.map((fact) => fact.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`);
  return text.split(pattern).map((piece, n) => (n % 2 ? el("u", {}, piece) : piece));
}

/**
 * @param {import("../state.js").State} state
 * @param {import("../actions.js").Actions} act
 */
function deeds(state, act) {
  const { saved } = edit(state);
  const isSaved = saved !== null && saved.body === body(state);
  const saving = state.busy === "saving";
  return [
    el(
      "div",
      { class: "deeds" },
      el("button", { class: "primary", id: "save", title: "Ctrl+Enter", disabled: saving, onclick: act.save }, icon(isSaved ? "done" : "draft"), saving ? words.saving : isSaved ? words.saved : words.save),
      canInsert(state) && el("button", { class: "plain", id: "insert", title: `${words.insertLong} (i)`, onclick: act.insert }, icon("insert"), words.insert),
      el("button", { class: "plain", id: "copy", title: `${words.copy} (c)`, onclick: act.copy }, icon("copy"), words.copy),
    ),
    state.problem ? problemLine(state.problem) : el("p", { class: "said" }, state.said || (!saved && state.shown?.draft_saved && words.savedEarlier), " ", isSaved && state.mail && draftsLink(state.mail.drafts)),
  ];
}

/** @param {string} address from the webmail's own page; only a web address becomes a link */
function draftsLink(address) {
  return address.startsWith("https://") && el("a", { href: address, target: "_blank", rel: "noreferrer" }, words.openDrafts);
}
