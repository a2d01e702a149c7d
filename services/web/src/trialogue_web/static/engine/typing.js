/** Keeps who is typing, and tells others that we are.  https://ircv3.net/specs/client-tags/typing */

import { message } from "../irc/message.js";

const AGAIN = 3000;
const LASTS = new Map([["active", 6000], ["paused", 30_000]]); // prettier-ignore

export class Typing {
  /** Nick and end in milliseconds, by conversation and person. @type {Map<string, {nick: string, end: number}>} */
  #others = new Map();
  #told = { place: "", at: 0 };
  #chat;

  constructor(chat) {
    this.#chat = chat;
  }

  /** Take in what happened. */
  follow(event) {
    if (event.type === "tagged" && !event.me && event.tags["+typing"]) {
      const lasts = LASTS.get(event.tags["+typing"]) ?? 0;
      this.#others.set(this.#key(event.where, event.who), { nick: event.who, end: this.#chat.now() + lasts });
      if (lasts) setTimeout(() => this.#chat.changed(), lasts + 50);
    } else if (event.type === "said" && !event.replayed) {
      this.#others.delete(this.#key(event.where, event.who));
    }
  }

  /** The nicks of those who type in a conversation. */
  in(name) {
    const now = this.#chat.now();
    for (const [key, { end }] of this.#others) if (end <= now) this.#others.delete(key);
    const here = `${this.#chat.fold(name)} `;
    return [...this.#others].filter(([key]) => key.startsWith(here)).map(([, { nick }]) => nick);
  }

  /** Tell the others that we are typing, or have given up. */
  typed(text, buffer) {
    const { session, settings } = this.#chat;
    if (!settings.typing || !session || buffer.kind === "server" || !this.#chat.has("message-tags")) return;
    const now = this.#chat.now();
    if (text && !text.startsWith("/")) {
      if (this.#told.place !== buffer.name || now - this.#told.at >= AGAIN) {
        this.#tell(buffer.name, "active");
        this.#told = { place: buffer.name, at: now };
      }
    } else if (this.#told.place === buffer.name) {
      this.#tell(buffer.name, "done");
      this.sent();
    }
  }

  /** What we typed has been sent, which says that we have stopped. */
  sent() {
    this.#told = { place: "", at: 0 };
  }

  lost() {
    this.#others.clear();
    this.sent();
  }

  #tell(target, state) {
    this.#chat.session.send(message("TAGMSG", [target], { "+typing": state }));
    this.#chat.flush();
  }

  #key(place, nick) {
    return `${this.#chat.fold(place)} ${this.#chat.fold(nick)}`;
  }
}
