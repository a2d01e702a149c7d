/**
 * One network over time: many connections, one conversation. The one door to all that a person can wish; the parts
 * behind it do the work. It knows no screen: `changed` is called whenever what is to be seen has changed.
 */

import { IDEMPOTENCY_KEY, message, reactionTags, unreactTags } from "../irc/message.js";
import { foldAs } from "../irc/network.js";
import { Session } from "../irc/session.js";
import { Buffer, entry } from "./buffers.js";
import { CatchUp } from "./catchup.js";
import { follow, page, received } from "./events.js";
import { Outbox } from "./outbox.js";
import { Typing } from "./typing.js";

export const LOBBY = "#lobby";
export const DEFAULTS = {
  theme: "system", highlights: "", notify: false, typing: true, events: true, emoji: true, levels: {},
}; // prettier-ignore

export class Chat {
  /** "out" (nobody is logged in), "connecting", "online" or "lost". */
  state = "out";
  /** Why one is out: the key of a sentence, with its values. @type {{key: string, values: object} | null} */
  problem = null;
  /** @type {Session | null} */
  session = null;
  /** @type {Map<string, Buffer>} by folded name, in the order in which they were opened; "" is the server's */
  buffers = new Map([["", new Buffer("", "server")]]);
  active = /** @type {Buffer} */ (this.buffers.get(""));
  /** Whether somebody looks at the active conversation. */
  watched = true;
  /** When the next attempt to connect comes, in milliseconds. */
  retryAt = 0;
  /** The nick that we want, also while somebody else has it. */
  wantedNick = "";
  /** @type {import("./login.js").Login | null} */
  login = null;
  /** The room that is to be looked at as soon as we are in it. */
  wish = "";
  /** The keys of rooms, by folded name, and why we are away: said again on each connection of this page. */
  roomKeys = new Map();
  awayText = "";
  /** What the network is called, also while there is no connection. */
  network = "";
  /** How the server compares names, also before it has told so on this connection: names are kept as they were folded. */
  casemapping = "ascii";
  #credentials = null;
  #link;
  #parts;
  #everOnline = false;

