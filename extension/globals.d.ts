/**
 * The shapes that cross a border: the backend's JSON (docs/architecture.md, "JSON over HTTP")
 * and the messages between panel, background and content script.
 */

/** Firefox's name for the extension API; chrome-types knows only Chrome's. */
declare const browser: { sidebarAction: { toggle(): Promise<void> } };

type Standing = "owed" | "awaiting" | "settled";

interface Address { email: string; name: string }

interface Entry {
  id: string; account: string; subject: string; who: Address; tier: string; words: string;
  standing: Standing; reason: string; title: string; also: string[]; marks: string[];
  since: string; due: string | null; late: boolean; last: string; messages: number; draft_saved: boolean;
}

interface Coverage {
  account: string; read: number; total: number; oldest: string | null; synced_at: string | null; unreadable: number;
}

interface EntryPage {
  items: Entry[]; cursor: string | null; total: number; counts: Record<Standing, number>; coverage: Coverage[];
}

interface Evidence {
  signal: string; title: string; words: string; where: string; message_id: string;
  start: number; end: number; weight: number; document: string;
}

interface Mail {
  id: string; date: string; from: Address; to: Address[]; cc: Address[]; mine: boolean; kind: string;
  subject: string; text: string; quoted: string; attachments: string[];
}

interface Suggestion {
  style: string; action: string; label: string; subject: string; body: string;
  to: Address[]; facts: string[]; warning: string;
}

interface Person extends Address {
  tier: string; received: number; sent: number;
  their_median_hours: number | null; my_median_hours: number | null; never_draft: boolean;
}

interface Conversation {
  id: string; account: string; subject: string; standing: Standing; reason: string; title: string;
  also: string[]; marks: string[]; confidence: number; since: string; due: string | null; late: boolean;
  return_date: string | null; who: Person; evidence: Evidence[]; messages: Mail[];
  suggestions: Suggestion[]; draft_saved: boolean;
}

interface Receipt { message_id: string; folder: string; created: boolean }

interface Match { id: string; certainty: "exact" | "likely"; why: string }

interface Problem { code: string; message: string; hint: string }

/** An answer of the backend; status 0 where nobody answered. `paired` tells "never paired" from "revoked". */
interface Reply { status: number; data: any; paired?: boolean }

type PanelRequest =
  | { type: "pair"; code: string }
  | { type: "api"; method: string; path: string; body?: object };

/** What carries requests: messages to the background in the extension, same-origin fetch on the page. */
interface Transport {
  home: "sidebar" | "page";
  send(method: string, path: string, body?: object): Promise<Reply>;
  pair?(code: string): Promise<Reply>;
}

/** Which conversation is open in the webmail: ids first, then what a reader sees. */
interface OpenMail {
  webmail: "gmail" | "outlook";
  ids: { gmail_thread?: string; gmail_message?: string; exchange_conversation?: string };
  subject: string; sender: string; date: string;
  /** Where this account keeps its drafts. */
  drafts: string;
}

/** `beside` is the mail for which the words were written: they go nowhere else. */
type ContentRequest = { type: "context" } | { type: "insert"; text: string; beside: OpenMail | null };

/** What a webmail's adapter knows: its ids, its visible facts, its reply box. */
interface Webmail {
  open(): OpenMail | null;
  replyBox(): HTMLElement | null;
}
