/** The conversation itself: their words with the proof marked, quoted history folded. */

import { el, fill } from "../dom.js";
import { pieces } from "../proof.js";
import { day, timeOfDay } from "../time.js";
import { words } from "../words.js";

const WIDE = matchMedia("(min-width: 900px)");

/**
 * @param {HTMLElement} region
 * @param {import("../state.js").Store} store
 */
export function messagesView(region, store) {
  store.watch((state) => [state.shown], ({ shown }) => {
    if (!shown) return fill(region);
    const now = new Date();
    fill(
      region,
      el(
        "details",
        // Beside Gmail the mail is on the screen already; on a wide page it is the middle.
        { class: "thread", open: WIDE.matches },
        el("summary", {}, words.messages, el("span", { class: "count" }, String(shown.messages.length))),
        el("h3", { class: "subject", dir: "auto" }, shown.subject),
        ...shown.messages.map((mail) => message(mail, shown.evidence, now)),
      ),
    );
  });
  WIDE.addEventListener("change", ({ matches }) => region.querySelector("details.thread")?.toggleAttribute("open", matches));
}

/**
 * @param {Mail} mail
 * @param {Evidence[]} evidence
 * @param {Date} now
 */
function message(mail, evidence, now) {
  return el(
    "article",
    { class: mail.mine ? "mail mine" : "mail" },
    el(
      "header",
      {},
      el("strong", { dir: "auto" }, mail.mine ? words.mine : mail.from.name || mail.from.email),
      el("time", { datetime: mail.date }, `${day(mail.date, now)}, ${timeOfDay(mail.date)}`),
    ),
    mail.text
      ? el("p", { class: "text", dir: "auto" }, ...pieces(mail, evidence).map((piece) => (piece.proves ? el("mark", {}, piece.text) : piece.text)))
      : el("p", { class: "quiet" }, words.noText),
    mail.attachments.length > 0 && el("p", { class: "quiet" }, words.attachments(mail.attachments.join(", "))),
    mail.quoted && el("details", { class: "quoted" }, el("summary", {}, words.quoted), el("p", { class: "text", dir: "auto" }, mail.quoted)),
  );
}
