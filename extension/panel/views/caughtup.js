/** Nothing here: the most beautiful screen of the product, and its plainer sisters. */

import { el } from "../dom.js";
import { icon } from "../icons.js";
import { words } from "../words.js";

/**
 * @param {Standing} tab
 * @param {EntryPage} page
 */
export function caughtUp(tab, page) {
  if (!page.coverage.length) return still(words.noAccount, words.noAccountHint);
  if (tab === "awaiting") return still(words.nobodyOwes);
  if (tab === "settled") return still(words.nothingSettled);
  const { awaiting } = page.counts;
  return still(words.caughtUp, words.caughtUpLong, awaiting ? words.stillAwaited(awaiting) : "");
}

/**
 * @param {string} title
 * @param {...string} lines
 */
function still(title, ...lines) {
  return el("div", { class: "still" }, icon("cup"), el("h2", {}, title), ...lines.filter(Boolean).map((line) => el("p", {}, line)));
}
