/** The conversation that is looked at: its head, its rows, and what waits at its end. */

import { continues, dayOf } from "../engine/buffers.js";
import { entryOf } from "../engine/events.js";
import { stripFormatting } from "../irc/text.js";
import { Component, html } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { DayMark, deeds, Icon, IconButton, Pending, Row, UnreadLine } from "./rows.js";
import { Composer } from "./composer.js";

/** Rows that are in the document at most, and by how many the window moves. */
const WINDOW = 160;
const STEP = 60;
/** Pixels from an end at which more is shown. */
const NEAR = 500;

export const Conversation = ({ chat, ui, buffer }) => html`
  <main class="conversation" aria-label=${nameOf(buffer, chat)}>
    <${Head} chat=${chat} ui=${ui} buffer=${buffer} />
    <${Banner} chat=${chat} ui=${ui} buffer=${buffer} />
    <${Log} key=${buffer.name} chat=${chat} ui=${ui} buffer=${buffer} />
    <${TypingNotice} chat=${chat} buffer=${buffer} />
    ${buffer.kind !== "server" && html`<${Composer} key=${buffer.name} chat=${chat} ui=${ui} buffer=${buffer} />`}
  </main>
`;

export const nameOf = (buffer, chat) => (buffer.kind === "server" ? chat.network || say("server") : buffer.name);

