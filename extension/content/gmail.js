/**
 * Gmail: which conversation is open, and where its reply box is.
 *
 * Facts relied on, and where they were read:
 * - the visible `h2[data-legacy-thread-id]` is the open conversation (gmail.js, src/gmail.js);
 *   earlier ones stay in the page, hidden, and list rows carry `span` copies of the attribute;
 * - `data-legacy-message-id` marks each message (InboxSDK, gmail-message-view.ts); a reply just
 *   written has none until it is stored;
 * - both are hex and equal X-GM-THRID and X-GM-MSGID of IMAP; they pass 2^53, so hex they stay;
 * - `h2.hP` the subject, `.gD[email]` the sender, `.g3[title]` the date in the page's language;
 * - the address bar's id is encoded and says nothing.
 */

serve({
  open() {
    const heading = seenAll("h2[data-legacy-thread-id]").at(-1);
    if (!heading) return null;
    const view = heading.closest("[role=main]") ?? document;
    const message = seenAll("[data-legacy-message-id]", view).at(-1);
    const thread = heading.dataset["legacyThreadId"] ?? "";
    return {
      webmail: "gmail",
      ids: { gmail_thread: thread, gmail_message: message?.dataset["legacyMessageId"] ?? "" },
      subject: heading.textContent?.trim() ?? "",
      sender: message?.querySelector(".gD[email]")?.getAttribute("email") ?? "",
      date: message?.querySelector(".g3[title]")?.getAttribute("title") ?? "",
      drafts: `${location.origin}${location.pathname}#drafts`,
    };
  },

  // Never by aria-label: "Message Body" is English only.
  replyBox: () => openBox('div[g_editable="true"][role="textbox"], div[contenteditable="true"][role="textbox"]'),
});
