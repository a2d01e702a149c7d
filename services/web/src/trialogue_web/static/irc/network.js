/** What is known of the network: the server's limits, how it compares names, and who is in which room. */

import { parseSource } from "./message.js";

const FOLDS = {
  ascii: (name) => name.replace(/[A-Z]/g, (char) => char.toLowerCase()),
  rfc1459: (name) => name.replace(/[A-Z[\]\\~]/g, (char) => RFC1459[char] ?? char.toLowerCase()),
  "rfc1459-strict": (name) => name.replace(/[A-Z[\]\\]/g, (char) => RFC1459[char] ?? char.toLowerCase()),
};
const RFC1459 = { "[": "{", "]": "}", "\\": "|", "~": "^" };

/** Fold a name as a server with this CASEMAPPING does. */
export function foldAs(mapping, name) {
  return (Object.hasOwn(FOLDS, mapping) ? FOLDS[mapping] : FOLDS.rfc1459)(name);
}

/**
 * The RPL_ISUPPORT tokens, with the defaults of the protocol for what a server does not tell.
 * https://modern.ircdocs.horse/#rplisupport-parameters
 */
export class Features {
  #tokens = new Map();

  /** Take in the tokens of one RPL_ISUPPORT line. */
  update(words) {
    for (const word of words) {
      const at = word.indexOf("=");
      const name = at < 0 ? word : word.slice(0, at);
      if (name.startsWith("-")) this.#tokens.delete(name.slice(1));
      else this.#tokens.set(name, at < 0 ? "" : unescape(word.slice(at + 1)));
    }
  }

  fold = (name) => foldAs(this.casemapping, name);

  get casemapping() {
    return this.#tokens.get("CASEMAPPING") ?? "rfc1459";
  }

  get network() {
    return this.#tokens.get("NETWORK") ?? "";
  }

  get lineLength() {
    return this.#number("LINELEN", 512);
  }

  get nickLength() {
    return this.#number("NICKLEN", 30);
  }

  get topicLength() {
    return this.#number("TOPICLEN", 390);
  }

  /** Characters that the password of a new account must have; our server's own token. */
  get leastPassword() {
    return this.#number("MINPASSLEN", 0);
  }

  /** How many messages the server gives at once. */
  get historyLimit() {
    return this.#number("CHATHISTORY", 100);
  }

  get blocks() {
    return Boolean(this.#tokens.get("SILENCE"));
  }

  /** Membership symbols, highest first: ``@+``. */
  get symbols() {
    return this.#prefix()[1];
  }

  /** Membership modes, highest first: ``ov``. */
  get prefixes() {
    return this.#prefix()[0];
  }

  isRoom = (name) => name !== "" && (this.#tokens.get("CHANTYPES") ?? "#&").includes(this.bareRoom(name)[0] ?? " ");

  /** ``@#room`` → ``#room``. */
  bareRoom(target) {
    const symbols = this.#tokens.get("STATUSMSG") ?? "";
    let at = 0;
    while (at < target.length && symbols.includes(target[at])) at += 1;
    return target.slice(at);
  }

  /** ``o`` → ``@``; "" for a mode that gives no status. */
  symbolOf(mode) {
    const [modes, symbols] = this.#prefix();
    return symbols[modes.indexOf(mode)] ?? "";
  }

  /** Whether this channel mode takes a parameter. */
  takesParam = (mode, add) => {
    const [lists = "", always = "", whenSet = ""] = (this.#tokens.get("CHANMODES") ?? "beI,k,l,imnpst").split(",");
    return lists.includes(mode) || always.includes(mode) || this.prefixes.includes(mode) || (add && whenSet.includes(mode));
  };

  #prefix() {
    const [, modes = "", symbols = ""] = /^\(([^)]*)\)(.*)$/.exec(this.#tokens.get("PREFIX") ?? "(ov)@+") ?? [];
    return [modes, symbols];
  }

  #number(name, standard) {
    const value = this.#tokens.get(name) ?? "";
    return /^[0-9]{1,9}$/.test(value) && Number(value) ? Number(value) : standard;
  }
}

function unescape(value) {
  return value.replace(/\\x([0-9a-fA-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

/**
 * @typedef {{nick: string, symbols: string, user: string, host: string, account: string, realname: string,
 *   away: boolean}} Member
 * @typedef {{name: string, topic: string, modes: string, members: Map<string, Member>, listed: boolean}} Room
 */

/** @returns {Member} */
export function member(nick, fields = {}) {
  return { nick, symbols: "", user: "", host: "", account: "", realname: "", away: false, ...fields };
}

/** Keeps who is in which room, as far as this page can see: mirrors the terminal client's `core.rooms`. */
export class Rooms {
  /** @type {Map<string, Room>} by folded name */
  #rooms = new Map();
  #features;

  constructor(features) {
    this.#features = features;
  }

  [Symbol.iterator]() {
    return this.#rooms.values();
  }

  get(name) {
    return this.#rooms.get(this.#features.fold(name));
  }

  member(room, nick) {
    return this.get(room)?.members.get(this.#features.fold(nick));
  }

  entered(name) {
    this.#rooms.set(this.#features.fold(name), { name, topic: "", modes: "", members: new Map(), listed: false });
  }

  left(name) {
    this.#rooms.delete(this.#features.fold(name));
  }

  move(old, name) {
    const room = this.get(old);
    if (!room) return;
    this.left(old);
    room.name = name;
    this.#rooms.set(this.#features.fold(name), room);
  }

  add(room, one) {
    this.get(room)?.members.set(this.#features.fold(one.nick), one);
  }

  remove(room, nick) {
    this.get(room)?.members.delete(this.#features.fold(nick));
  }

  /** Somebody's membership in each room that we share. */
  everywhere(nick) {
    const key = this.#features.fold(nick);
    return [...this].map((room) => room.members.get(key)).filter((one) => one !== undefined);
  }

  shared(nick) {
    const key = this.#features.fold(nick);
    return [...this].filter((room) => room.members.has(key)).map((room) => room.name);
  }

  rename(old, nick) {
    for (const room of this) {
      const one = room.members.get(this.#features.fold(old));
      if (!one) continue;
      room.members.delete(this.#features.fold(old));
      one.nick = nick;
      room.members.set(this.#features.fold(nick), one);
    }
  }

  /** Note a status given or taken, or a mode of the room itself. */
  apply(name, { add, mode, param }) {
    const symbol = this.#features.symbolOf(mode);
    const one = this.member(name, param ?? "");
    if (symbol && one) {
      const held = new Set(one.symbols);
      if (add) held.add(symbol);
      else held.delete(symbol);
      one.symbols = [...this.#features.symbols].filter((each) => held.has(each)).join("");
    }
    const room = this.get(name);
    if (!symbol && room) room.modes = room.modes.replaceAll(mode, "") + (add ? mode : "");
  }

  /** Take in one line of a NAMES list: ``@+nick[!user@host]`` … */
  name(room, entries) {
    for (const entry of entries) {
      let at = 0;
      while (at < entry.length && this.#features.symbols.includes(entry[at])) at += 1;
      const { nick, user, host } = parseSource(entry.slice(at));
      const known = this.member(room, nick);
      if (known) Object.assign(known, { symbols: entry.slice(0, at), user: user || known.user, host: host || known.host });
      else if (nick) this.add(room, member(nick, { symbols: entry.slice(0, at), user, host }));
    }
  }

  /** Return whether this list is the one that follows our joining. */
  endNames(name) {
    const room = this.get(name);
    const first = room !== undefined && !room.listed;
    if (room) room.listed = true;
    return first;
  }
}
