/** The backend's calls by name (docs/architecture.md, "JSON over HTTP"), and what can go wrong. */

import { words } from "./words.js";

/** @typedef {"away" | "unpaired" | "revoked" | "locked" | "unknown" | "refused"} Kind */

/** A call that failed; `problem` is what the person reads. */
export class ApiError extends Error {
  /**
   * @param {Kind} kind
   * @param {{message: string, hint: string}} problem
   */
  constructor(kind, problem) {
    super(problem.message);
    this.kind = kind;
    this.problem = problem;
  }
}

const PAGE_SIZE = 100;
/** The longest line of a mail's header (RFC 5322 §2.1.1). */
const LINE_CHARS = 998;

/** @param {Transport} transport */
export function api(transport) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async function call(method, path, body) {
    const reply = await transport.send(method, path, body);
    if (reply.status >= 200 && reply.status < 300) return reply.data;
    throw problemOf(reply, transport.home);
  }

  return {
    /**
     * @param {Standing} standing
     * @param {string | null} [cursor]
     * @returns {Promise<EntryPage>}
     */
    list: (standing, cursor) => call("GET", `/conversations?${query({ standing, cursor, limit: String(PAGE_SIZE) })}`),

    /**
     * @param {string} id
     * @returns {Promise<Conversation>}
     */
    show: (id) => call("GET", `/conversations/${encodeURIComponent(id)}`),

    /**
     * @param {string} id
     * @param {{body: string, subject?: string, style?: string}} draft
     * @returns {Promise<Receipt>}
     */
    save: (id, draft) => call("POST", `/conversations/${encodeURIComponent(id)}/drafts`, draft),

    /**
     * @param {OpenMail} mail
     * @returns {Promise<Match | null>} null where the conversation is not known
     */
    async lookup(mail) {
      const facts = { ...mail.ids, subject: oneLine(mail.subject), from: mail.sender, date: isoDate(mail.date) };
      try {
        return await call("GET", `/lookup?${query(facts)}`);
      } catch (error) {
        if (error instanceof ApiError && error.kind === "unknown") return null;
        throw error;
      }
    },

    /** @param {string} code six digits */
    async pair(code) {
      const reply = await transport.pair?.(code);
      if (reply?.status !== 201) throw problemOf(reply ?? { status: 0, data: null }, "page");
    },
  };
}

/**
 * @param {Reply} reply
 * @param {Transport["home"]} home
 */
function problemOf(reply, home) {
  if (reply.status === 0) return new ApiError("away", words.away);
  const told = reply.data?.error;
  const problem = told?.message ? { message: told.message, hint: told.hint ?? "" } : words.odd;
  if (reply.status === 401 && home === "page") return new ApiError("locked", problem);
  if (reply.status === 401) return new ApiError(reply.paired ? "revoked" : "unpaired", problem);
  return new ApiError(reply.status === 404 ? "unknown" : "refused", problem);
}

/**
 * A heading as a line of mail, which is what the backend compares it with.
 * @param {string} shown
 */
function oneLine(shown) {
  return shown.replace(/\s+/g, " ").trim().slice(0, LINE_CHARS);
}

/** @param {Record<string, string | null | undefined>} values */
function query(values) {
  const given = Object.entries(values).filter(([, value]) => value);
  return new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
}

/**
 * The webmail writes its date in the reader's language; what JavaScript cannot read is left out.
 * @param {string} shown
 */
function isoDate(shown) {
  const at = Date.parse(shown);
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}
