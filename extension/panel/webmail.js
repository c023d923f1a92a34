/** The webmail tab beside the sidebar: asked what is open, told to insert.  On the page there is none. */

/** The tab keeps loading for a while after it is shown; asking then would wake nobody (milliseconds). */
const SETTLE_MS = 150;

/** @param {Transport["home"]} home */
export function webmail(home) {
  if (home === "page") {
    return { context: async () => null, insert: async () => false, watch: () => undefined };
  }
  /** @type {OpenMail | null} */
  let beside = null;
  return {
    /** @returns {Promise<OpenMail | null>} null where no conversation, or no webmail, is open */
    context: async () => {
      beside = (await ask({ type: "context" })) ?? null;
      return beside;
    },

    /** @param {string} text */
    insert: async (text) => Boolean((await ask({ type: "insert", text, beside }))?.inserted),

    watch,
  };
}

/**
 * Tells when another conversation, or another tab, is in front.
 * @param {() => void} changed
 */
function watch(changed) {
  /** @type {chrome.runtime.Port | null} */
  let port = null;

  async function listen() {
    port?.disconnect();
    port = null;
    const tab = await tabBeside();
    if (tab !== undefined) {
      port = chrome.tabs.connect(tab);
      port.onMessage.addListener(changed);
      // Reading lastError says that a tab without a webmail is no surprise.
      port.onDisconnect.addListener(() => void chrome.runtime.lastError);
    }
    changed();
  }

  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(listen, SETTLE_MS);
  };
  chrome.tabs.onActivated.addListener(soon);
  chrome.tabs.onUpdated.addListener((_id, change) => { if (change.status === "complete") soon(); });
  listen();
}

/** @param {ContentRequest} request */
async function ask(request) {
  const tab = await tabBeside();
  if (tab === undefined) return null;
  return chrome.tabs.sendMessage(tab, request).catch(() => null);
}

/**
 * The tab in front of this window.  A panel opened as a tab of its own hides every other one, so
 * it is told which one it belongs to: `panel/index.html?tab=12`.
 * @returns {Promise<number | undefined>}
 */
async function tabBeside() {
  const told = new URLSearchParams(location.search).get("tab");
  if (told) return Number(told);
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id;
}
