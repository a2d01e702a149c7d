/** One message as it is seen. Texts become text nodes; nothing here, or anywhere else, makes markup of a text. */

import { clockTime, dayName, fullTime, say } from "../wording/words.js";
import { Component, html } from "../vendor/preact.js";
import { stripFormatting } from "../irc/text.js";

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
  people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2 21v-1a6 6 0 0 1 12 0v1M16 4a4 4 0 0 1 0 7M18 15a6 6 0 0 1 4 5v1",
  menu: "M4 6h16M4 12h16M4 18h16",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  react: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 14s1.5 2 4 2 4-2 4-2M9 9.5h.01M15 9.5h.01",
  edit: "M4 20h4L19 9l-4-4L4 16v4ZM13.5 6.5l4 4",
  trash: "M5 7h14M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Z",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 2v3M12 19v3M4.9 4.9 7 7M17 17l2.1 2.1M2 12h3M19 12h3M4.9 19.1 7 17M17 7l2.1-2.1",
  down: "M12 5v14M6 13l6 6 6-6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  alert: "M12 8v5M12 16.5h.01M12 3 2 20h20L12 3Z",
  bell: "M6 10a6 6 0 1 1 12 0c0 6 2 7 2 7H4s2-1 2-7ZM10 20a2 2 0 0 0 4 0",
  muted: "M6 10a6 6 0 0 1 9-5.2M18 10c0 6 2 7 2 7H8M10 20a2 2 0 0 0 4 0M4 4l16 16",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  back: "M15 5l-7 7 7 7",
};

/** A drawing beside a word, or with a word for those who do not see it. */
export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>
`;

/** A button that is a drawing. */
export const IconButton = ({ name, label, pressed, onClick, extra = "", keys }) => html`
  <button
    type="button"
    class=${`icon-button ${extra}`}
    aria-label=${label}
    aria-pressed=${pressed}
    aria-keyshortcuts=${keys}
    title=${label}
    onClick=${onClick}
  ><${Icon} name=${name} /></button>
`;

/** The colour of a nick: the same in every room and run. */
export function hueOf(nick) {
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of nick.toLowerCase()) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % 12;
}

export const Avatar = ({ nick, small = false }) => html`
  <span class=${`avatar hue-${hueOf(nick)} ${small ? "tiny" : ""}`} aria-hidden="true"
    >${[...nick.replace(/^[^\p{L}\p{N}]+/u, "")][0]?.toUpperCase() ?? "·"}</span
  >
`;

const CODES = /(\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x1d\x1f\x1e\x11\x16\x0f])/;
const TOGGLES = { "\x02": "bold", "\x1d": "italic", "\x1f": "underlined", "\x1e": "struck", "\x11": "mono", "\x16": "reversed" };
const LINK = /(```[^`]+```|`[^`\n]+`|https?:\/\/[^\s<>"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069]+|(?<![\p{L}\p{N}&/])#[\p{L}\p{N}_-]{2,60})/u;

/** A text with its IRC formatting, links and rooms.  https://modern.ircdocs.horse/formatting */
export function formatted(text, onRoom) {
  let on = new Set();
  let colour = "";
  return text.split(CODES).map((part, place) => {
    if (place % 2 === 0) {
      if (!part) return null;
      const words = linked(part, onRoom);
      const names = [...on, colour].filter(Boolean).join(" ");
      return names ? html`<span class=${names}>${words}</span>` : words;
    }
    if (part[0] === "\x0f") [on, colour] = [new Set(), ""];
    else if (part[0] === "\x03") colour = /^\x03([0-9]{1,2})/.test(part) ? `colour-${Number(part.slice(1, 3).replace(/\D/g, ""))}` : "";
    else if (TOGGLES[part[0]]) on = toggled(on, TOGGLES[part[0]]);
    return null;
  });
}

function toggled(on, name) {
  const now = new Set(on);
  if (!now.delete(name)) now.add(name);
  return now;
}

function linked(text, onRoom) {
  return text.split(LINK).map((part, place) => {
    if (place % 2 === 0) return part;
    if (part.startsWith("```")) return html`<code class="block">${part.slice(3, -3).replace(/^\n/, "")}</code>`;
    if (part[0] === "`") return html`<code>${part.slice(1, -1)}</code>`;
    if (part[0] === "#") return html`<button type="button" class="room-link" onClick=${() => onRoom?.(part)}>${part}</button>`;
    const [, address, rest] = /^(.*?)([.,;:!?)\]}'"]*)$/s.exec(part) ?? ["", part, ""];
    const closes = rest.startsWith(")") && address.includes("(") ? ")" : "";
    const href = address + closes;
    return html`<a href=${href} target="_blank" rel="noopener noreferrer">${href}</a>${rest.slice(closes.length)}`;
  });
}

