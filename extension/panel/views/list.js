/** The lists: three tabs, sections by reason in the documents' words, a row a conversation. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { grouped } from "../state.js";
import { age, day } from "../time.js";
import { words } from "../words.js";
import { caughtUp } from "./caughtup.js";

/** @type {Standing[]} */
const TABS = ["owed", "awaiting", "settled"];

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 * @param {import("../actions.js").Actions} act
 */
export function listView(region, store, act) {
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": words.tabsLabel });
  const rows = el("div", { id: "rows", role: "tabpanel", tabindex: -1 });
  fill(region, tabs, rows);
  /** @type {Set<string>} sections that the owner folded; they stay folded when the list is read anew */
  const folded = new Set();

  store.watch((state) => [state.tab, state.pages], (state) => showTabs(tabs, state, act));
  store.watch((state) => [state.tab, state.pages, state.mail, state.match], (state) => {
    const page = state.pages[state.tab];
    rows.setAttribute("aria-labelledby", `tab-${state.tab}`);
    document.body.toggleAttribute("data-empty", page?.total === 0);
    if (!page) return fill(rows, el("p", { class: "quiet pad" }, words.loading));
    const now = new Date();
    fill(
      rows,
      state.mail && !state.match && unknown(page, now),
      ...(page.total ? sections(state.tab, page, folded, now, act) : [caughtUp(state.tab, page)]),
      page.cursor && el("button", { class: "plain more", onclick: act.more }, words.more),
      coverage(page, now),
    );
    mark(rows, state.openId);
  });
  store.watch((state) => [state.openId], ({ openId }) => mark(rows, openId));
}

/**
 * @param {HTMLElement} tabs
 * @param {import("../state.js").State} state
 * @param {import("../actions.js").Actions} act
 */
function showTabs(tabs, { tab, pages }, act) {
  const counts = (pages[tab] ?? pages.owed)?.counts;
  const walking = tabs.contains(document.activeElement);
  fill(tabs, ...TABS.map((standing) => el(
    "button",
    {
      id: `tab-${standing}`, role: "tab", "aria-selected": String(standing === tab), "aria-controls": "rows",
      tabindex: standing === tab ? 0 : -1,
      onclick: () => act.choose(standing),
      onkeydown: (/** @type {KeyboardEvent} */ event) => arrow(event, standing, act),
    },
    words.tabs[standing],
    counts && standing !== "settled" && el("span", { class: "count" }, String(counts[standing])),
  )));
  if (walking) document.getElementById(`tab-${tab}`)?.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {Standing} from
 * @param {import("../actions.js").Actions} act
 */
function arrow(event, from, act) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const next = by && TABS[(TABS.indexOf(from) + by + TABS.length) % TABS.length];
  if (next) act.choose(next);
}

/**
 * @param {Standing} tab
 * @param {EntryPage} page
 * @param {Set<string>} folded
 * @param {Date} now
 * @param {import("../actions.js").Actions} act
 */
function sections(tab, page, folded, now, act) {
  /** @type {Record<string, string>} */
  const titles = words.sections[tab];
  return grouped(page, titles).map(([reason, entries]) => {
    const key = `${tab} ${reason}`;
    return el(
      "details",
      {
        class: "section", open: !folded.has(key),
        ontoggle: (/** @type {ToggleEvent} */ event) => (event.newState === "open" ? folded.delete(key) : folded.add(key)),
      },
      el("summary", {}, icon("fold"), el("h2", {}, titles[reason] ?? entries[0]?.title ?? reason), el("span", { class: "count" }, `${entries.length}${page.cursor ? "+" : ""}`)),
      el("ul", {}, ...entries.map((entry) => el("li", {}, row(entry, now, act)))),
    );
  });
}

/**
 * @param {Entry} entry
 * @param {Date} now
 * @param {import("../actions.js").Actions} act
 */
function row(entry, now, act) {
  return el(
    "button",
    { class: "row", id: `row-${entry.id}`, onclick: () => act.open(entry.id) },
    el("span", { class: "row-who", dir: "auto" }, entry.who.name || entry.who.email),
    el("span", { class: "row-age" }, entry.late && el("span", { class: "dot" }, el("span", { class: "unseen" }, words.isLate)), age(entry.since, now)),
    el("span", { class: "row-words", dir: "auto" }, entry.words || entry.subject),
    entry.draft_saved && el("span", { class: "row-draft" }, icon("draft"), words.hasDraft),
  );
}

/**
 * @param {HTMLElement} rows
 * @param {string | null} openId
 */
function mark(rows, openId) {
  for (const one of rows.querySelectorAll("button.row")) {
    if (openId && one.id === `row-${openId}`) {
      one.setAttribute("aria-current", "true");
      one.scrollIntoView({ block: "nearest" });
    } else {
      one.removeAttribute("aria-current");
    }
  }
}

/**
 * @param {EntryPage} page
 * @param {Date} now
 */
function unknown(page, now) {
  const synced = page.coverage.map((one) => one.synced_at).filter(Boolean).sort().at(-1);
  return el("div", { class: "note", role: "status" }, el("strong", {}, words.unknown), el("p", {}, words.unknownHint(synced ? age(synced, now) : "")));
}

/**
 * The honest sentence under every list.
 * @param {EntryPage} page
 * @param {Date} now
 */
function coverage(page, now) {
  return el("footer", { class: "coverage" }, ...page.coverage.map((one) => el(
    "p", {},
    words.read(one.read, one.total, one.oldest ? day(one.oldest, now) : ""),
    one.unreadable > 0 && ` ${words.unreadable(one.unreadable)}`,
  )));
}
