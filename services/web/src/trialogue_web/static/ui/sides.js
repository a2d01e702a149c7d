/** What stands beside the conversation: rooms and people to talk to at the left, who is here at the right. */

import { html, useState } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { Avatar, Icon, IconButton } from "./rows.js";

/** People that are listed at once; more are found by typing. */
const LISTED = 300;

export const Sidebar = ({ chat, ui }) => {
  const { rooms, people } = chat.ordered();
  const network = chat.network || say("server");
  return html`<nav class="sidebar" aria-label=${say("rooms-and-people")}>
    <header>
      <button type="button" class="network" aria-current=${chat.active.kind === "server" ? "page" : undefined} onClick=${() => ui.show("")}>
        <span class=${`dot ${chat.state}`}></span><b>${network}</b>
      </button>
      <${IconButton} name="search" label=${say("go-to")} keys="Control+K" onClick=${() => ui.open("switcher")} />
    </header>
    <div class="places">
      <${Section} title=${say("rooms")} add=${say("rooms-to-join")} onAdd=${() => ui.open("rooms")} items=${rooms} chat=${chat} ui=${ui} />
      <${Section} title=${say("direct-messages")} add=${say("talk-to-somebody")} onAdd=${() => ui.open("switcher", { people: true })} items=${people} chat=${chat} ui=${ui} />
    </div>
    <footer>
      <button type="button" class="me" onClick=${() => ui.open("account")}>
        <${Avatar} nick=${chat.nick} />
        <span><b><bdi>${chat.nick}</bdi></b><small>${status(chat)}</small></span>
      </button>
      <${IconButton} name="gear" label=${say("settings")} onClick=${() => ui.open("settings")} />
    </footer>
  </nav>`;
};

const status = (chat) => {
  if (!chat.online) return say(chat.state === "lost" ? "offline" : "connecting");
  if (chat.session?.away) return say("away");
  return chat.account ? say("logged-in-as", { account: chat.account }) : say("guest");
};

const Section = ({ title, add, onAdd, items, chat, ui }) => html`
  <section>
    <header><h2>${title}</h2><${IconButton} name="plus" label=${add} onClick=${onAdd} /></header>
    <ul>
      ${items.map((buffer) => html`<li key=${buffer.name}><${Place} buffer=${buffer} chat=${chat} ui=${ui} /></li>`)}
    </ul>
  </section>
`;

const Place = ({ buffer, chat, ui }) => {
  const current = buffer === chat.active;
  const level = chat.levelOf(buffer.name);
  const waits = chat.outbox.of((target) => chat.same(target, buffer.name)).some((line) => line.state !== "sent");
  const classes = ["place", buffer.unread && "unread", !buffer.here && "gone", level === "none" && "muted"].filter(Boolean).join(" ");
  return html`<button type="button" class=${classes} aria-current=${current ? "page" : undefined} onClick=${() => ui.show(buffer.name)}>
    ${buffer.kind === "room" ? html`<span class="sign">#</span>` : html`<${Avatar} nick=${buffer.name} small />`}
    <bdi class="name">${buffer.kind === "room" ? buffer.name.replace(/^#/, "") : buffer.name}</bdi>
    ${waits && html`<span class="waits" title=${say("waits")}><${Icon} name="clock" /></span>`}
    ${buffer.draft && !current && html`<span class="waits" title=${say("draft")}><${Icon} name="edit" /></span>`}
    ${level === "none" && html`<span class="waits" title=${say("muted")}><${Icon} name="muted" /></span>`}
    ${buffer.unread > 0 && html`<span class=${buffer.mentions ? "badge mention" : "badge"}>
      ${buffer.mentions > 0 && buffer.kind === "room" ? `@${buffer.mentions}` : short(buffer.unread)}
      <span class="unseen">${say("unread-count", { count: buffer.unread })}${buffer.mentions ? `, ${say("mention-count", { count: buffer.mentions })}` : ""}</span>
    </span>`}
  </button>`;
};

const short = (count) => (count > 999 ? "999+" : String(count));

/** Who is here, those with more rights first. */
export const People = ({ chat, ui, buffer }) => {
  const [part, setPart] = useState("");
  const room = chat.session?.rooms.get(buffer.name);
  const symbols = chat.session?.features.symbols ?? "@+";
  const wanted = chat.fold(part);
  const all = [...(room?.members.values() ?? [])].filter(({ nick }) => !part || chat.fold(nick).includes(wanted));
  const shown = all.sort((one, other) => rank(one, symbols) - rank(other, symbols) || order(chat, one, other)).slice(0, LISTED);
  const groups = new Map();
  for (const one of shown) {
    const title = one.symbols ? titleOf(one.symbols[0]) : one.away ? "away-people" : "here";
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return html`<aside class="people" aria-label=${say("people")}>
    <header><h2>${say("people")}</h2>
      <${IconButton} name="close" label=${say("hide-people")} onClick=${() => ui.side("people")} /></header>
    ${(room?.members.size ?? 0) > 12 &&
    html`<input type="search" class="filter" placeholder=${say("find-people")} aria-label=${say("find-people")} value=${part} onInput=${(event) => setPart(event.target.value)} />`}
    <div class="groups">
      ${[...groups].map(([title, members]) => html`<section key=${title}>
        <h3>${say(title)} <span>${members.length}</span></h3>
        <ul>${members.map((one) => html`<li key=${one.nick}><${Person} one=${one} ui=${ui} buffer=${buffer} chat=${chat} /></li>`)}</ul>
      </section>`)}
      ${all.length > LISTED && html`<p class="hint">${say("more-people", { count: all.length - LISTED })}</p>`}
    </div>
  </aside>`;
};

const Person = ({ one, ui, buffer, chat }) => html`
  <button type="button" class=${one.away ? "person away" : "person"} onClick=${() => ui.open("person", { name: one.nick, room: buffer.name })}>
    <${Avatar} nick=${one.nick} small />
    <bdi class="name">${one.nick}</bdi>
    ${chat.same(one.nick, chat.nick) && html`<small>${say("you")}</small>`}
    ${one.away && html`<span class="unseen">${say("away")}</span>`}
  </button>
`;

const titleOf = (symbol) => ("~&@".includes(symbol) ? "operators" : symbol === "%" ? "half-operators" : "voiced");
const rank = ({ symbols: held, away }, symbols) => (held ? symbols.indexOf(held[0]) : symbols.length + (away ? 1 : 0));
const order = (chat, one, other) => (chat.fold(one.nick) < chat.fold(other.nick) ? -1 : 1);
