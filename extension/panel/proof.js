/**
 * The words that prove a verdict, found in the message by the offsets of the evidence.
 * The backend counts characters as Python does (code points), JavaScript counts UTF-16 units.
 */

/** @typedef {{before: string, words: string, after: string}} Excerpt */

/** So much of the sentence is shown around the words (code points). */
const AROUND = 90;

/**
 * The strongest words, in their sentence.
 * @param {Conversation} conversation
 * @returns {Excerpt | null}
 */
export function excerpt({ evidence, messages }) {
  const best = evidence
    .filter((one) => one.words && one.where === "fresh" && one.weight >= 0)
    .sort((a, b) => b.weight - a.weight)[0];
  const text = messages.find((mail) => mail.id === best?.message_id)?.text;
  if (!best) return null;
  if (!text || best.end <= best.start) return { before: "“", words: best.words, after: "”" };
  const points = [...text];
  const from = startOfSentence(points, best.start);
  const to = endOfSentence(points, best.end);
  return {
    before: `“${from.cut ? "…" : ""}${points.slice(from.at, best.start).join("")}`,
    words: points.slice(best.start, best.end).join(""),
    after: `${points.slice(best.end, to.at).join("").trimEnd()}${to.cut ? "…" : ""}”`,
  };
}

/**
 * A message's text in pieces, those that prove something apart; overlapping ones are joined.
 * @param {Mail} mail
 * @param {Evidence[]} evidence
 * @returns {{text: string, proves: boolean}[]}
 */
export function pieces(mail, evidence) {
  const points = [...mail.text];
  const spans = evidence
    .filter((one) => one.message_id === mail.id && one.where === "fresh" && one.weight >= 0 && one.end > one.start)
    .sort((a, b) => a.start - b.start);
  const found = [];
  let at = 0;
  for (const { start, end } of spans) {
    if (end <= at) continue;
    if (start > at) found.push({ text: points.slice(at, start).join(""), proves: false });
    found.push({ text: points.slice(Math.max(start, at), end).join(""), proves: true });
    at = end;
  }
  return [...found, { text: points.slice(at).join(""), proves: false }].filter((piece) => piece.text);
}

/**
 * @param {string[]} points
 * @param {number} start
 */
function startOfSentence(points, start) {
  for (let at = start; at > 0; at--) {
    if (/[\n.!?]/.test(points[at - 1] ?? "")) return { at: skipSpace(points, at), cut: false };
    if (start - at >= AROUND && points[at - 1] === " ") return { at, cut: true };
  }
  return { at: 0, cut: false };
}

/**
 * @param {string[]} points
 * @param {number} end
 */
function endOfSentence(points, end) {
  for (let at = end; at < points.length; at++) {
    if (/[.!?]/.test(points[at] ?? "")) return { at: at + 1, cut: false };
    if (points[at] === "\n" && points[at + 1] === "\n") return { at, cut: false };
    if (at - end >= AROUND && points[at] === " ") return { at, cut: true };
  }
  return { at: points.length, cut: false };
}

/**
 * @param {string[]} points
 * @param {number} at
 */
function skipSpace(points, at) {
  while (/\s/.test(points[at] ?? "")) at++;
  return at;
}
