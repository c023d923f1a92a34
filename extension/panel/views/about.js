/** The open conversation: who this is, how things stand, why, and the words that prove it. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { excerpt } from "../proof.js";
import { day, dueWords } from "../time.js";
import { words } from "../words.js";

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 * @param {import("../actions.js").Actions} act
 */
export function aboutView(region, store, act) {
  store.watch((state) => [state.openId, state.shown, state.why, state.match, state.pages, state.tab], (state) => {
    const { openId, shown, why, match } = state;
    if (!openId) return fill(region, hint());
    if (!shown) return fill(region, walk(openId, act), el("p", { class: "quiet" }, words.loading));
    const now = new Date();
    const isNew = region.dataset["shows"] !== shown.id;
    region.dataset["shows"] = shown.id;
    fill(
      region,
      walk(openId, act),
      person(shown.who),
      standing(shown, now),
      proof(shown, why, act),
      why && reasons(shown),
      match?.id === openId && match.certainty === "likely" && el("p", { class: "quiet" }, words.likely),
    );
    // A screen reader starts at the name; a page beside its list keeps the focus where the hand is.
    if (isNew && document.activeElement?.closest("#list")) region.querySelector("h2")?.focus({ preventScroll: true });
  });
}

function hint() {
  return el("div", { class: "still hint" }, el("p", {}, words.choose), el("p", { class: "quiet" }, words.chooseHint));
}

/**
 * @param {string} openId
 * @param {import("../actions.js").Actions} act
 */
function walk(openId, act) {
  const rows = act.rows();
  const at = rows.findIndex((entry) => entry.id === openId);
  return el(
    "nav",
    { class: "walk", "aria-label": words.tabsLabel },
    el("button", { class: "plain", id: "to-list", onclick: act.close }, icon("back"), words.toList),
    at >= 0 && el(
      "span", { class: "walk-at" },
      el("button", { class: "plain", id: "previous", "aria-label": words.previous, disabled: at === 0, onclick: () => act.step(-1) }, icon("back")),
      words.position(at + 1, rows.length),
      el("button", { class: "plain", id: "next", "aria-label": words.next, disabled: at === rows.length - 1, onclick: () => act.step(1) }, icon("forth")),
    ),
  );
}

/** @param {Person} who */
function person(who) {
  // The address is the identity; a name is only what somebody wrote (S24).
  return el(
    "header",
    {},
    el("h2", { dir: "auto", tabindex: -1 }, who.name || who.email),
    who.name && el("p", { class: "address" }, who.email),
    el("p", { class: "ledger" }, ledger(who)),
  );
}

/** @param {Person} who */
function ledger({ tier, received, sent, their_median_hours: hours }) {
  /** @type {Record<string, string>} */
  const tiers = words.tiers;
  const near = tiers[tier] ?? tier;
  if (!received && !sent) return [near, words.ledger.first].join(" · ");
  const pace = hours === null ? [] : [words.ledger.answers(words.ledger.hours(hours))];
  return [near, ...pace, words.ledger.letters(received + sent)].join(" · ");
}

/**
 * @param {Conversation} shown
 * @param {Date} now
 */
function standing(shown, now) {
  const headline = words.standing[shown.standing](firstName(shown.who), day(shown.since, now));
  const due = dueWords(shown, now);
  // Their return matters while I wait for them; mine is no news to me.
  const back = shown.standing === "awaiting" && shown.return_date;
  return el(
    "div",
    { class: "standing" },
    el("p", {}, el("strong", {}, headline), " · ", el("span", { class: "reason" }, shown.title)),
    due && el("p", { class: shown.late ? "due late" : "due" }, icon("clock"), due, back && ` (${words.back(day(back, now))})`),
  );
}

/**
 * @param {Conversation} shown
 * @param {boolean} why
 * @param {import("../actions.js").Actions} act
 */
function proof(shown, why, act) {
  const found = excerpt(shown);
  return el(
    "div",
    { class: "proof" },
    found && el("blockquote", { dir: "auto" }, found.before, el("mark", {}, found.words), found.after),
    el("button", { class: "plain why", id: "why-toggle", "aria-expanded": String(why), "aria-controls": "why", title: `${words.whyTitle} (w)`, onclick: act.toggleWhy }, icon("why"), words.why),
  );
}

/** @param {Conversation} shown */
function reasons({ evidence, confidence }) {
  const weighed = [...evidence].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const against = weighed.filter((one) => one.weight < 0);
  return el(
    "div",
    { class: "reasons", id: "why" },
    el("h3", {}, words.whyTitle),
    weighed.length ? signs(weighed.filter((one) => one.weight >= 0)) : el("p", {}, words.noEvidence),
    against.length > 0 && el("h4", {}, words.against),
    against.length > 0 && signs(against),
    el("p", { class: "quiet" }, words.sure(confidence)),
  );
}

/** @param {Evidence[]} evidence */
function signs(evidence) {
  return el("ul", {}, ...evidence.map((one) => el(
    "li",
    {},
    one.title || one.signal.replaceAll("_", " "),
    one.words && el("q", { dir: "auto" }, one.words),
    one.document && el("cite", {}, one.document),
  )));
}

/**
 * The name a friend would use; the whole of it where its first word is no first name.
 * @param {Address} who
 */
export function firstName({ name, email }) {
  const first = name.split(" ")[0] ?? "";
  return !name || first.endsWith(".") || first.endsWith(",") || first.length < 2 ? name || email : first;
}