const Head = ({ chat, ui, buffer }) => {
  const count = chat.session?.rooms.get(buffer.name)?.members.size ?? 0;
  const topic = stripFormatting(buffer.topic);
  return html`<header class="top">
    <${IconButton} name="menu" label=${say("rooms-and-people")} extra="narrow-only" onClick=${() => ui.side("rooms")} />
    <div class="title">
      <h1>${buffer.kind === "room" && html`<span class="hash" aria-hidden="true">#</span>`}<bdi>${buffer.kind === "room" ? nameOf(buffer, chat).replace(/^#/, "") : nameOf(buffer, chat)}</bdi></h1>
      ${buffer.kind === "room" &&
      html`<button type="button" class="topic" title=${topic} onClick=${() => ui.open("room", { name: buffer.name })}>
        <bdi>${topic || say("no-topic")}</bdi>
      </button>`}
    </div>
    <${IconButton} name="search" label=${say("search")} keys="Control+F" onClick=${() => ui.open("search", { room: buffer.name })} />
    ${buffer.kind === "room" &&
    html`<button type="button" class="icon-button count" aria-label=${say("people-here", { count })} title=${say("people-here", { count })}
        aria-expanded=${ui.state.people} onClick=${() => ui.side("people")}><${Icon} name="people" /><span>${count}</span></button>`}
    ${buffer.kind !== "server" &&
    html`<${IconButton} name="more" label=${say("more")} onClick=${() => ui.open(buffer.kind === "room" ? "room" : "person", { name: buffer.name })} />`}
  </header>`;
};

const Banner = ({ chat, ui, buffer }) => {
  if (!chat.online) {
    return html`<div class="banner trouble" role="status"><span class="pulse"></span>${say(chat.state === "lost" ? "not-connected" : "connecting")}</div>`;
  }
  if (buffer.past) {
    return html`<div class="banner">${say("reading-the-past")}
      <button type="button" class="link" onClick=${() => ui.log?.newest()}>${say("to-the-newest")}</button></div>`;
  }
  if (buffer.kind === "room" && !buffer.here) {
    return html`<div class="banner">${say("not-in-room", { room: buffer.name })}
      <button type="button" class="link" onClick=${() => chat.join(buffer.name)}>${say("go-back")}</button></div>`;
  }
  return null;
};

const TypingNotice = ({ chat, buffer }) => {
  const nicks = chat.typing.in(buffer.name);
  const key = nicks.length > 3 ? "several-typing" : nicks.length === 1 ? "is-typing" : "are-typing";
  return html`<div class="typing" aria-live="off">
    ${nicks.length > 0 && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> <bdi>${say(key, { nicks: nicks.join(say("and")) })}</bdi>`}
  </div>`;
};

/**
 * The rows. Only a window of them is in the document; it moves as one scrolls, and what is added above moves nothing.
 */
class Log extends Component {
  state = { hot: null, found: "" };
  /** The row at which the window begins; null while it follows the end. */
  first = null;
  follows = true;
  /** Where following has scrolled to. */
  top = 0;
  element = /** @type {any} */ (null);
  here = (element) => void (this.element = element ?? this.element);

  actions = {
    warm: (entry) => this.state.hot !== entry && this.setState({ hot: entry }),
    key: (event, entry) => this.key(event, entry),
    deeds: (entry) => deeds(entry, this.props.chat, this.props.buffer),
    do: (name, entry) => this.act(name, entry),
    react: (entry, sign) => this.props.chat.react(this.props.buffer.name, entry.msgid, sign),
    person: (nick) => this.props.ui.open("person", { name: nick, room: this.props.buffer.name }),
    room: (name) => this.props.chat.join(name),
    go: (msgid) => this.go(msgid),
  };

  componentDidMount() {
    this.props.ui.log = this;
    this.observer = new ResizeObserver(() => this.follows && this.toEnd());
    this.observer.observe(this.element);
    this.place();
  }

  componentWillUnmount() {
    this.observer.disconnect();
    if (this.props.ui.log === this) this.props.ui.log = null;
  }

  /** Begin at the line above what is new, if there is one. */
  place() {
    const line = this.element.querySelector(".unread-line");
    if (line && this.props.buffer.shown === this.props.buffer) {
      const above = line.offsetTop - this.element.clientHeight / 3;
      if (above < this.element.scrollHeight - this.element.clientHeight) {
        this.element.scrollTop = above;
        this.follows = false;
        this.first = this.rows()[0];
        return;
      }
    }
    this.toEnd();
  }

  toEnd() {
    this.follows = true;
    this.element.scrollTop = this.element.scrollHeight;
    this.top = this.element.scrollTop;
  }

  /** Pixels of what is below what is seen. */
  below() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  newest() {
    const { buffer, chat } = this.props;
    buffer.past = null;
    this.first = null;
    this.follows = true;
    chat.changed();
    requestAnimationFrame(() => this.toEnd());
  }

  rows() {
    const start = this.start();
    return this.props.buffer.shown.entries.slice(start, start + WINDOW);
  }

  /** Where the window begins. */
  start() {
    const { entries } = this.props.buffer.shown;
    return Math.max(0, this.follows || !this.first ? entries.length - WINDOW : entries.indexOf(this.first));
  }

  getSnapshotBeforeUpdate() {
    if (this.follows && this.element.scrollTop < this.top - 1 && this.below() >= 4) {
      this.first = this.rows()[0]; // Somebody has begun to scroll, and the browser has not told it yet.
      this.follows = false;
    }
    if (this.follows) return null;
    const top = this.element.scrollTop;
    const anchor = [...this.element.querySelectorAll("[data-key]")].find((one) => one.offsetTop + one.offsetHeight > top);
    return anchor ? { key: anchor.dataset.key, from: anchor.offsetTop - top } : null;
  }

  componentDidUpdate(_, __, anchor) {
    if (this.wanted) this.reveal();
    else if (this.follows) this.toEnd();
    else if (anchor) {
      const row = this.element.querySelector(`[data-key="${anchor.key}"]`);
      if (row) this.element.scrollTop = row.offsetTop - anchor.from;
    }
    const { buffer, chat } = this.props;
    if (this.element.scrollTop < NEAR / 2 && !this.follows) this.scrolled();
    else if (this.follows && buffer.first && this.element.scrollHeight <= this.element.clientHeight + 1) chat.older(buffer);
  }

  scrolled = () => {
    const { buffer, chat } = this.props;
    const shown = buffer.shown;
    const { scrollTop } = this.element;
    const below = this.below();
    const rows = this.rows();
    const start = this.start();
    const atEnd = start + rows.length >= shown.entries.length;
    const follows = below < 4 && atEnd && !buffer.past;
    if (follows !== this.follows) {
      this.follows = follows;
      this.first = follows ? null : rows[0];
      if (follows) chat.changed();
      this.setState({});
    }
    if (scrollTop < NEAR && start > 0 && !follows) this.move(shown.entries[Math.max(0, start - STEP)]);
    else if (scrollTop < NEAR && start === 0 && !follows) this.further(-1);
    else if (below < NEAR && !atEnd) this.move(shown.entries[Math.min(shown.entries.length - WINDOW, start + STEP)]);
    else if (below < NEAR && atEnd && buffer.past) this.further(1);
  };

  move(first) {
    if (first === this.first || !first) return;
    this.first = first;
    this.follows = false;
    this.setState({});
  }

  /** Load the page before, or after, what is shown. */
  further(direction) {
    const { buffer, chat } = this.props;
    if (!buffer.past) {
      if (direction < 0) chat.older(buffer);
      return;
    }
    const past = buffer.past;
    const ids = past.entries.filter((one) => one.msgid);
    if (past.loading || (direction < 0 && past.exhausted) || !ids.length) return;
    past.loading = true;
    const [verb, edge] = direction < 0 ? ["BEFORE", ids[0]] : ["AFTER", ids[ids.length - 1]];
    chat.catchUp.around(buffer.name, verb, edge.msgid, (events, count) => this.extend(past, events, direction, count));
    chat.flush();
  }

  extend(past, events, direction, count) {
    const { buffer, chat } = this.props;
    past.loading = false;
    const page = events.filter((one) => one.type === "said").map((one) => entryOf(chat, one));
    if (direction < 0) {
      past.prepend(page);
      past.exhausted = events.length < count;
    } else past.extend(page);
    const joins = past.entries.some((one) => one.msgid && buffer.byId.has(one.msgid));
    if (buffer.past === past && (joins || (direction > 0 && events.length < count))) this.join(past);
    chat.changed();
  }

  /** What is shown anyway goes on where the past ends. */
  join(past) {
    const { buffer } = this.props;
    const at = past.entries.findIndex((one) => buffer.byId.has(one.msgid));
    const first = this.first;
    buffer.prepend(at < 0 ? past.entries : past.entries.slice(0, at));
    buffer.first = past.entries.find((one) => one.msgid)?.msgid ?? buffer.first;
    buffer.exhausted = past.exhausted;
    buffer.past = null;
    this.first = first && (buffer.find(first.msgid) ?? first);
  }

  /** Show a message in its place, with what was said before and after. */
  go(msgid) {
    const { buffer, chat, ui } = this.props;
    const place = [buffer.past, buffer].find((one) => one?.find(msgid));
    if (place) {
      buffer.past = place === buffer ? null : place;
      this.show(place, msgid);
      return;
    }
    const asked = chat.catchUp.around(buffer.name, "AROUND", msgid, (events) => {
      const page = events.filter((one) => one.type === "said").map((one) => entryOf(chat, one));
      if (!page.some((one) => one.msgid === msgid)) ui.announce(say("not-there-any-more"));
      else {
        buffer.past = Object.assign(new buffer.constructor(buffer.name, buffer.kind), { topic: buffer.topic });
        buffer.past.extend(page);
        if (page.some((one) => buffer.byId.has(one.msgid))) this.join(buffer.past);
        this.show(buffer.shown, msgid);
      }
      chat.changed();
    });
    if (asked) chat.flush();
  }

  show(place, msgid) {
    const entry = place.find(msgid);
    const at = place.entries.indexOf(entry);
    this.first = place.entries[Math.max(0, at - WINDOW / 2)];
    this.follows = false;
    this.wanted = entry;
    this.setState({ found: entry.msgid });
    this.props.chat.changed();
  }

  reveal() {
    const row = this.element.querySelector(`[data-key="${this.wanted.key}"]`);
    if (!row) return;
    this.wanted = null;
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  act(name, entry) {
    const { buffer, chat, ui } = this.props;
    const back = (edits) => ui.composer?.about(entry, edits);
    if (name === "reply") back(false);
    else if (name === "edit") back(true);
    else if (name === "react") ui.open("react", { pick: (sign) => chat.react(buffer.name, entry.msgid, sign) });
    else if (name === "copy") void navigator.clipboard?.writeText(stripFormatting(entry.text)).then(() => ui.announce(say("copied")));
    else if (name === "take-back") {
      ui.open("confirm", { text: say("take-back-question"), yes: say("take-back"), act: () => chat.redact(buffer.name, entry.msgid) });
    }
  }

  key(event, entry) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("button, a")) {
      if (event.key === "Escape") this.props.ui.composer?.focus();
      return;
    }
    const deed = this.actions.deeds(entry).find((one) => one.key === event.key || (one.key === "d" && event.key === "Delete"));
    if (deed) this.act(deed.name, entry);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") this.step(event.currentTarget, event.key === "ArrowUp" ? -1 : 1);
    else if (event.key === "Escape") this.props.ui.composer?.focus();
    else return;
    event.preventDefault();
  }

  /** Choose the next message above (-1) or below (1); without one, the last. */
  step(from, direction) {
    const rows = [...this.element.querySelectorAll("article[data-key]")];
    const next = from ? rows[rows.indexOf(from) + direction] : rows[rows.length - 1];
    if (next) next.focus();
    else if (direction > 0) this.props.ui.composer?.focus();
  }

  render({ chat, buffer }, { hot, found }) {
    const shown = buffer.shown;
    const rows = this.rows();
    const start = this.start();
    let before = shown.entries[start - 1];
    const list = [];
    for (const one of rows) {
      const newDay = !before || dayOf(before.at) !== dayOf(one.at);
      if (newDay) list.push(html`<${DayMark} key=${`day${one.key}`} at=${one.at} />`);
      if (shown.line === one) list.push(html`<${UnreadLine} key="unread" />`);
      if (!chat.settings.events && one.kind === "event" && buffer.kind !== "server") continue;
      const answered = one.reply ? shown.find(one.reply) : undefined;
      list.push(html`<${Row}
        key=${one.key} entry=${one} version=${one.version + (answered?.version ?? 0)} answered=${answered} hot=${hot === one} found=${found !== "" && found === one.msgid}
        head=${newDay || shown.line === one || !continues(one, before)} actions=${this.actions} />`); // prettier-ignore
      before = one;
    }
    const atEnd = start + rows.length >= shown.entries.length && !buffer.past;
    const pending = atEnd ? chat.outbox.of((target) => chat.same(target, buffer.name)).filter((line) => !line.edits || line.state === "failed" || !chat.online) : [];
    return html`<div ref=${this.here} class="log" role="log" aria-live="off" aria-label=${say("messages-in", { name: nameOf(buffer, chat) })} tabindex="0" onScroll=${this.scrolled}
      onMouseLeave=${() => this.setState({ hot: null })}>
      <div class="rows">
        ${start === 0 && html`<${Beginning} buffer=${buffer} shown=${shown} chat=${chat} />`}
        ${list}
        ${pending.map((line) => html`<${Pending} key=${line.id} line=${line} chat=${chat} />`)}
      </div>
      ${!this.follows && html`<button type="button" class="jump" onClick=${() => this.newest()}>
        <${Icon} name="down" />${buffer.unread ? say("new-messages", { count: buffer.unread }) : say("to-the-newest")}</button>`}
    </div>`; // prettier-ignore
  }
}

/** What stands above the first row. */
const Beginning = ({ buffer, shown, chat }) => {
  const loading = shown.loading || chat.catchUp.isBusyWith(buffer.name);
  if (loading || (!shown.exhausted && chat.catchUp.possible && buffer.kind !== "server")) {
    return html`<div class=${loading ? "beginning loading" : "beginning"} aria-hidden="true"><span class="bone"></span><span class="bone"></span><span class="bone"></span></div>`;
  }
  if (buffer.kind === "server") return null;
  return html`<div class="beginning">
    <h2>${buffer.kind === "room" ? say("beginning-of-room", { room: buffer.name }) : say("beginning-with", { nick: buffer.name })}</h2>
    <p>${say(buffer.kind === "room" ? "beginning-of-room-hint" : "beginning-with-hint", { nick: buffer.name })}</p>
  </div>`;
};
