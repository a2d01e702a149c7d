/** What the page shows of one conversation: rows in the order of history, each message once. */

/** Rows of one person that follow each other closer than this are shown under one name, in milliseconds. */
const GROUP = 5 * 60_000;
/** Rows that a conversation keeps; the oldest go first, and are loaded again when somebody reads on backwards. */
const LONGEST = 20_000;
const DROPPED = 5_000;
const SAID = ["talk", "action", "notice"];

/**
 * @typedef {object} Entry
 * @property {number} key unique within the page
 * @property {"talk" | "action" | "notice" | "event" | "hint" | "trouble"} kind
 * @property {number} at milliseconds
 * @property {string} msgid
 * @property {string} who
 * @property {string} text
 * @property {boolean} me
 * @property {boolean} mention
 * @property {string} reply the id of the message that it answers
 * @property {boolean} edited
 * @property {string} gone who has taken it back; "" while it stands
 * @property {Map<string, Map<string, string>>} reactions by sign: by folded nick ("" for us), the nick
 * @property {number} version another one whenever it has changed
 */

let keys = 0;

/** @returns {Entry} */
export function entry(kind, text, at, fields = {}) {
  keys += 1;
  const none = { msgid: "", who: "", by: "", me: false, mention: false, reply: "", edited: false, gone: "", reactions: new Map() };
  return { ...none, key: keys, kind, text, at, version: 0, ...fields };
}

export const isSaid = (one) => SAID.includes(one.kind);

/** Whether a row belongs under the name of the row before it. */
export function continues(one, before) {
  return (
    before !== undefined && one.kind === "talk" && before.kind === "talk" && one.who === before.who && !one.reply &&
    Math.abs(one.at - before.at) < GROUP && dayOf(one.at) === dayOf(before.at)
  ); // prettier-ignore
}

export function dayOf(at) {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** Whether one id was given after another: ours grow. */
const isLater = (one, other) => (one.length === other.length ? one > other : one.length > other.length);

export class Buffer {
  /** @type {Entry[]} */
  entries = [];
  /** @type {Map<string, Entry>} by every id under which it has been known */
  byId = new Map();
  unread = 0;
  mentions = 0;
  /** The row above which the line "new" stands. @type {Entry | null} */
  line = null;
  /** Whether an older page is on its way; whether the first row is the first there ever was. */
  loading = false;
  exhausted = false;
  /** Whether the server has refused to tell an older page: it is asked again when we come in again. */
  refused = false;
  /** Whether we are in the room. */
  here = true;
  topic = "";
  /** How far the account has read, and when the newest message was said, in milliseconds. */
  readUntil = 0;
  latest = 0;
  /** The ids of the first and the last message that came of history or live. */
  first = "";
  last = "";
  draft = "";
  /** What the draft is to be, if it is about a message. @type {{entry: Entry, edits: boolean, before: string} | null} */
  intent = null;
  /** What was said long ago, while that is looked at instead. @type {Buffer | null} */
  past = null;
  /** Another number whenever anything that is shown has changed. */
  revision = 0;
  /** @type {Map<string, Map<string, Map<string, string>>>} reactions to messages that have not come yet */
  #early = new Map();

  /** @param {"server" | "room" | "person"} kind */
  constructor(name, kind) {
    this.name = name;
    this.kind = kind;
  }

  /** The rows that are looked at: these, or those of long ago. */
  get shown() {
    return this.past ?? this;
  }

  /** Add what has just happened; false if it is here already. */
  append(one) {
    if (one.msgid && this.byId.has(one.msgid)) return false;
    let at = this.entries.length;
    while (at > 0 && one.msgid && isLater(this.entries[at - 1].msgid, one.msgid)) at -= 1; // What was said again under its key.
    if (at === 0 && this.entries.length && !this.exhausted) return false; // It comes as one reads on backwards.
    this.#adopt(one);
    this.entries.splice(at, 0, one);
    this.#trim();
    this.revision += 1;
    return true;
  }

  /** Put a page of history before all that is here. @returns how many were new */
  prepend(page) {
    const news = this.#news(page);
    this.entries = [...news, ...this.entries];
    this.revision += 1;
    return news.length;
  }

  /** Put a page of history after all that is here. @returns {Entry[]} those that were new */
  extend(page) {
    const news = this.#news(page);
    this.entries = [...this.entries, ...news];
    this.#trim();
    this.revision += 1;
    return news;
  }

  /** Hold nothing of what was said: the server tells it again. */
  beginAnew() {
    Object.assign(this, { entries: [], exhausted: false, loading: false, first: "", line: null });
    this.byId.clear();
    this.revision += 1;
  }

  find(msgid) {
    return msgid ? this.byId.get(msgid) : undefined;
  }

  /** Show other text in the place of a message that was taken back; false if it is not here. */
  edit(msgid, now) {
    const old = this.find(msgid);
    if (!old || old.me !== now.me || (!old.me && old.by !== now.by)) return false;
    Object.assign(old, { text: now.text, msgid: now.msgid, edited: true, gone: "", mention: now.mention });
    if (now.msgid) this.byId.set(now.msgid, old);
    this.#touch(old);
    return true;
  }

  /** A message was taken back: nobody is to show its text any more. */
  redact(msgid, by) {
    const old = this.find(msgid);
    if (!old) return false;
    Object.assign(old, { text: "", gone: by, reply: "" });
    old.reactions.clear();
    this.#touch(old);
    return true;
  }

  /** Somebody (`who`, with their nick) has reacted, or has taken that back; the message need not be here yet. */
  react(msgid, sign, who, nick, on) {
    const old = this.find(msgid);
    const reactions = old?.reactions ?? this.#early.get(msgid) ?? new Map();
    const those = reactions.get(sign) ?? new Map();
    if (on) those.set(who, nick);
    else those.delete(who);
    if (those.size) reactions.set(sign, those);
    else reactions.delete(sign);
    if (old) this.#touch(old);
    else {
      this.#early.delete(msgid);
      this.#early.set(msgid, reactions);
      if (this.#early.size > 2000) this.#early.delete(this.#early.keys().next().value ?? "");
    }
  }

  /** Draw the line above the row that comes first of those that nobody has seen; not twice. */
  markUnread(one) {
    if (this.line === null || !this.unread) this.line = one;
    this.revision += 1;
  }

  /** The newest message of ours that can still be edited. */
  mine() {
    for (let at = this.entries.length - 1; at >= 0; at -= 1) {
      const one = this.entries[at];
      if (one.me && one.kind === "talk" && one.msgid && !one.gone) return one;
    }
    return undefined;
  }

  #touch(one) {
    one.version += 1;
    this.revision += 1;
  }

  #news(page) {
    const ids = new Set();
    const news = page.filter((one) => {
      const known = one.msgid && (this.byId.has(one.msgid) || ids.has(one.msgid));
      ids.add(one.msgid);
      return !known;
    });
    for (const one of news) this.#adopt(one);
    return news;
  }

  #adopt(one) {
    if (!one.msgid) return;
    this.byId.set(one.msgid, one);
    const early = this.#early.get(one.msgid);
    if (early) one.reactions = early;
    this.#early.delete(one.msgid);
  }

  #trim() {
    if (this.entries.length <= LONGEST) return;
    for (const old of this.entries.splice(0, DROPPED)) this.byId.delete(old.msgid);
    this.exhausted = false;
    this.first = this.entries.find((one) => one.msgid)?.msgid ?? "";
  }
}
