// A chat without a browser: what it sends is kept, and a test says what the server answers.

import { readFileSync } from "node:fs";

import { Storage } from "../src/trialogue_web/static/engine/browser.js";
import { Chat } from "../src/trialogue_web/static/engine/chat.js";
import { parse } from "../src/trialogue_web/static/irc/message.js";
import { say, use } from "../src/trialogue_web/static/wording/words.js";

use(JSON.parse(readFileSync(new URL("../src/trialogue_web/static/wording/en.json", import.meta.url), "utf8")));

const CAPS = [
  "account-tag", "batch", "draft/chathistory", "draft/message-redaction", "draft/multiline=max-bytes=4000,max-lines=24",
  "draft/read-marker", "draft/search", "echo-message", "labeled-response", "message-tags", "server-time", "sasl",
  "trialogue.chat/idempotency-key",
]; // prettier-ignore

/** What a browser keeps. */
export class Kept {
  map = new Map();
  getItem = (name) => this.map.get(name) ?? null;
  setItem = (name, text) => void this.map.set(name, text);
  removeItem = (name) => void this.map.delete(name);
}

export class Stage {
  sent = [];
  alerts = [];
  keys = { get: async () => null, set: async () => {}, remove: async () => {} };
  time = Date.parse("2026-01-02T03:04:05.000Z");
  #ids = 0;

  constructor(kept = new Kept()) {
    this.kept = kept;
    this.chat = new Chat({
      link: (handlers) => {
        this.link = handlers;
        return { open: () => handlers.opened(), close: () => {}, settled: () => {}, send: (lines) => this.sent.push(...lines) };
      },
      storage: new Storage(kept),
      keys: this.keys,
      system: {
        now: () => this.time,
        newId: () => `id${(this.#ids += 1)}`,
        say,
        changed: () => {},
        alert: (alert) => this.alerts.push(alert),
      },
    });
  }

  /** Have the server say lines. */
  hear(...lines) {
    for (const line of lines) this.link.line(line);
  }

  /** Take what was sent since the last time, parsed; of one command, if it is named. */
  take(command = "") {
    const all = this.sent.splice(0).map(parse);
    return command ? all.filter((one) => one.command === command) : all;
  }

  /** Come in under a name; the server grants everything. */
  come(nick = "me") {
    this.chat.enter({ nick });
    this.welcome(nick);
    return this;
  }

  welcome(nick = "me") {
    this.hear(`:srv CAP * LS :${CAPS.join(" ")}`, `:srv CAP * ACK :${CAPS.map((cap) => cap.split("=")[0]).join(" ")}`);
    this.hear(`:srv 001 ${nick} :Welcome ${nick}!u@h`, `:srv 005 ${nick} CASEMAPPING=ascii CHATHISTORY=100 PREFIX=(ov)@+ :are supported`);
  }

  /** Be let into a room, with these lines as the page of history that is asked for. */
  enter(room = "#lobby", history = [], nick = "me") {
    this.hear(`:${nick}!u@h JOIN ${room} * :me`, `:srv 353 ${nick} = ${room} :@${nick} bob`, `:srv 366 ${nick} ${room} :End`);
    return this.answer(room, history);
  }

  /** Answer the last question for history. */
  answer(room, history) {
    const asked = this.take().filter(({ command, params }) => command === "CHATHISTORY" && params[1] === room).pop();
    this.page(asked.tags.label, room, history);
    return asked;
  }

  page(label, room, history) {
    this.hear(`@label=${label} :srv BATCH +h chathistory ${room}`, ...history.map((line) => line.replace(/^@/, "@batch=h;")), ":srv BATCH -h");
  }

  texts(name = "#lobby") {
    return this.chat.find(name).entries.filter(({ kind }) => kind !== "event").map(({ text }) => text);
  }
}

/** A line of history, or a live one. */
export function line(id, text, { nick = "bob", host = "h", room = "#lobby", tags = "", at = id } = {}) {
  const time = new Date(Date.parse("2026-01-02T03:00:00.000Z") + at * 1000).toISOString();
  return `@msgid=m${id};time=${time}${tags && `;${tags}`} :${nick}!u@${host} PRIVMSG ${room} :${text}`;
}
