/**
 * Two homes, one way to speak to the backend.
 *
 * In the sidebar the background asks, because it alone holds the token (S15).  On the page
 * the browser adds the cookie that the one-time link has set; there is no token to hold.
 */

/** @returns {Transport} the one for where this page lives */
export function transport() {
  return location.protocol.endsWith("-extension:") ? sidebar : page;
}

/** @type {Transport} */
const sidebar = {
  home: "sidebar",
  send: (method, path, body) => ask(body ? { type: "api", method, path, body } : { type: "api", method, path }),
  pair: (code) => ask({ type: "pair", code }),
};

/** @type {Transport} */
const page = {
  home: "page",
  async send(method, path, body) {
    try {
      const headers = body ? { "Content-Type": "application/json" } : {};
      const response = await fetch(`/api/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
      return { status: response.status, data: await response.json().catch(() => null) };
    } catch {
      return { status: 0, data: null };
    }
  },
};

/**
 * @param {PanelRequest} request
 * @returns {Promise<Reply>}
 */
async function ask(request) {
  const reply = await chrome.runtime.sendMessage(request).catch(() => null);
  return reply ?? { status: 0, data: null };
}
