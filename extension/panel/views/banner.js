/** One line above everything: the backend is away, or something could not be done. */

import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { timeOfDay } from "../time.js";
import { words } from "../words.js";

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 */
export function bannerView(region, store) {
  store.watch((state) => [state.link, state.awaySince, state.problem, state.openId], (state) => {
    const { link, awaySince, problem, openId } = state;
    if (link === "away" && awaySince) {
      fill(region, el("p", { class: "banner late" }, icon("alert"), words.awayShort(timeOfDay(awaySince))));
    } else if (problem && !openId && link === "ready") {
      fill(region, problemLine(problem));
    } else {
      fill(region);
    }
  });
}

/** @param {{message: string, hint: string}} problem */
export function problemLine({ message, hint }) {
  return el("p", { class: "problem", role: "alert" }, icon("alert"), el("span", {}, el("strong", {}, message), " ", hint));
}
