/**
 * Fetches what was said while we were not there, and what was said before.  Mirrors the terminal client's
 * `core.catchup`.  https://ircv3.net/specs/extensions/chathistory
 *
 * Whenever we come (back) into a conversation, the newest page of what came after the last known message is asked for;
 * until it is here, what is said there now is held back, so that all is told in order and once. If the page is full,
 * there is more in between: what was told before goes, and is loaded again as one reads on backwards.
 */

import { message } from "../irc/message.js";

const PAGE = 50;
const MISSED = 200;
const PEOPLE = 30;
const BEGINNING = "1970-01-01T00:00:00.000Z";
const END = "2200-01-01T00:00:00.000Z";

export class CatchUp {
  /** What is said meanwhile, by folded name. @type {Map<string, import("../irc/session.js").Event[]>} */
  #held = new Map();
  #session = null;
  #tell;

  /**
   * @param {{page: Function, live: Function, conversed: Function}} tell takes what has come:
   *   `page(buffer, events, {missed, full, older})`, `live(event)` for what was held back, `conversed(events)`
   */
  constructor(tell) {
    this.#tell = tell;
  }

  connected(session) {
    this.#session = session;
    this.#held.clear();
  }

  /** Whether what is said in a conversation has to wait; then it is kept here. */
  holds(buffer, event) {
    const held = this.#held.get(this.#session?.fold(buffer.name) ?? "");
    if (!held || event.replayed) return false;
    held.push(event);
    return true;
  }

  isBusyWith(name) {
    return this.#held.has(this.#session?.fold(name) ?? "");
  }

  get possible() {
    return Boolean(this.#session?.registered && this.#session.has("draft/chathistory"));
  }

  /** We are in a conversation (again): ask for what is not here yet. */
  enter(buffer) {
    if (!this.possible) return;
    const key = this.#session.fold(buffer.name);
    buffer.refused = false;
    if (this.#held.has(key)) return;
    this.#held.set(key, []);
    this.#ask(buffer, buffer.last ? `msgid=${buffer.last}` : "*", buffer.last ? MISSED : PAGE);
  }

  /** Ask for the page before the first message; false if there is none to ask for. */
  older(buffer) {
    if (!this.possible || buffer.loading || buffer.exhausted || buffer.refused || this.isBusyWith(buffer.name)) return false;
    buffer.loading = true;
    const count = this.#limit(PAGE);
    const words = buffer.first ? ["BEFORE", buffer.name, `msgid=${buffer.first}`] : ["LATEST", buffer.name, "*"];
    this.#session.request(message("CHATHISTORY", [...words, String(count)]), (events) => {
      buffer.loading = false;
      buffer.refused = refused(events);
      buffer.exhausted = !buffer.refused && events.length < count;
      this.#tell.page(buffer, events, { older: true });
    });
    return true;
  }

  /** Ask for what was said AROUND, BEFORE or AFTER a message of long ago; `done` takes the events. */
  around(name, verb, msgid, done) {
    if (!this.possible) return false;
    const words = [verb, name, `msgid=${msgid}`, String(this.#limit(PAGE))];
    this.#session.request(message("CHATHISTORY", words), (events) => done(events, this.#limit(PAGE)));
    return true;
  }

  /** Ask with whom there is history. */
  people(since) {
    if (!this.possible) return;
    const from = since ? new Date(since).toISOString() : BEGINNING;
    const words = ["TARGETS", `timestamp=${END}`, `timestamp=${from}`, String(this.#limit(PEOPLE))];
    this.#session.request(message("CHATHISTORY", words), (events) =>
      this.#tell.conversed(events.filter((event) => event.type === "conversed")),
    );
  }

  #ask(buffer, point, most) {
    const session = this.#session;
    const count = this.#limit(most);
    session.request(message("CHATHISTORY", ["LATEST", buffer.name, point, String(count)]), (events) => {
      if (session !== this.#session) return;
      if (refused(events) && point.startsWith("msgid=") && buffer.latest) {
        this.#ask(buffer, `timestamp=${new Date(buffer.latest - 1).toISOString()}`, most);
        return; // The server has forgotten that message; perhaps it knows the time.
      }
      const key = session.fold(buffer.name);
      const held = this.#held.get(key) ?? [];
      this.#held.delete(key);
      const full = events.length >= count;
      if (point === "*") buffer.exhausted = !full && !refused(events);
      this.#tell.page(buffer, events, { missed: point !== "*", full });
      for (const event of held) this.#tell.live(event);
    });
  }

  #limit(most) {
    return Math.min(most, this.#session.features.historyLimit || most);
  }
}

function refused(events) {
  return events.some((event) => event.type === "told" && event.severity === "FAIL");
}
