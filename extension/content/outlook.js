/**
 * Outlook on the web: which conversation is open, and where its reply box is.
 *
 * Facts relied on, and where they were read:
 * - the selected row is `[data-convid][aria-selected="true"]`, or the one that the list's
 *   `aria-activedescendant` names (fperezdev/wd-extension-poc); its id is the conversation's;
 * - the reading pane is `#ReadingPaneContainerId`, else `[role=main]`; it, too, may carry `data-convid`;
 * - the editor is a `contenteditable` below `[id^="editorParent_"]`;
 * - class names are hashed and change, labels are translated: neither is used;
 * - the address bar may upper-case an id, after which it cannot be read: it is not used.
 */

serve({
  open() {
    const pane = seenAll("#ReadingPaneContainerId, [role=main]")[0];
    const id = pane?.querySelector("[data-convid]")?.getAttribute("data-convid") ?? selectedRow()?.getAttribute("data-convid");
    if (!pane || !id) return null;
    return {
      webmail: "outlook",
      ids: { exchange_conversation: id },
      subject: seenAll("[role=heading], h1, h2", pane)[0]?.textContent?.trim() ?? "",
      sender: addressIn(pane),
      date: seenAll("time[datetime]", pane).at(-1)?.getAttribute("datetime") ?? "",
      drafts: `${location.origin}/mail/drafts`,
    };
  },

  replyBox: () => openBox('[id^="editorParent_"] [contenteditable="true"], div[role="textbox"][contenteditable="true"]'),
});

/** @returns {Element | null} */
function selectedRow() {
  const row = seenAll('[data-convid][aria-selected="true"]')[0];
  if (row) return row;
  const active = document.querySelector("[role=listbox][aria-activedescendant]")?.getAttribute("aria-activedescendant");
  const named = active ? document.getElementById(active) : null;
  return named?.hasAttribute("data-convid") ? named : null;
}

/**
 * The first address that a reader can see in the pane; often it sits in a hover card and there is none.
 * @param {HTMLElement} pane
 */
function addressIn(pane) {
  for (const element of seenAll("[title*='@'], [role=heading]", pane)) {
    const found = `${element.title} ${element.textContent}`.match(/[^\s<>"'()]+@[^\s<>"'()]+\.[^\s<>"'();,]+/);
    if (found) return found[0].toLowerCase();
  }
  return "";
}