/** Whether a message is nothing but a few emoji, which are then shown large. */
const isEmoji = (text) => text.length < 24 && /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}|[\ufe0f\u200d\s]|\p{Emoji_Modifier})+$/u.test(text);

/** The beginning of a message, on one line. */
export function quoted(text, most = 90) {
  const plain = stripFormatting(text).replace(/\s+/g, " ").trim();
  return plain.length > most ? `${plain.slice(0, most).trimEnd()}…` : plain;
}

export const DayMark = ({ at }) => html`<div class="day" role="separator"><span>${dayName(at)}</span></div>`;
export const UnreadLine = () => html`<div class="unread-line" role="separator"><span>${say("new")}</span></div>`;

/** What can be done with a message, by its key. */
export function deeds(entry, chat, buffer) {
  const known = entry.msgid !== "" && !entry.gone;
  const moderates = /[~&@]/.test(chat.session?.rooms.member(buffer.name, chat.nick)?.symbols ?? "");
  const redacts = known && chat.has("draft/message-redaction") && (entry.me || moderates);
  return [
    known && chat.has("message-tags") && { key: "+", name: "react", icon: "react" },
    known && { key: "r", name: "reply", icon: "reply" },
    redacts && entry.me && entry.kind === "talk" && { key: "e", name: "edit", icon: "edit" },
    !entry.gone && { key: "c", name: "copy", icon: "copy" },
    redacts && { key: "d", name: "take-back", icon: "trash" },
  ].filter((one) => one !== false);
}

/**
 * One row. It is drawn again only if it has changed: a room with a hundred lines a second moves nothing else.
 * Props: entry, version, head, hot, found, actions.
 */
export class Row extends Component {
  shouldComponentUpdate(next) {
    return ["entry", "version", "head", "hot", "found", "answered"].some((name) => next[name] !== this.props[name]);
  }

  render({ entry, head, hot, found, answered, actions }) {
    const said = ["talk", "action", "notice"].includes(entry.kind);
    if (!said) return html`<p class=${`row ${entry.kind}`} data-key=${entry.key}>
      <span class="what">${formatted(entry.text, actions.room)}</span><${Time} at=${entry.at} /></p>`; // prettier-ignore
    const classes = [
      "row", "said", entry.kind, head && "head", entry.mention && "mention", entry.me && "own", hot && "hot", found && "found",
    ]; // prettier-ignore
    return html`<article
      class=${classes.filter(Boolean).join(" ")}
      data-key=${entry.key}
      data-msgid=${entry.msgid}
      tabindex="-1"
      aria-label=${say("message-of", { nick: entry.who, time: clockTime(entry.at), text: entry.gone ? say("taken-back") : quoted(entry.text, 300) })}
      onMouseEnter=${() => actions.warm(entry)}
      onFocusIn=${() => actions.warm(entry)}
      onKeyDown=${(event) => actions.key(event, entry)}
    >
      ${entry.reply && !entry.gone && html`<${Answered} msgid=${entry.reply} answered=${answered} actions=${actions} />`}
      <div class="line">
        ${head
          ? html`<button type="button" class="who-avatar" tabindex="-1" aria-hidden="true" onClick=${() => actions.person(entry.who)}>
              <${Avatar} nick=${entry.who} />
            </button>`
          : html`<${Time} at=${entry.at} />`}
        <div class="body">
          ${head &&
          html`<header>
            <button type="button" class=${`who hue-${hueOf(entry.who)}`} onClick=${() => actions.person(entry.who)}><bdi>${entry.who}</bdi></button>
            ${entry.kind === "notice" && html`<span class="tag">${say("notice")}</span>`}
            <${Time} at=${entry.at} />
          </header>`}
          <${Text} entry=${entry} actions=${actions} />
          <${Reactions} entry=${entry} actions=${actions} />
        </div>
      </div>
      ${hot && html`<${Toolbar} entry=${entry} actions=${actions} />`}
    </article>`;
  }
}

