/** Where one types. Enter sends, Shift+Enter begins another line; while an input method composes, neither does. */

import { Component, html } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { stripFormatting } from "../irc/text.js";
import { Icon, IconButton, quoted } from "./rows.js";

const OFFERED = 8;
const REMEMBERED = 50;

export class Composer extends Component {
  state = { offers: [], chosen: 0, text: this.props.buffer.draft };
  typed = [];
  at = -1;

  area = /** @type {any} */ (null);
  here = (area) => void (this.area = area ?? this.area);

  componentDidMount() {
    this.props.ui.composer = this;
    this.area.value = this.props.buffer.draft;
    this.fit();
    if (matchMedia("(pointer: fine)").matches) this.focus();
  }

  componentWillUnmount() {
    if (this.props.ui.composer === this) this.props.ui.composer = null;
  }

  focus() {
    this.area.focus();
  }

  /** Put a text where the cursor is. */
  insert(text) {
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.focus();
    this.changed();
  }

  /** Type an answer to a message, or another text in its place. */
  about(entry, edits) {
    const { buffer } = this.props;
    buffer.intent = { entry, edits, before: buffer.intent?.before ?? this.area.value };
    if (edits) this.put(entry.text);
    this.focus();
    this.props.chat.changed();
  }

  leaveIntent() {
    const { buffer, chat } = this.props;
    if (buffer.intent?.edits) this.put(buffer.intent.before);
    buffer.intent = null;
    chat.changed();
    this.focus();
  }

  put(text) {
    this.area.value = text;
    this.area.setSelectionRange(text.length, text.length);
    this.changed();
  }

  changed = () => {
    const { buffer, chat } = this.props;
    const text = this.area.value;
    this.fit();
    if (!buffer.intent?.edits) chat.keepDraft(buffer, text);
    chat.typing.typed(text, buffer);
    this.setState({ offers: this.offersFor(text), chosen: 0, text });
  };

