/**
 * One connection, without the connection: lines in and typed events out, wishes in and lines out.
 * Mirrors the terminal client's `core.session`. No socket, no clock, no randomness.
 */

import { Batches } from "./batches.js";
import { HANDLERS } from "./handlers.js";
import { format, FormatError, IDEMPOTENCY_KEY, message, parse, parseSource } from "./message.js";
import { Features, Rooms } from "./network.js";
import { bytes, messages, parseLimits, roomForText } from "./text.js";

/** What this page makes use of; nothing here is needed to talk. */
export const WANTED = [
  "account-notify", "account-tag", "away-notify", "batch", "cap-notify", "chghost", "draft/account-registration",
  "draft/channel-rename", "draft/chathistory", "draft/event-playback", "draft/message-redaction", "draft/multiline",
  "draft/read-marker", "draft/search", "echo-message", "extended-join", "extended-monitor", "invite-notify",
  "labeled-response", "message-tags", "multi-prefix", "sasl", "server-time", "setname", "standard-replies",
  IDEMPOTENCY_KEY, "userhost-in-names",
]; // prettier-ignore

/** @typedef {{type: string, at?: number, msgid?: string, replayed?: boolean, label?: string, [key: string]: any}} Event */

export class Session {
  /** @type {string[]} what is to be sent now */
  out = [];
  features = new Features();
  rooms = new Rooms(this.features);
  batches = new Batches();
  /** Capabilities with their values, as offered; and those that were granted. */
  offered = new Map();
  enabled = new Set();
  registered = false;
  account = "";
  server = "";
  away = false;
  /** Capabilities that are asked for and not answered yet. A server may answer one request in several lines. */
  #asked = new Set();
  #number = 0;
  /** @type {Map<string, {events: Event[], done: (events: Event[]) => void}>} */
  #requests = new Map();

  /** `logsIn`: whether there is an account to log in to before the server takes us in. */
  constructor({ nick, realname = "", logsIn = false }) {
    this.nick = nick;
    this.mask = { nick, user: "", host: "" };
    this.logsIn = logsIn;
    this.send(message("CAP", ["LS", "302"]));
    this.send(message("NICK", [nick]));
    this.send(message("USER", ["trialogue", "0", "*", realname || nick]));
  }

  has = (cap) => this.enabled.has(cap);
  isMe = (nick) => this.features.fold(nick) === this.features.fold(this.nick);
  fold = (name) => this.features.fold(name);

  /** Queue one message. Throws FormatError if it cannot stand on a line. */
  send(one) {
    this.out.push(format(one));
  }

  command(command, ...params) {
    this.send(message(command, params));
  }

  /** Queue a message and have `done` called with the events of its answer, which are told to nobody else. */
  request(one, done) {
    const label = this.label("r");
    this.#requests.set(label, { events: [], done });
    this.send({ ...one, tags: { ...one.tags, label } });
    if (!this.has("labeled-response")) this.#answered(label);
  }

  label(kind) {
    this.#number += 1;
    return `${kind}${this.#number}`;
  }

  /** Return the texts of the messages that a text is sent as. */
  parts(target, text, kind) {
    const size = roomForText(this.mask, target, kind, this.features.lineLength);
    const whole = kind === "talk" && this.has("draft/multiline") && this.has("batch");
    const limits = whole ? parseLimits(this.offered.get("draft/multiline") ?? "") : { maxBytes: size, maxLines: 1 };
    return messages(text, size, limits);
  }

  /** Queue one message (of `parts`), labelled; `tags` are client-only ones. */
  say(target, lines, kind, tags, label) {
    if (!target || target[0] === ":" || target.includes(" ")) throw new FormatError("not a name");
    const all = { label, ...(this.has("message-tags") ? tags : {}) };
    if (lines.length === 1 && lines[0].length === 1) {
      const body = kind === "action" ? `\x01ACTION ${lines[0][0]}\x01` : lines[0][0];
      this.send(message(kind === "notice" ? "NOTICE" : "PRIVMSG", [target, body], all));
      return;
    }
    this.send(message("BATCH", [`+${label}`, "draft/multiline", target], all));
    for (const pieces of lines) {
      pieces.forEach((piece, place) => {
        const concat = place ? { "draft/multiline-concat": "" } : {};
        this.send(message("PRIVMSG", [target, piece], { batch: label, ...concat }));
      });
    }
    this.send(message("BATCH", [`-${label}`]));
  }

  /** Take in one line and return what happened. @returns {Event[]} */
  receive(line) {
    let parsed;
    try {
      parsed = parse(line);
    } catch {
      return [{ type: "malformed" }];
    }
    return this.batches.gather(parsed).flatMap((whole) => this.#handle(whole));
  }

  #handle(whole) {
    const label = this.batches.labelOf(whole);
    const replayed = this.batches.isHistory(whole);
    if (whole.command === "BATCH") {
      this.#answered(this.batches.close(whole));
      return [];
    }
    const events = this.#meaning(whole, replayed).map((event) => ({
      at: Date.parse(whole.tags.time ?? "") || undefined,
      msgid: whole.tags.msgid ?? "",
      replayed,
      label,
      ...event,
    }));
    const request = this.#requests.get(label);
    if (request) request.events.push(...events);
    if (whole.tags.label) this.#answered(label);
    return request ? [] : events;
  }

  #meaning(whole, replayed) {
    if (replayed && !["PRIVMSG", "NOTICE", "TAGMSG"].includes(whole.command)) return [{ type: "passed" }];
    const handler = HANDLERS[whole.command] ?? (/^[0-9]{3}$/.test(whole.command) ? HANDLERS.numeric : undefined);
    const events = handler?.(this, whole, parseSource(whole.source)) ?? [];
    return replayed && !events.length ? [{ type: "passed" }] : events; // Whether a page is full is counted by messages.
  }

  #answered(label) {
    const request = this.#requests.get(label);
    if (!request) return;
    this.#requests.delete(label);
    request.done(request.events);
  }

  /** Ask for those of the offered capabilities that are of use. */
  ask(names) {
    const wanted = WANTED.filter((name) => names.includes(name) && !this.enabled.has(name));
    let line = [];
    for (const name of [...wanted, ""]) {
      if (line.length && (!name || bytes([...line, name].join(" ")) > 400)) {
        for (const one of line) this.#asked.add(one);
        this.command("CAP", "REQ", line.join(" "));
        line = [];
      }
      line.push(name);
    }
    if (!this.#asked.size && !this.logsIn) this.endNegotiation();
  }

  /** A request, or a part of it, was granted or refused; @returns whether that was the last one. */
  answeredCaps(names, granted) {
    const before = this.#asked.size;
    if (!granted && names.length > 1) {
      for (const name of names) this.command("CAP", "REQ", name); // Do without the one that failed.
      return false;
    }
    for (const name of names) {
      this.#asked.delete(name);
      if (granted && name.startsWith("-")) this.enabled.delete(name.slice(1));
      else if (granted) this.enabled.add(name);
    }
    return before > 0 && this.#asked.size === 0;
  }

  endNegotiation() {
    if (!this.registered) this.command("CAP", "END");
  }
}
