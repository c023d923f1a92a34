/** What the panel knows: one plain object, changed by patches, watched slice by slice. */

/**
 * What the owner did to the suggestions of one conversation; kept while the panel lives, so that
 * walking the list loses no word.
 * @typedef {{choice: number, bodies: Record<number, string>, saved: (Receipt & {body: string}) | null}} Edit
 *
 * @typedef {object} State
 * @property {"starting" | "ready" | "away" | "unpaired" | "revoked" | "locked"} link
 * @property {Date | null} awaySince
 * @property {Standing} tab
 * @property {Record<Standing, EntryPage | null>} pages
 * @property {string | null} openId
 * @property {Conversation | null} shown null while it is being fetched
 * @property {Record<string, Edit>} edits
 * @property {boolean} why whether the evidence is unfolded
 * @property {OpenMail | null} mail what is open in the webmail beside the panel
 * @property {Match | null} match what that is to the backend; null with `mail` set: unknown
 * @property {"" | "saving" | "pairing"} busy
 * @property {{message: string, hint: string} | null} problem of the last thing tried
 * @property {string} said the last thing done, for the eye and the screen reader
 */

/** @returns {State} */
export function initial() {
  return {
    link: "starting", awaySince: null, tab: "owed", pages: { owed: null, awaiting: null, settled: null },
    openId: null, shown: null, edits: {}, why: false, mail: null, match: null, busy: "", problem: null, said: "",
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */

/** @param {State} state */
export function createStore(state) {
  /** @type {(() => void)[]} */
  const watchers = [];
  return {
    get: () => state,

    /** @param {Partial<State>} patch */
    set(patch) {
      state = { ...state, ...patch };
      for (const watcher of watchers) watcher();
    },

    /**
     * Calls `act` now and whenever a value of the slice is another one.
     * @param {(state: State) => unknown[]} slice
     * @param {(state: State) => void} act
     */
    watch(slice, act) {
      let seen = slice(state);
      act(state);
      watchers.push(() => {
        const now = slice(state);
        if (now.every((value, i) => Object.is(value, seen[i]))) return;
        seen = now;
        act(state);
      });
    },
  };
}

/** @type {Edit} */
const UNTOUCHED = { choice: 0, bodies: {}, saved: null };

/**
 * @param {State} state
 * @returns {Edit} of the open conversation
 */
export function edit(state) {
  return (state.openId && state.edits[state.openId]) || UNTOUCHED;
}

/**
 * @param {State} state
 * @returns {string} the words of the reply as they stand
 */
export function body(state) {
  const { choice, bodies } = edit(state);
  return bodies[choice] ?? state.shown?.suggestions[choice]?.body.trimEnd() ?? "";
}

/**
 * Whether a reply box beside the panel belongs to the conversation shown: Ana's words must not
 * end in a letter to Ben.
 * @param {State} state
 */
export function canInsert(state) {
  return Boolean(state.mail && state.match && state.match.id === state.openId);
}

/**
 * The rows in the order in which they are seen: by section, then as the backend ordered them.
 * @param {EntryPage | null} page
 * @param {Record<string, string>} sections
 * @returns {[string, Entry[]][]} reason and its rows
 */
export function grouped(page, sections) {
  /** @type {Map<string, Entry[]>} */
  const groups = new Map(Object.keys(sections).map((reason) => [reason, []]));
  for (const entry of page?.items ?? []) {
    const rows = groups.get(entry.reason);
    if (rows) rows.push(entry);
    else groups.set(entry.reason, [entry]);
  }
  return [...groups].filter(([, rows]) => rows.length);
}