  /**
   * @param {{link: (handlers: object) => any, storage: import("./browser.js").Storage,
   *   keys: import("./browser.js").KeyStore, system: {now: () => number, newId: () => string, say: Function,
   *   changed: () => void, alert: (alert: object) => void}}} parts
   */
  constructor(parts) {
    this.#parts = parts;
    this.settings = { ...DEFAULTS, ...parts.storage.get("settings", {}) };
    this.settings.levels = named(this.settings.levels);
    this.rooms = parts.storage.get("rooms", [LOBBY]);
    this.outbox = new Outbox((lines) => parts.storage.set(parts.storage.outbox, lines), parts.system.newId);
    this.outbox.restore(parts.storage.get(parts.storage.outbox, []));
    this.drafts = named(parts.storage.get("drafts", {}));
    this.typing = new Typing(this);
    this.catchUp = new CatchUp({
      page: (buffer, events, how) => page(this, buffer, events, how),
      live: (event) => this.#tell(event),
      conversed: (events) => this.#conversed(events),
    });
    this.#link = parts.link({
      opened: () => this.#opened(),
      line: (text) => this.#line(text),
      lost: (retryIn) => this.#lost(retryIn),
      ping: () => this.#do((session) => session.command("PING", "wake")),
    });
  }

  now = () => this.#parts.system.now();
  say_ = (key, values) => this.#parts.system.say(key, values);
  /** What is to be seen has changed; `atOnce`, because of what somebody here has done. */
  changed = (atOnce = false) => this.#parts.system.changed(atOnce);
  alert = (alert) => this.#parts.system.alert(alert);

  get online() {
    return this.state === "online";
  }

  get nick() {
    return this.session?.nick ?? this.wantedNick;
  }

  get account() {
    return this.session?.account ?? "";
  }

  has = (cap) => this.online && Boolean(this.session?.has(cap));
  fold = (name) => (this.session ? this.session.fold(name) : foldAs(this.casemapping, name));
  isRoom = (name) => (this.session ? this.session.features.isRoom(name) : /^[#&]/.test(name));
  same = (one, other) => this.fold(one) === this.fold(other);

  /** Come in. `password` and `kept` are an account's; without either one is a guest. */
  enter({ nick, account = "", password = "", kept = null, stays = true }) {
    this.wantedNick = nick;
    this.#credentials = account ? { account, password, kept, stays } : null;
    this.problem = null;
    this.state = "connecting";
    this.#parts.storage.set("me", { nick, account, inside: true });
    this.#link.open();
    this.changed();
  }

  /** Come in again, as who one was when the page was left; @returns whether that can be. */
  async resume() {
    const me = this.#parts.storage.get("me", null);
    if (!me?.inside || !me.nick) return false;
    const kept = me.account ? await this.#parts.keys.get() : null;
    if (me.account && kept?.account !== me.account) return false;
    this.#everOnline = true; // Our own last connection may still hold the nick.
    this.enter({ ...me, kept });
    return true;
  }

  /** Leave for good: who one was, where one was, and what was typed and not sent are forgotten here. */
  async leave() {
    const { storage } = this.#parts;
    this.#do((session) => session.command("QUIT"));
    this.#out(null);
    for (const name of ["me", "rooms", "active", "closed", "drafts", storage.outbox]) storage.remove(name);
    await this.#parts.keys.remove(); // What has only been asked for, a page that ends does not do.
    location.reload();
  }

  find(name) {
    return this.buffers.get(name === "" ? "" : this.fold(name));
  }

  /** The conversation of this name; it is opened if it is not. */
  open(name) {
    const key = this.fold(name);
    const known = this.buffers.get(key);
    if (known) return known;
    const buffer = new Buffer(name, this.isRoom(name) ? "room" : "person");
    buffer.here = buffer.kind === "person";
    buffer.draft = this.drafts[key] ?? "";
    this.buffers.set(key, buffer);
    return buffer;
  }

  /** Look at another conversation: what was new in the last one is not new any more. */
  switch(buffer) {
    if (buffer !== this.active) {
      this.active.line = null;
      this.active.past = null;
      this.active.revision += 1;
    }
    this.active = buffer;
    if (!this.wish) this.#parts.storage.set("active", buffer.name);
    if (buffer.kind === "person" && !buffer.entries.length && !buffer.exhausted) this.catchUp.enter(buffer);
    this.flush();
  }

  /** The rooms and people, as the sidebar shows them. */
  ordered() {
    const sorted = [...this.buffers.values()].sort((one, other) => (this.fold(one.name) < this.fold(other.name) ? -1 : 1));
    return { rooms: sorted.filter((one) => one.kind === "room"), people: sorted.filter((one) => one.kind === "person") };
  }

  /** "all", "mentions" or "none": of what in a conversation one is told. */
  levelOf(name) {
    return this.settings.levels[this.fold(name)] ?? "all";
  }

  set(changes) {
    this.settings = { ...this.settings, ...changes };
    this.settings.levels = named(this.settings.levels);
    this.#parts.storage.set("settings", this.settings);
    this.changed();
  }

  /** Say something as soon as it can be said. */
  say(target, text, about = {}) {
    if (!text.trim()) return;
    this.outbox.add(target, text, { ...about, at: this.now() });
    this.typing.sent();
    this.flush();
    this.changed(true);
  }

  /** Have a message of ours taken back, and say this instead, in its place. */
  edit(target, msgid, text) {
    const old = this.find(target)?.find(msgid);
    this.say(target, text, { reply: old?.reply ?? "", edits: msgid });
  }

  redact(target, msgid) {
    this.command("REDACT", target, msgid);
  }

  /** React to a message, or take that back. */
  react(target, msgid, sign) {
    const mine = this.find(target)?.shown.find(msgid)?.reactions.get(sign)?.has("");
    this.#do((session) => session.send(message("TAGMSG", [target], (mine ? unreactTags : reactionTags)(msgid, sign))));
  }

  join(room, key = "") {
    this.wish = room;
    const buffer = this.find(room);
    if (key) this.roomKeys.set(this.fold(room), key);
    if (buffer?.here) this.switch(buffer);
    else this.command("JOIN", room, ...(key ? [key] : []));
  }

  part(room, reason = "") {
    this.rooms = this.rooms.filter((one) => !this.same(one, room));
    this.#parts.storage.set("rooms", this.rooms);
    if (this.find(room)?.here) this.command("PART", room, ...(reason ? [reason] : []));
    this.close(room);
  }

  /** Show a conversation no more. */
  close(name) {
    const buffer = this.find(name);
    if (!buffer || buffer.kind === "server") return;
    this.buffers.delete(this.fold(name));
    if (buffer.kind === "person") {
      this.#parts.storage.set("closed", { ...this.#parts.storage.get("closed", {}), [this.fold(name)]: buffer.latest });
    }
    if (buffer === this.active) {
      const { rooms, people } = this.ordered();
      this.switch(rooms[0] ?? people[0] ?? this.buffers.get(""));
    }
    this.changed();
  }

  /** Send a command as it is, while we are online; @returns whether it was sent. */
  command(command, ...params) {
    if (command === "AWAY") this.awayText = params[0] ?? "";
    return this.#do((session) => session.command(command, ...params));
  }

  /** Send a command, and have `done` called with the events of its answer. */
  ask(command, params, done) {
    return this.#do((session) =>
      session.request(message(command, params), (events) => {
        done(events);
        this.changed();
      }),
    );
  }

  /** Log in while we are connected. */
  async logIn(account, password, stays = true) {
    this.#credentials = { account, password, kept: null, stays };
    await this.#begin();
    return this.command("AUTHENTICATE", "SCRAM-SHA-256");
  }

  logOut() {
    this.#credentials = null;
    this.#parts.storage.set("me", { nick: this.nick, account: "", inside: true });
    void this.#parts.keys.remove();
    this.command("PRIVMSG", "NickServ", "LOGOUT");
  }

  older(buffer) {
    return this.catchUp.older(buffer) && (this.flush(), true);
  }

  /** What is shown of a conversation has been read. */
  read(buffer) {
    if (buffer.unread || buffer.mentions) {
      buffer.unread = buffer.mentions = 0;
      this.changed();
    }
    if (this.account && this.has("draft/read-marker") && buffer.kind !== "server" && buffer.latest > buffer.readUntil) {
      buffer.readUntil = buffer.latest;
      this.command("MARKREAD", buffer.name, `timestamp=${new Date(buffer.latest).toISOString()}`);
    }
  }

  keepDraft(buffer, text) {
    buffer.draft = text;
    const key = this.fold(buffer.name);
    this.drafts = named(this.#parts.storage.get("drafts", {})); // Other tabs keep theirs there, too.
    if (text) this.drafts[key] = text;
    else delete this.drafts[key];
    this.#parts.storage.set("drafts", this.drafts);
  }

  /** Show a line where the person is looking, or in a conversation. */
  show(kind, text, buffer = this.active) {
    for (const line of text.split("\n")) buffer.append(entry(kind, line, this.now()));
    this.changed();
  }

  /** Send what waits. */
  flush() {
    if (this.session) {
      if (this.online) this.outbox.flush(this.session, (target) => this.#isReady(target));
      this.#link.send(this.session.out.splice(0));
    }
    this.changed();
  }

  keepRooms() {
    this.#parts.storage.set("rooms", this.rooms);
  }

  #isReady(target) {
    return !this.isRoom(target) || Boolean(this.session?.rooms.get(target));
  }

  #do(act) {
    if (!this.session || !this.online) return false;
    act(this.session);
    this.flush();
    return true;
  }

  /** Have the dialogue ready; who is a guest needs none of it. */
  async #begin() {
    const { Login } = await import("./login.js");
    this.login = new Login({ ...this.#credentials, nonce: this.#parts.system.newId() }, this.#parts.keys);
  }

  async #opened() {
    if (this.#credentials) await this.#begin();
    this.session = new Session({ nick: this.wantedNick, logsIn: this.#credentials !== null });
    this.session.features.update([`CASEMAPPING=${this.casemapping}`]);
    this.catchUp.connected(this.session);
    this.flush();
  }

  #line(text) {
    for (const event of this.session?.receive(text) ?? []) this.#tell(event);
    this.flush();
  }

  #tell(event) {
    if (this.#isAboutUs(event)) return;
    if (!received(this, event)) follow(this, event);
  }

  /** What is between the server and us alone. */
  #isAboutUs(event) {
    const session = /** @type {Session} */ (this.session);
    switch (event.type) {
      case "challenged":
        this.login?.answer(event.text).then(
          (lines) => {
            if (session !== this.session) return;
            for (const line of lines) session.command("AUTHENTICATE", line);
            this.flush();
          },
          (error) => session === this.session && this.#refusedLogin(error.message, ""),
        );
        return true;
      case "login-accepted":
        this.#credentials = this.login?.accepted() ?? null;
        void this.login?.keep().then(() => this.#remember());
        session.endNegotiation();
        return true;
      case "login-failed":
        this.#refusedLogin(event.why, event.reason);
        return true;
      case "nick-taken":
      case "nick-refused":
        return this.#withoutNick(event);
      case "registered":
        this.#registered(event);
        return true;
      case "closed":
        return true;
    }
    return false;
  }

  /** Keep who we are, for the next time that the page is opened. */
  #remember() {
    const { account = "", stays = true } = this.#credentials ?? {};
    if (this.state !== "out") this.#parts.storage.set("me", { nick: this.wantedNick, account: stays ? account : "", inside: true });
  }

  #refusedLogin(key, reason) {
    if (this.online) this.show("trouble", this.say_(key, { reason }));
    else this.#out({ key, values: { reason } });
  }

  /** Before we are taken in: choose another, or ask; afterwards it is an answer to what somebody typed. */
  #withoutNick({ type, nick, reason }) {
    if (this.session?.registered) {
      if (!this.same(nick, this.wantedNick) || this.same(nick, this.nick)) {
        this.show("trouble", this.say_(type === "nick-taken" ? "nick-is-taken" : "nick-refused", { nick, me: this.nick, reason }));
      }
      return true;
    }
    if (type === "nick-taken" && this.#everOnline && !reason.includes("account")) {
      this.session?.command("NICK", `${nick}_`);
      return true;
    }
    const key = type === "nick-refused" ? "nick-refused" : reason.includes("account") ? "nick-of-account" : "nick-taken";
    this.#out({ key, values: { nick, reason } });
    return true;
  }

  #registered({ nick }) {
    this.state = "online";
    this.#everOnline = true;
    this.#link.settled();
    const server = /** @type {Buffer} */ (this.buffers.get(""));
    server.append(entry("event", this.say_("connected", { server: this.session?.server, nick }), this.now()));
    if (!this.same(nick, this.wantedNick)) this.command("MONITOR", "+", this.wantedNick);
    for (const buffer of this.buffers.values()) if (buffer.kind === "room") buffer.here = false;
    if (this.awayText) this.command("AWAY", this.awayText);
    for (const room of this.rooms) {
      const key = this.roomKeys.get(this.fold(room));
      this.command("JOIN", room, ...(key ? [key] : []));
    }
    this.outbox.again(Boolean(this.session?.has(IDEMPOTENCY_KEY)), this.account, this.now());
    for (const buffer of this.buffers.values()) if (buffer.kind === "person" && buffer.last) this.catchUp.enter(buffer);
    if (this.account) this.catchUp.people(0);
  }

  #conversed(events) {
    const closed = named(this.#parts.storage.get("closed", {}));
    for (const { target, latest } of events) {
      if (this.isRoom(target) || latest <= (closed[this.fold(target)] ?? 0)) continue;
      const buffer = this.open(target);
      if (buffer.last) continue;
      buffer.latest = latest;
      if (this.has("draft/read-marker")) this.command("MARKREAD", target);
    }
    this.flush();
  }

  #lost(retryIn) {
    this.session = null;
    this.state = "lost";
    this.retryAt = this.now() + retryIn;
    this.outbox.lost();
    for (const buffer of this.buffers.values()) Object.assign(buffer, { loading: false });
    this.catchUp.connected(null);
    this.typing.lost();
    this.changed();
  }

  #out(problem) {
    this.#link.close();
    this.session = null;
    this.state = "out";
    this.problem = problem;
    const me = this.#parts.storage.get("me", {});
    this.#parts.storage.set("me", { ...me, inside: false });
    this.changed();
  }
}

/** What is kept by the names of others, of which none is a part of every object ("constructor"). */
const named = (kept) => Object.assign(Object.create(null), kept);
