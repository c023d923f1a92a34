/**
 * What every webmail page shares (a classic script, loaded before the one adapter of the page).
 *
 * It answers two questions of our own panel and nothing else: which conversation is open, and
 * "put this text into the open reply box", which the panel asks on the user's click alone.
 * It watches the page only while a panel listens, and sends nothing anywhere else.
 */

/** The page changes many times a second while it loads; the panel hears of it once (milliseconds). */
const QUIET_MS = 250;

/** @param {Webmail} webmail */
function serve(webmail) {
  chrome.runtime.onMessage.addListener((/** @type {ContentRequest} */ request, sender, answer) => {
    if (sender.id !== chrome.runtime.id) return;
    if (request.type === "context") answer(webmail.open());
    if (request.type === "insert") {
      const isThere = isSameMail(webmail.open(), request.beside);
      answer({ inserted: isThere && insert(webmail.replyBox(), request.text) });
    }
  });
  chrome.runtime.onConnect.addListener((port) => {
    const stop = watch(() => JSON.stringify(webmail.open()), () => port.postMessage({ type: "changed" }));
    port.onDisconnect.addListener(stop);
  });
}

/**
 * Between the change of a page and the panel's hearing of it, Ana's words must not end in Ben's letter.
 * Of Gmail's ids only the thread's counts: a reply that is being written has a message id of its own.
 * @param {OpenMail | null} open
 * @param {OpenMail | null} meant
 */
function isSameMail(open, meant) {
  return Boolean(open && meant) && open?.subject === meant?.subject
    && open?.ids.gmail_thread === meant?.ids.gmail_thread
    && open?.ids.exchange_conversation === meant?.ids.exchange_conversation;
}

/**
 * Tells when what is open has changed, and how to stop looking.
 * @param {() => string} look
 * @param {() => void} tell
 */
function watch(look, tell) {
  let seen = look();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const now = look();
      if (now !== seen) tell();
      seen = now;
    }, QUIET_MS);
  };
  const observer = new MutationObserver(later);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-selected", "aria-activedescendant", "class", "style", "hidden"] });
  addEventListener("hashchange", later);
  addEventListener("popstate", later);
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    removeEventListener("hashchange", later);
    removeEventListener("popstate", later);
  };
}

/**
 * Types text at the caret of the reply box, so that the webmail sees typing and undo works.
 * @param {HTMLElement | null} box
 * @param {string} text
 * @returns {boolean} false where no reply box is open
 */
function insert(box, text) {
  if (!box) return false;
  box.focus();
  const selection = getSelection();
  if (!selection?.anchorNode || !box.contains(selection.anchorNode)) {
    selection?.setPosition(box, 0);
  }
  return document.execCommand("insertText", false, text);
}

/**
 * @param {Element | null | undefined} element
 * @returns {boolean} whether a reader can see it: webmails keep earlier conversations hidden in the page
 */
function isSeen(element) {
  return Boolean(element && element.getClientRects().length);
}

/**
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]} those that are seen, in the page's order
 */
function seenAll(selector, within = document) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(selector))].filter(isSeen);
}

/**
 * Where the caret is, or was last, wins; else the last one that is seen.
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function openBox(selector) {
  const boxes = seenAll(selector);
  const caret = getSelection()?.anchorNode ?? null;
  return boxes.find((box) => box.contains(document.activeElement) || box.contains(caret)) ?? boxes.at(-1) ?? null;
}