const Time = ({ at }) => html`<time datetime=${new Date(at).toISOString()} title=${fullTime(at)}>${clockTime(at)}</time>`;

const Text = ({ entry, actions }) => {
  if (entry.gone) {
    return html`<p class="text gone">${say("taken-back-by", { nick: entry.gone })}</p>`;
  }
  const text = entry.reply && answeredNick(entry.text) ? entry.text.replace(/^[^\s:,]+[:,] /, "") : entry.text;
  return html`<p class=${`text ${isEmoji(text) ? "large" : ""}`}>
    ${entry.kind === "action" && html`<bdi class="actor">${entry.who}</bdi> `}${formatted(text, actions.room)}
    ${entry.edited && html` <span class="edited">${say("edited")}</span>`}
  </p>`;
};

/** A reply in a room has the name in front, for programs that know nothing of replies. */
const answeredNick = (text) => /^[^\s:,]{1,60}[:,] \S/.test(text);

const Answered = ({ msgid, answered, actions }) => html`
  <button type="button" class="answered" onClick=${() => actions.go(msgid)}>
    <${Icon} name="reply" />
    ${answered
      ? html`<bdi class=${`hue-${hueOf(answered.who)}`}>${answered.who}</bdi> <span>${quoted(answered.text) || say("taken-back")}</span>`
      : html`<span>${say("an-earlier-message")}</span>`}
  </button>
`;

const Reactions = ({ entry, actions }) =>
  entry.reactions.size > 0 &&
  html`<div class="reactions">
    ${[...entry.reactions].slice(0, 20).map(([sign, who]) => {
      const mine = who.has("");
      const names = [...who].map(([key, nick]) => (key ? nick : say("you"))).slice(0, 12).join(", ");
      return html`<button
        type="button"
        class=${mine ? "mine" : ""}
        aria-pressed=${mine}
        title=${names}
        aria-label=${say("reaction-of", { sign, names, count: who.size })}
        onClick=${() => actions.react(entry, sign)}
      ><span>${[...sign].slice(0, 20).join("")}</span> ${who.size}</button>`;
    })}
  </div>`;

const Toolbar = ({ entry, actions }) => html`
  <div class="toolbar" role="toolbar" aria-label=${say("message-actions")}>
    ${actions.deeds(entry).map(
      ({ name, icon, key }) => html`<${IconButton} name=${icon} label=${say(name)} keys=${key} onClick=${() => actions.do(name, entry)} />`,
    )}
  </div>
`;

/** A line of our own that the server has not confirmed yet. */
export const Pending = ({ line, chat }) => html`
  <article class=${`row said pending ${line.state}`} data-own=${line.id}>
    <div class="line">
      <span class="who-avatar"><${Avatar} nick=${chat.nick} /></span>
      <div class="body">
        <header><span class=${`who hue-${hueOf(chat.nick)}`}><bdi>${chat.nick}</bdi></span></header>
        <p class="text">${formatted(line.text)}</p>
        <p class="state">
          <${Icon} name=${line.state === "failed" ? "alert" : "clock"} />
          ${line.state === "failed"
            ? html`<span>${say("not-sent", { reason: say(line.reason) })}</span>
                <button type="button" class="link" onClick=${() => (chat.outbox.retry(line.id, chat.now()), chat.flush())}>${say("send-again")}</button>
                <button type="button" class="link" onClick=${() => (chat.outbox.drop(line.id), chat.flush())}>${say("throw-away")}</button>`
            : html`<span>${say(line.state === "sent" ? "sending" : "waits")}</span>`}
        </p>
      </div>
    </div>
  </article>
`;
