/**
 * The background: opens the panel, and alone holds the token and speaks to the backend (S15).
 *
 * It answers our own extension pages only, so that neither a webmail page nor a content
 * script can have a request made with the token.  A refused token is forgotten at once.
 */

const BACKEND = "http://127.0.0.1:47811/api/v1";
const PANEL = chrome.runtime.getURL("panel/");

// Chromium can hide the token from content scripts; Firefox offers this for session storage alone.
chrome.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" })?.catch(() => undefined);

// Chromium has a side panel, Firefox a sidebar; each browser's linter knows only its own.
const { sidePanel } = chrome;
if (sidePanel) {
  sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
} else {
  chrome.action.onClicked.addListener(() => browser.sidebarAction.toggle());
}

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  if (sender.id !== chrome.runtime.id || !sender.url?.startsWith(PANEL)) return false;
  respond(message).then(answer);
  return true;
});

/**
 * @param {PanelRequest} request
 * @returns {Promise<Reply>}
 */
async function respond(request) {
  if (request.type === "pair") return pair(request.code);
  const token = await savedToken();
  if (!token) return { status: 401, data: null, paired: false };
  const reply = await call(request.method, request.path, request.body, token);
  if (reply.status === 401) await chrome.storage.local.remove("token");
  return { ...reply, paired: true };
}

/**
 * Trades the code that `repliquette pair` shows for a token; the page never sees the token.
 * @param {string} code
 * @returns {Promise<Reply>}
 */
async function pair(code) {
  const reply = await call("POST", "/pair", { code, name: browserName() });
  if (reply.status !== 201) return reply;
  await chrome.storage.local.set({ token: reply.data.token });
  return { status: 201, data: null };
}

/** @returns {Promise<string>} */
async function savedToken() {
  const { token } = await chrome.storage.local.get("token");
  return typeof token === "string" ? token : "";
}

/**
 * @param {string} method
 * @param {string} path below /api/v1, with its query
 * @param {object} [body]
 * @param {string} [token]
 * @returns {Promise<Reply>} status 0 where nobody answers
 */
async function call(method, path, body, token) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(BACKEND + path, {
      method, headers, body: body ? JSON.stringify(body) : null, credentials: "omit", redirect: "error",
    });
    return { status: response.status, data: await response.json().catch(() => null) };
  } catch {
    return { status: 0, data: null };
  }
}

/** @returns {string} the name by which the owner will find this browser among the paired ones */
function browserName() {
  const agent = navigator.userAgent;
  if (agent.includes("Firefox/")) return "Firefox";
  return agent.includes("Edg/") ? "Edge" : "Chrome";
}
