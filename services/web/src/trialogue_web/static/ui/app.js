/** The page: puts its parts together, and has what belongs to all of them: keys, dialogs, title, notifications. */

import { Chat } from "../engine/chat.js";
import { claimOutbox, KeyStore, Link, Storage } from "../engine/browser.js";
import { Component, html, render } from "../vendor/preact.js";
import { load, say } from "../wording/words.js";
import { Conversation, nameOf } from "./conversation.js";
import { Door } from "./door.js";
import { People, Sidebar } from "./sides.js";

const READ_AFTER = 1500;
/** After so many draws without a rest it is a storm, which is drawn ten times a second: that leaves time for who types. */
const STORM = 8;
const STORM_PAUSE = 100;
/** Nothing is drawn of a page that nobody sees, but its title tells what is new. */
const HIDDEN_PAUSE = 250;

class App extends Component {
  state = { dialog: null, side: "", people: matchMedia("(min-width: 1100px)").matches, said: "", problem: null };
  composer = null;
  log = null;
  #commands = null;
  #emoji = null;
  #dialogs = null;

  componentDidMount() {
    const { chat, mounted } = this.props;
    mounted(this);
    addEventListener("keydown", this.key);
    for (const name of ["focus", "blur", "visibilitychange"]) {
      (name === "visibilitychange" ? document : window).addEventListener(name, () => this.look());
    }
    this.look();
    this.theme();
    const room = roomOfAddress();
    if (room && !chat.rooms.includes(room)) chat.rooms = [...chat.rooms, room];
    chat.wish = room || this.props.storage.get("active", "");
    for (const name of ["pointermove", "keydown", "touchstart"]) addEventListener(name, this.warmUp, { passive: true });
  }

  componentDidUpdate() {
    const { chat } = this.props;
    this.title();
    this.theme();
    const { active } = chat;
    const sees = chat.watched && this.log?.follows && !active.past;
    if (sees && (active.unread || active.latest > active.readUntil) && !this.reading) {
      this.reading = setTimeout(() => {
        this.reading = 0;
        if (chat.watched && chat.active === active && this.log?.follows) chat.read(active);
      }, active.unread ? 300 : READ_AFTER);
    }
    this.tellNews(active);
  }

  /** Have a screen reader say what has just been said here. */
  tellNews(active) {
    const last = active.entries[active.entries.length - 1];
    if (last && last !== this.lastTold && this.toldOf === active && !last.me && this.props.chat.now() - last.at < 10_000) {
      this.announce(`${last.who} ${last.text}`);
    }
    this.toldOf = active;
    this.lastTold = last;
  }

  announce(text) {
    if (text !== this.state.said) this.setState({ said: text });
  }

  look() {
    const { chat } = this.props;
    const watched = document.visibilityState === "visible" && document.hasFocus();
    if (watched === chat.watched) return;
    chat.watched = watched;
    chat.changed();
  }

