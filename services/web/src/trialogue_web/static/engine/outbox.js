/**
 * Every line of our own until the server has confirmed it. It survives a cut and a reload, in sight.
 *
 * Each has an idempotency key (docs/idempotency-keys.md): what was on its way when the connection broke is sent again
 * under it, and said once. An edit takes the old message back first, and says the new one when that is done.
 */

import { editTags, IDEMPOTENCY_KEY, message, replyTags } from "../irc/message.js";
import { combine } from "../irc/text.js";

/** Lines on their way at once. */
const WINDOW = 20;
/** Milliseconds for which the server remembers a key, with an hour to spare. */
const HOLDS = 23 * 3_600_000;

/**
 * @typedef {object} Line
 * @property {string} id its idempotency key
 * @property {string} redactKey of an edit: the key under which the old message is taken back; "" once that is done
 * @property {string} account as whom it was sent first
 * @property {boolean} keyed whether it was sent with its key: else a server that knows keys may have it without
 * @property {string} target
 * @property {string} text
 * @property {"talk" | "action" | "notice"} kind
 * @property {string} reply
 * @property {string} edits
 * @property {number} at
 * @property {"waiting" | "sent" | "uncertain" | "failed"} state
 * @property {string} label
 * @property {string} reason why it failed
 */

export class Outbox {
  /** @type {Line[]} oldest first */
  lines = [];
  #keep;
  #newId;

  /** @param {(lines: Line[]) => void} keep keeps them beyond a reload; `newId` returns an id that was never used */
  constructor(keep, newId) {
    this.#keep = keep;
    this.#newId = newId;
  }

  /** Take back what an earlier page has left: what was on its way then may have arrived. */
  restore(lines) {
    this.lines = lines.map((line) => ({ ...line, label: "", state: line.state === "sent" ? "uncertain" : line.state }));
  }

  add(target, text, { kind = "talk", reply = "", edits = "", at = 0 } = {}) {
    const line = /** @type {Line} */ ({
      id: this.#newId(), redactKey: edits ? this.#newId() : "", account: "", keyed: true, target, text, kind, reply, edits, at,
      state: "waiting", label: "", reason: "",
    }); // prettier-ignore
    this.lines.push(line);
    this.#keep(this.lines);
    return line;
  }

  /** Send those that wait and whose target is `ready`, in order, for each target. */
  flush(session, ready) {
    if (!this.lines.length) return;
    const stopped = new Set();
    for (const whole of [...this.lines]) {
      const key = session.fold(whole.target);
      if (stopped.has(key) || whole.state === "failed" || whole.state === "sent") continue;
      if (whole.state === "uncertain" || !ready(whole.target)) {
        stopped.add(key); // What was typed later goes out later.
        continue;
      }
      for (const [line, lines] of this.#split(whole, session)) {
        if (this.lines.filter((one) => one.state === "sent").length >= WINDOW) return;
        this.#send(line, lines, session);
      }
    }
    this.#keep(this.lines);
  }

  /** The server has said it, now or before: under our label, or with its key. */
  settle(label, key) {
    return this.#take((line) => (label && line.label === label && !line.redactKey) || (key && line.id === key));
  }

  /** A message was taken back: what stands in its place can be said. @returns whether there is such */
  tookBack(msgid) {
    const line = this.lines.find((one) => one.edits === msgid && one.redactKey);
    if (line) Object.assign(line, { redactKey: "", state: "waiting", label: "" });
    this.#keep(this.lines);
    return line !== undefined;
  }

  /** The server has refused what went out under this label. */
  refuse(label, reason) {
    const line = this.lines.find((one) => label && one.label === label && one.state === "sent");
    if (line) this.fail(line, reason);
    return line;
  }

  fail(line, reason) {
    Object.assign(line, { state: "failed", reason, label: "" });
    this.#keep(this.lines);
  }

  /** There is no connection any more: nobody knows what became of those that were on their way. */
  lost() {
    for (const line of this.lines) if (line.state === "sent") Object.assign(line, { state: "uncertain", label: "" });
    this.#keep(this.lines);
  }

  /** We are back, as this account ("" for none): what was on its way is sent again, or is in doubt. */
  again(knowsKeys, account, now) {
    for (const line of this.lines.filter((one) => one.state === "uncertain")) {
      const holds = knowsKeys && line.keyed && now - line.at < HOLDS && (!line.account || line.account === account);
      if (holds) line.state = "waiting";
      else this.fail(line, "uncertain");
    }
    this.#keep(this.lines);
  }

  /** Say one again that was refused, or is in doubt: as a new one. */
  retry(id, now) {
    const line = this.lines.find((one) => one.id === id);
    if (line) Object.assign(line, { state: "waiting", reason: "", id: this.#newId(), keyed: true, at: now });
    this.#keep(this.lines);
  }

  drop(id) {
    return this.#take((line) => line.id === id);
  }

  move(isOld, name) {
    for (const line of this.lines) if (isOld(line.target)) line.target = name;
    this.#keep(this.lines);
  }

  of(isTarget) {
    return this.lines.filter((line) => isTarget(line.target));
  }

  #take(which) {
    const at = this.lines.findIndex(which);
    if (at < 0) return undefined;
    const [line] = this.lines.splice(at, 1);
    this.#keep(this.lines);
    return line;
  }

  /** Have a line for each message that it takes. @returns {[Line, string[][]][]} */
  #split(whole, session) {
    if (whole.redactKey) return [[whole, []]];
    const parts = session.parts(whole.target, whole.text, whole.kind);
    if (!parts.length) {
      this.drop(whole.id);
      return [];
    }
    if (parts.length === 1) return [[whole, parts[0]]];
    const lines = parts.map((part, at) => ({
      ...whole, text: combine(part), id: at ? this.#newId() : whole.id, reply: at ? "" : whole.reply,
      edits: at ? "" : whole.edits,
    })); // prettier-ignore
    this.lines.splice(this.lines.indexOf(whole), 1, ...lines);
    return lines.map((line, at) => [line, parts[at]]);
  }

  #send(line, lines, session) {
    line.label = session.label("m");
    const keyed = session.has(IDEMPOTENCY_KEY);
    Object.assign(line, { state: "sent", account: line.account || session.account, keyed: line.keyed && keyed });
    const key = (value) => (keyed ? { [IDEMPOTENCY_KEY]: value } : {});
    const tags = { ...key(line.id), ...replyTags(line.reply), ...editTags(line.edits) };
    try {
      if (line.redactKey) session.send(message("REDACT", [line.target, line.edits], { label: line.label, ...key(line.redactKey) }));
      else session.say(line.target, lines, line.kind, tags, line.label);
    } catch {
      this.fail(line, "not-a-name");
    }
  }
}
