/**
 * Every word of the panel, for translators: second person, plain, warm, short.
 * No exclamation marks.  Vocabulary of the documents: "owe", "decline", "hard times".
 * Notes stand beside a string where it could be misread.
 */

/**
 * @param {number} n
 * @param {string} one
 * @param {string} many
 */
const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const words = {
  name: "Repliquette",

  // The three lists.  "I" is the owner of the mailbox.
  tabs: { owed: "I owe", awaiting: "They owe me", settled: "Settled" },
  tabsLabel: "Lists",

  // Section headings; short names of the reasons, in the order in which they are shown.
  sections: {
    owed: {
      hard_journey: "Hard times", // the sender is going through a blow: death, illness, divorce
      priority: "Priority",
      promised: "Promised", // by the owner
      travel: "After my trip",
      ask: "Asked", // an ordinary question or request
      courteous_no: "Owed a courteous no",
      free_stuff: "Free stuff", // asks for something for nothing
      cold_outreach: "Cold outreach",
      unclear: "Unclear",
    },
    awaiting: {
      bounced: "Never arrived",
      promised: "They promised",
      overdue: "Most likely forgot",
      weak_ask: "My question was hard to find",
      away: "Away",
      unwell: "Unwell",
      too_soon: "Too soon to ask",
      one_sided: "One-sided", // they have left several conversations unanswered
    },
    settled: {
      answered: "Answered",
      closing: "Came to a close", // thanks, agreed, see you then
      fyi: "For your information",
      said_no: "They said no",
      no_means_no: "You said no", // and owe no further explanation
      dismissed: "Let go", // the owner said that no answer is needed
      automated: "Written by machines",
      bulk: "Sent to many",
    },
  },

  tiers: {
    family: "family", friend: "friend", client: "client", colleague: "colleague",
    acquaintance: "acquaintance", stranger: "a stranger",
  },

  // Time.  `day` is "today", "Tuesday", "3 March".
  yesterday: "yesterday", today: "today", tomorrow: "tomorrow",
  due: (/** @type {string} */ day) => `due ${day}`,
  lateToday: "a little late",
  late: (/** @type {number} */ days) => `${count(days, "day", "days")} late`,
  followUp: (/** @type {string} */ day) => `follow up ${day}`,
  followUpNow: "time to follow up",
  isLate: "late", // read out for the dot in a row

  // The open conversation.
  standing: {
    owed: (/** @type {string} */ who) => `You owe ${who} a reply`,
    awaiting: (/** @type {string} */ who, /** @type {string} */ day) => `Waiting for ${who} since ${day}`,
    settled: () => "Nobody owes a reply",
  },
  back: (/** @type {string} */ day) => `back ${day}`, // the first day on which the other person is there again
  ledger: {
    answers: (/** @type {string} */ span) => `answers you in ${span}`,
    hours: (/** @type {number} */ hours) => (hours < 1 ? "under an hour" : hours < 48 ? `${Math.round(hours)} h` : count(Math.round(hours / 24), "day", "days")),
    first: "you have not written to each other before",
    letters: (/** @type {number} */ all) => `${count(all, "letter", "letters")} so far`, // both ways, before this conversation
  },
  position: (/** @type {number} */ n, /** @type {number} */ of) => `${n} of ${of}`,
  toList: "All", // back to the lists
  previous: "Previous conversation",
  next: "Next conversation",
  also: (/** @type {string} */ titles) => `also: ${titles}`,

  why: "Why",
  whyTitle: "Why this is said",
  sure: (/** @type {number} */ confidence) => (confidence >= 0.85 ? "Quite sure." : confidence >= 0.6 ? "Fairly sure." : "Not very sure; have a look yourself."),
  against: "What speaks against it",
  noEvidence: "Nothing in particular: it is what is left when no other reason fits.",

  messages: "The conversation",
  mine: "You", // as the sender of a message
  quoted: "Earlier words, quoted",
  attachments: (/** @type {string} */ names) => `Attached: ${names}`,
  noText: "No words of their own in this message.",

  // The reply.
  reply: "Your reply",
  choices: "How to say it",
  chosenBy: (/** @type {number} */ n) => `key ${n}`,
  body: "Words of your reply",
  to: (/** @type {string} */ who) => `To ${who}`,
  save: "Save to Drafts",
  saving: "Saving…",
  saved: "Saved to Drafts",
  insert: "Insert", // into the reply box that is open in the webmail
  insertLong: "Insert into the open reply",
  copy: "Copy",
  copied: "Copied.",
  inserted: "Put into your open reply. Nothing was sent.",
  noBox: { message: "No reply box is open.", hint: "Press Reply in your mail, then insert again." },
  savedIn: (/** @type {string} */ folder) => `It waits in the folder ${folder}. Nothing was sent.`,
  savedBefore: (/** @type {string} */ folder) => `These very words were in ${folder} already; one copy is enough.`,
  openDrafts: "Open Drafts",
  savedEarlier: "A draft of yours for this conversation is saved already.",
  hasDraft: "draft saved",
  nothingToSay: { owed: "No ready-made words for this one; it deserves your own.", awaiting: "Nothing to do yet. It is their turn.", settled: "Nothing to do here." },
  neverDraft: "You asked never to draft for this person.",
  emptyBody: { message: "There are no words to save.", hint: "Write a line, or choose a suggestion above." },
  likely: "Found by its subject, sender and day; it may be another one.",

  // Lists.
  caughtUp: "All caught up",
  caughtUpLong: "You owe nobody a reply.",
  stillAwaited: (/** @type {number} */ n) => `${count(n, "person owes", "people owe")} you one; no hurry.`,
  nobodyOwes: "Nobody owes you a reply.",
  nothingSettled: "Nothing has been settled yet.",
  choose: "Choose a conversation",
  chooseHint: "j and k walk the list, Enter opens, ? shows all keys.",
  more: "Show more",
  unknown: "This conversation is not known yet",
  unknownHint: (/** @type {string} */ when) => (when ? `Your mail was last read ${when}; what came later follows with the next sync.` : "Run: repliquette sync"),
  noAccount: "No mailbox is connected yet",
  noAccountHint: "In a terminal, run: repliquette setup you@example.org",
  read: (/** @type {number} */ read, /** @type {number} */ total, /** @type {string} */ since) =>
    `Read ${read.toLocaleString("en")} of ${count(total, "message", "messages")}${since ? `, back to ${since}` : ""}.`,
  unreadable: (/** @type {number} */ n) => `${n} could not be read.`,
  loading: "One moment…",

  // Gates: the way out comes last.
  pairTitle: "Connect this browser",
  pairLead: "Repliquette runs on this computer, and only you let a browser in. In a terminal, run:",
  pairCommand: "repliquette pair",
  pairCode: "Then type the six digits it shows",
  pair: "Connect",
  pairing: "Connecting…",
  pairNote: "Your mail stays on this computer.",
  badCode: { message: "That is not six digits.", hint: "Type the code as it stands in the terminal." },
  revokedTitle: "This browser was disconnected",
  revokedLead: "Its key was withdrawn, so nothing is shown any more. Nothing was lost. To connect it again, run:",
  lockedTitle: "This page is locked",
  lockedLead: "It opens with a link that works once, so that no other page can read your mail. To get a new one, run:",
  lockedCommand: "repliquette serve --open",
  awayTitle: "Repliquette is not running",
  awayLead: "Nothing was lost; your mail and your drafts are where they were. To start it, run:",
  awayCommand: "repliquette serve",
  awaySince: (/** @type {string} */ time) => `No answer since ${time}. Trying again by itself.`,
  awayShort: (/** @type {string} */ time) => `Repliquette has not answered since ${time}. What you see is from before; nothing was lost. Trying again by itself.`,
  away: { message: "Repliquette does not answer.", hint: "Nothing was lost. Start it with: repliquette serve" },
  odd: { message: "Something went wrong that should not.", hint: "Nothing was sent or deleted. Try again; if it stays, stop `repliquette serve` and start it anew." },

  // Keys.
  keysTitle: "Keys",
  keysNote: "None of them works while you type, but Ctrl+Enter and Esc.",
  close: "Close",
  keys: {
    "j k": "next, previous", Enter: "open", Esc: "back to the list", "1 2 …": "choose a suggestion",
    e: "edit", "Ctrl Enter": "save to Drafts", i: "insert into the open reply", c: "copy", w: "why", "?": "these keys",
  },
};