  /** Load what is needed next, once somebody does something: the first message does not wait for it. */
  warmUp = () => {
    if (!this.props.chat.online || this.#commands) return;
    for (const name of ["pointermove", "keydown", "touchstart"]) removeEventListener(name, this.warmUp);
    const later = () => {}; // Without a connection just now: they are asked for again when they are needed.
    import("../engine/commands.js").then((commands) => (this.#commands = commands), later);
    import("../engine/emoji.js").then((emoji) => (this.#emoji = emoji), later);
    import("./dialogs.js").then((dialogs) => (this.#dialogs = dialogs), later);
  };

  /** Show a conversation. */
  show(name) {
    const { chat } = this.props;
    const buffer = chat.open(name);
    chat.wish = "";
    chat.switch(buffer);
    this.setState({ side: "" });
    this.announce(nameOf(buffer, chat));
  }

  /** Show or hide what stands at a side. */
  side(which) {
    const narrow = matchMedia("(max-width: 899px)").matches;
    if (which === "people" && !narrow) this.setState({ people: !this.state.people });
    else this.setState({ side: this.state.side === which ? "" : which });
  }

  async open(name, props = {}) {
    this.#dialogs ??= await import("./dialogs.js");
    this.setState({ dialog: { name, props }, side: "" });
  }

  close = () => {
    if (!this.state.dialog) return;
    this.setState({ dialog: null }, () => {
      if (matchMedia("(pointer: fine)").matches) this.composer?.focus();
    });
  };

  async command(text, buffer) {
    this.#commands ??= await import("../engine/commands.js");
    this.#commands.run(text, buffer, this.props.chat, this);
  }

  emojiLike(part) {
    return this.#emoji?.find(part) ?? [];
  }

  /** A text with emoji for their names. What is said to a service may be a password, and stays. */
  withEmoji(text, target) {
    const stays = !this.props.chat.settings.emoji || target.toLowerCase().endsWith("serv");
    return stays ? text : (this.#emoji?.withEmoji(text) ?? text);
  }

  commandsLike(part) {
    return this.#commands?.like(part) ?? [];
  }

  /** Step to the conversation above or below, or to the next with something new. */
  step(direction, onlyNew = false) {
    const { chat } = this.props;
    const { rooms, people } = chat.ordered();
    const all = [...rooms, ...people];
    const at = all.indexOf(chat.active);
    for (let far = 1; far <= all.length; far += 1) {
      const next = all[(at + direction * far + all.length * 2) % all.length];
      if (!onlyNew || next.unread) return next && this.show(next.name);
    }
    return undefined;
  }

  key = (event) => {
    if (this.props.chat.state === "out" || event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    const pressed = `${command ? "C-" : ""}${event.altKey ? "A-" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
    const typing = event.target.closest?.("input, textarea, select, dialog");
    const acts = {
      "C-k": () => this.open("switcher"),
      "C-f": () => this.open("search", { room: this.props.chat.active.name }),
      "A-ArrowUp": () => this.step(-1),
      "A-ArrowDown": () => this.step(1),
      "A-a": () => this.step(1, true),
      "A-e": () => this.editLast(),
      "A-m": () => this.log?.step(null, -1),
      "C-ArrowUp": () => this.log?.step(null, -1),
      "C-End": () => this.log?.newest(),
      F1: () => this.open("keys"),
      ...(typing ? {} : { "?": () => this.open("keys"), Escape: () => this.composer?.focus() }),
    };
    const act = this.state.dialog ? undefined : acts[pressed];
    if (act) {
      event.preventDefault();
      act();
    } else if (!this.state.dialog && !typing && !command && !event.altKey && event.key.length === 1 && !event.target.closest?.("button, a, article")) {
      this.composer?.focus();
    }
  };

  editLast() {
    const last = this.props.chat.active.mine();
    if (last && this.props.chat.has("draft/message-redaction")) this.composer?.about(last, true);
  }

  theme() {
    const { theme } = this.props.chat.settings;
    const root = document.documentElement;
    if (root.dataset.theme !== theme) root.dataset.theme = theme;
  }

  /** Show how much waits in the title and in the icon. */
  title() {
    const { chat } = this.props;
    const buffers = [...chat.buffers.values()];
    const mentions = buffers.reduce((sum, one) => sum + one.mentions, 0);
    const unread = buffers.some((one) => one.unread > 0);
    const name = chat.state === "out" ? "Trialogue" : `${nameOf(chat.active, chat)} · ${chat.network || "Trialogue"}`;
    const title = `${mentions ? `(${mentions}) ` : unread ? "• " : ""}${name}`;
    if (document.title === title) return;
    document.title = title;
    drawIcon(mentions, unread);
    if ("setAppBadge" in navigator) void (mentions ? navigator.setAppBadge(mentions) : navigator.clearAppBadge()).catch(() => {});
  }

  render({ chat, storage }, { dialog, side, people, said }) {
    if (chat.state === "out" || (chat.state === "connecting" && !chat.session?.registered && !chat.resumed)) {
      return html`<${Door} chat=${chat} me=${storage.get("me", {})} problem=${chat.problem} />`;
    }
    const { active } = chat;
    const withPeople = active.kind === "room" && (people || side === "people");
    const Dialog = dialog && this.#dialogs?.DIALOGS[dialog.name];
    return html`<div class=${`app ${withPeople ? "with-people" : ""}`} data-side=${side}>
      <${Sidebar} chat=${chat} ui=${this} />
      <${Conversation} chat=${chat} ui=${this} buffer=${active} />
      ${withPeople && html`<${People} key=${active.name} chat=${chat} ui=${this} buffer=${active} />`}
      ${side && html`<button type="button" class="shade" aria-label=${say("close")} onClick=${() => this.setState({ side: "" })}></button>`}
      ${Dialog && html`<${Dialog} chat=${chat} ui=${this} ...${dialog.props} />`}
      <div class="unseen" role="status" aria-live="polite">${said}</div>
    </div>`;
  }
}

/** The room in ``/#garden``, or "". */
function roomOfAddress() {
  const name = decoded(location.hash.slice(1));
  return name && !/[\s,=]/.test(name) && name.length < 64 ? `#${name.replace(/^#/, "")}` : "";
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // "100%"
  }
}

function drawIcon(mentions, unread) {
  const link = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel~=icon]"));
  if (!mentions && !unread) {
    link.href = "icon.svg";
    return;
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
  const draw = canvas.getContext("2d");
  if (!draw) return;
  draw.fillStyle = "#5b5bd6";
  draw.beginPath();
  draw.roundRect(1, 1, 30, 30, 9);
  draw.fill();
  draw.fillStyle = mentions ? "#e5484d" : "#fff";
  draw.beginPath();
  draw.arc(22, 22, mentions ? 10 : 6, 0, 7);
  draw.fill();
  if (mentions) {
    draw.fillStyle = "#fff";
    draw.font = "bold 14px sans-serif";
    draw.textAlign = "center";
    draw.fillText(mentions > 9 ? "9+" : String(mentions), 22, 27);
  }
  link.href = canvas.toDataURL();
}

function notify(chat, app, { who, where, kind, text }) {
  if (!chat.settings.notify || globalThis.Notification?.permission !== "granted") return;
  const title = kind === "room" ? `${who} · ${where}` : who;
  const note = new Notification(title, { body: text.slice(0, 200), tag: where, icon: "icon.svg" });
  note.onclick = () => {
    window.focus();
    app.show(where);
    note.close();
  };
}

async function start() {
  const storage = new Storage();
  await Promise.all([load(), claimOutbox(storage, newId)]);
  let app = /** @type {App | null} */ (null);
  let frame = 0;
  let timer = 0;
  let drawn = 0;
  let streak = 0;
  const draw = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = timer = 0;
    const now = performance.now();
    streak = now - drawn < 2 * STORM_PAUSE ? streak + 1 : 0;
    drawn = now;
    app?.setState({});
  };
  const changed = (atOnce = false) => {
    if (atOnce) {
      clearTimeout(timer);
      streak = timer = 0;
    }
    if (frame || timer) return;
    const visible = document.visibilityState === "visible";
    const pause = visible ? drawn + STORM_PAUSE - performance.now() : HIDDEN_PAUSE;
    if (visible && (streak < STORM || pause <= 0)) frame = requestAnimationFrame(draw);
    else timer = Number(setTimeout(draw, pause));
  };
  const address = Object.assign(new URL("socket", document.baseURI), { protocol: location.protocol === "https:" ? "wss:" : "ws:" });
  const chat = new Chat({
    link: (handlers) => new Link(address.href, handlers),
    storage,
    keys: new KeyStore(),
    system: { now: Date.now, newId, say, changed, alert: (alert) => app && notify(chat, app, alert) },
  });
  chat.resumed = await chat.resume();
  render(html`<${App} mounted=${(one) => (app = one)} chat=${chat} storage=${storage} />`, /** @type {Element} */ (document.getElementById("page")));
}

/** An id that was never used, and that nobody can guess. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

void start();
