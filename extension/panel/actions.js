/** What a person can do here, and what the panel does by itself: the only place that changes the state. */

import { ApiError } from "./api.js";
import { body, canInsert, edit, grouped } from "./state.js";
import { words } from "./words.js";

/** The backend is asked again after these many milliseconds; the last wait repeats. */
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

/** @satisfies {Partial<import("./state.js").State>} */
const nothingOpen = { openId: null, shown: null, why: false, problem: null, said: "" };

/** @typedef {ReturnType<typeof actions>} Actions */

/**
 * @param {import("./state.js").Store} store
 * @param {ReturnType<typeof import("./api.js").api>} api
 * @param {ReturnType<typeof import("./webmail.js").webmail>} webmail
 */
export function actions(store, api, webmail) {
  const { get, set } = store;

  /**
   * Runs a call; what goes wrong becomes a state of the whole panel, or words beside the button.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async function attempt(work) {
    try {
      const result = await work();
      if (get().link !== "ready") set({ link: "ready", awaySince: null });
      return result;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed(error);
      return undefined;
    }
  }

  /** @param {ApiError} error */
  function failed({ kind, problem }) {
    if (kind === "away") wentAway(problem);
    else if (kind === "unknown" || kind === "refused") set({ link: "ready", awaySince: null, problem });
    else set({ ...nothingOpen, link: kind, pages: { owed: null, awaiting: null, settled: null } });
  }

  /** @param {ApiError["problem"]} problem said only to somebody who waits for an answer */
  function wentAway(problem) {
    if (get().busy) set({ problem });
    if (get().link === "away") return;
    set({ link: "away", awaySince: new Date() });
    retry(0);
  }

  /** @param {number} tries */
  function retry(tries) {
    setTimeout(async () => {
      await start();
      if (get().link === "away") retry(tries + 1);
    }, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
  }

  /** Reads the list anew, and what is open beside the panel. */
  async function start() {
    await refresh();
    if (get().link === "ready") await follow();
  }

  async function refresh() {
    const { tab } = get();
    const page = await attempt(() => api.list(tab));
    if (page) set({ pages: { ...get().pages, [tab]: page } });
  }

  /** Shows the conversation that is open in the webmail, if there is one. */
  async function follow() {
    const mail = await webmail.context();
    const before = get();
    if (JSON.stringify(mail) === JSON.stringify(before.mail) && (before.match || !mail)) return;
    if (!mail) {
      set({ mail: null, match: null });
      // What the owner opened from the list stays open.
      if (before.match && before.match.id === before.openId) close();
      return;
    }
    const match = await attempt(() => api.lookup(mail));
    if (match === undefined) return;
    set({ mail, match });
    if (match) await open(match.id);
    else close();
  }

  /** @param {string} id */
  async function open(id) {
    if (get().openId === id && get().shown) return;
    set({ ...nothingOpen, openId: id });
    const shown = await attempt(() => api.show(id));
    // Another one may have been opened meanwhile.
    if (get().openId !== id) return;
    if (shown) set({ shown });
    else set({ openId: null });
  }

  function close() {
    set(nothingOpen);
  }

  /** @returns {Entry[]} the rows of the list shown, in the order seen */
  function rows() {
    const { pages, tab } = get();
    return grouped(pages[tab], words.sections[tab]).flatMap(([, entries]) => entries);
  }

  return {
    start,
    follow,
    open,
    close,
    rows,

    /** @param {Standing} tab */
    async choose(tab) {
      set({ tab });
      await refresh();
    },

    async more() {
      const { tab, pages } = get();
      const known = pages[tab];
      if (!known?.cursor) return;
      const next = await attempt(() => api.list(tab, known.cursor));
      if (next) set({ pages: { ...get().pages, [tab]: { ...next, items: [...known.items, ...next.items] } } });
    },

    /** @param {1 | -1} by */
    step(by) {
      const all = rows();
      const next = all[all.findIndex((entry) => entry.id === get().openId) + by];
      if (next) open(next.id);
    },

    /** @param {number} choice */
    pick(choice) {
      if (get().shown?.suggestions[choice]) change({ choice });
    },

    /** @param {string} text */
    write(text) {
      const { choice, bodies } = edit(get());
      change({ bodies: { ...bodies, [choice]: text } });
    },

    async save() {
      const state = get();
      const text = body(state);
      const id = state.openId;
      if (!id || !state.shown || state.busy) return;
      if (!text.trim()) return set({ problem: words.emptyBody });
      const { style, subject } = state.shown.suggestions[edit(state).choice] ?? {};
      set({ busy: "saving", problem: null, said: "" });
      const receipt = await attempt(() => api.save(id, { body: text, ...(subject && { subject }), ...(style && { style }) }));
      set({ busy: "" });
      if (!receipt) return;
      const before = get().edits[id] ?? { choice: 0, bodies: {} };
      const said = receipt.created ? words.savedIn(receipt.folder) : words.savedBefore(receipt.folder);
      set({ edits: { ...get().edits, [id]: { ...before, saved: { ...receipt, body: text } } }, said });
      await refresh();
    },

    async copy() {
      if (!get().shown) return;
      await navigator.clipboard.writeText(body(get()));
      set({ said: words.copied, problem: null });
    },

    async insert() {
      if (!canInsert(get())) return;
      const inserted = await webmail.insert(body(get()));
      set(inserted ? { said: words.inserted, problem: null } : { problem: words.noBox, said: "" });
    },

    toggleWhy: () => set({ why: !get().why }),

    /** @param {string} typed */
    async pair(typed) {
      const code = typed.replace(/\s/g, "");
      if (!/^\d{6}$/.test(code)) return set({ problem: words.badCode });
      set({ busy: "pairing", problem: null });
      // A refused code stays at the gate, where its words belong; it is no state of the panel.
      const problem = await api.pair(code).then(() => null, (/** @type {ApiError} */ error) => error.problem);
      set({ busy: "", problem });
      if (!problem) await start();
    },
  };

  /** @param {Partial<import("./state.js").Edit>} patch */
  function change(patch) {
    const { openId, edits } = get();
    if (openId) set({ edits: { ...edits, [openId]: { ...edit(get()), ...patch } }, problem: null, said: "" });
  }
}