  fit() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, innerHeight * 0.4)}px`;
  }

  /** The word that the cursor stands at the end of. */
  word() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    return /(?:^|\s)(\S*)$/.exec(before)?.[1] ?? "";
  }

  offersFor(text) {
    const word = this.word();
    if (text.startsWith("/") && !text.includes(" ")) return this.props.ui.commandsLike(text.slice(1));
    if (/^@./u.test(word)) return this.nicksLike(word.slice(1));
    if (/^#./u.test(word)) return this.roomsLike(word);
    if (/^:[a-z0-9_+-]{2,}$/i.test(word)) return this.props.ui.emojiLike(word.slice(1));
    return [];
  }

  nicksLike(part) {
    const { buffer, chat } = this.props;
    const wanted = chat.fold(part);
    const members = [...(chat.session?.rooms.get(buffer.name)?.members.values() ?? [])].map(({ nick }) => nick);
    const recent = buffer.entries.slice(-200).map(({ who }) => who).filter(Boolean).reverse();
    const nicks = [...new Set([...recent, ...members])].filter((nick) => chat.fold(nick).startsWith(wanted) && !chat.same(nick, chat.nick));
    return nicks.slice(0, OFFERED).map((nick) => ({ text: nick, hint: "" }));
  }

  roomsLike(part) {
    const { chat } = this.props;
    const rooms = chat.ordered().rooms.map(({ name }) => name);
    return rooms.filter((name) => chat.fold(name).startsWith(chat.fold(part))).slice(0, OFFERED).map((name) => ({ text: name, hint: "" }));
  }

  /** Put in what is offered. */
  take(offer) {
    const word = this.word();
    const end = this.area.selectionStart;
    const start = end - word.length;
    const first = start === 0 && !/^[/#:]/.test(word);
    this.area.setRangeText(`${offer.text}${first ? ":" : ""} `, start, end, "end");
    this.changed();
  }

  key = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey || event.altKey) && event.key !== "Enter") return;
    const { offers, chosen } = this.state;
    if (offers.length && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      this.setState({ chosen: (chosen + (event.key === "ArrowUp" ? offers.length - 1 : 1)) % offers.length });
    } else if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && this.word()) {
      const offer = offers[chosen] ?? this.nicksLike(this.word().replace(/^@/, ""))[0];
      if (!offer) return;
      this.take(offer);
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) this.send();
    else if (event.key === "Enter" && event.altKey) this.insert("\n");
    else if (event.key === "Escape") this.escape();
    else if (event.key === "?" && !this.area.value) this.props.ui.open("keys");
    else if (event.key === "ArrowUp" && (!this.area.value || this.at >= 0)) this.recall(1);
    else if (event.key === "ArrowDown" && this.at >= 0) this.recall(-1);
    else return;
    event.preventDefault();
  };

  escape() {
    if (this.state.offers.length) this.setState({ offers: [] });
    else if (this.props.buffer.intent) this.leaveIntent();
    else this.props.ui.log?.newest();
  }

  recall(step) {
    this.at = Math.max(-1, Math.min(this.typed.length - 1, this.at + step));
    this.put(this.at < 0 ? "" : this.typed[this.at]);
  }

  send = () => {
    const { buffer, chat, ui } = this.props;
    const text = this.area.value;
    if (!text.trim()) return;
    this.typed = [text, ...this.typed].slice(0, REMEMBERED);
    this.at = -1;
    const { intent } = buffer;
    buffer.intent = null;
    const isCommand = text.startsWith("/") && !text.startsWith("//") && !intent;
    if (!isCommand) this.say(text.replace(/^\/\//, "/"), intent);
    this.put(intent?.edits ? intent.before : "");
    chat.keepDraft(buffer, this.area.value);
    this.setState({ offers: [] });
    if (isCommand) ui.command(text, buffer); // It may put another text here.
    ui.log?.newest();
  };

  say(typed, intent) {
    const { buffer, chat, ui } = this.props;
    const text = ui.withEmoji(typed, buffer.name);
    if (intent?.edits) {
      if (text !== intent.entry.text) chat.edit(buffer.name, intent.entry.msgid, text);
    } else if (intent) {
      const front = buffer.kind === "room" ? `${intent.entry.who}: ` : "";
      chat.say(buffer.name, front + text, { reply: intent.entry.msgid });
    } else chat.say(buffer.name, text);
  }

  render({ buffer }, { offers, chosen, text }) {
    const { intent } = buffer;
    return html`<form class="composer" onSubmit=${(event) => (event.preventDefault(), this.send())}>
      ${offers.length > 0 && html`<ul class="offers" id="offers" role="listbox" aria-label=${say("offers")}>
        ${offers.map((offer, place) => html`<li role="option" id=${`offer${place}`} aria-selected=${place === chosen}
          onMouseDown=${(event) => (event.preventDefault(), this.take(offer))}><b>${offer.text}</b> <span>${offer.hint}</span></li>`)}
      </ul>`}
      ${intent && html`<div class="intent">
        <${Icon} name=${intent.edits ? "edit" : "reply"} />
        <span class="words"><b>${intent.edits ? say("editing") : say("answering", { nick: intent.entry.who })}</b> ${quoted(stripFormatting(intent.entry.text), 120)}</span>
        <${IconButton} name="close" label=${say("cancel")} keys="Escape" onClick=${() => this.leaveIntent()} />
      </div>`}
      <div class="field">
        <textarea ref=${this.here} rows="1" aria-label=${say("message-to", { name: buffer.name })} placeholder=${say("message-to", { name: buffer.name })}
          enterkeyhint="send" autocomplete="off" aria-autocomplete="list" aria-controls=${offers.length ? "offers" : undefined}
          aria-activedescendant=${offers.length ? `offer${chosen}` : undefined}
          onInput=${this.changed} onKeyDown=${this.key}></textarea>
        <button type="submit" class="send" aria-label=${say("send")} title=${say("send")} disabled=${!text.trim()}><${Icon} name="send" /></button>
      </div>
    </form>`; // prettier-ignore
  }
}
