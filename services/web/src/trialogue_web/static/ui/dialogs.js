/** What is asked and shown in between, each in a dialog of its own. Loaded when the first one is opened. */

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { Account, Settings } from "./settings.js";
import { Dialog } from "./dialog.js";
import { Person, Room } from "./moderation.js";
import { Avatar, Icon } from "./rows.js";
import { Search } from "./search.js";

const REACTIONS = "👍 😄 🎉 👀 🙏 😂 😮 😢 ✅ 💜 🔥 👎 🚀 👏 💯 🤔 🙌 ☕ 🍅 🌱 🐛 🤷 😍 🥳 ❓ ❌ 💡 ✨ 🤝 👋 😅 🫡".split(" ");

/** Keys and what they do, as in the terminal client where a browser leaves them free. */
const KEYS = [
  ["Enter", "key-send"],
  ["Shift+Enter", "key-line"],
  ["Tab", "key-complete"],
  ["↑ ↓", "key-typed"],
  ["Ctrl+↑", "key-choose"],
  ["R + E C D", "key-deeds"],
  ["Alt+E", "key-edit"],
  ["Alt+↑ Alt+↓", "key-step"],
  ["Alt+A", "key-news"],
  ["Ctrl+K", "key-switch"],
  ["Ctrl+F", "key-search"],
  ["Ctrl+End", "key-newest"],
  ["Esc", "key-escape"],
  ["?", "key-keys"],
];

const Keys = ({ ui }) => html`
  <${Dialog} ui=${ui} title=${say("keys")}>
    <dl class="keys">
      ${KEYS.map(([keys, key]) => html`<dt>${keys.split(" ").map((one) => html`<kbd>${one}</kbd> `)}</dt><dd>${say(key)}</dd>`)}
    </dl>
    <p>${say("keys-hint")}</p>
  <//>
`;

const React = ({ ui, pick }) => {
  const take = (sign) => {
    ui.close();
    pick(sign);
  };
  const submit = (event) => {
    event.preventDefault();
    const sign = String(new FormData(event.target).get("sign")).trim();
    if (sign) take(sign);
  };
  return html`<${Dialog} ui=${ui} title=${say("react")}>
    <div class="emoji">${REACTIONS.map((sign) => html`<button type="button" aria-label=${sign} onClick=${() => take(sign)}>${sign}</button>`)}</div>
    <form onSubmit=${submit}><label>${say("other-reaction")}<input name="sign" maxlength="20" autocomplete="off" /></label></form>
  <//>`;
};

const Confirm = ({ ui, text, yes, act }) => html`
  <${Dialog} ui=${ui} title=${text}>
    <div class="actions">
      <button type="button" class="secondary" onClick=${ui.close}>${say("cancel")}</button>
      <button type="button" class="danger" autofocus onClick=${() => (ui.close(), act())}>${yes}</button>
    </div>
  <//>
`;

/** Go to a conversation, a person or a new room by a part of its name. */
const Switcher = ({ chat, ui, people = false }) => {
  const [part, setPart] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef(null);
  const found = places(chat, part.trim(), people);
  const go = (place) => {
    ui.close();
    if (place.join) chat.join(place.name);
    else ui.show(place.name);
  };
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
  const key = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) setChosen((chosen + step + found.length) % found.length);
    else if (event.key === "Enter" && found[chosen]) go(found[chosen]);
    else return;
    event.preventDefault();
  };
  return html`<${Dialog} ui=${ui} label=${say("go-to")} top>
    <div class="search-field"><${Icon} name="search" />
      <input type="search" autofocus role="combobox" aria-expanded="true" aria-controls="places" aria-autocomplete="list"
        aria-activedescendant=${found.length ? `place${chosen}` : undefined} aria-label=${say("go-to")} placeholder=${say(people ? "find-somebody" : "go-to-hint")}
        value=${part} onInput=${(event) => (setPart(event.target.value), setChosen(0))} onKeyDown=${key} /></div>
    <ul class="results" id="places" role="listbox" aria-label=${say("go-to")} ref=${list}>
      ${found.map((place, at) => html`<li role="option" id=${`place${at}`} key=${place.name} aria-selected=${at === chosen}
        onMouseMove=${() => setChosen(at)} onClick=${() => go(place)}>
        ${chat.isRoom(place.name) ? html`<span class="sign">#</span>` : html`<${Avatar} nick=${place.name} small />`}
        <bdi class="name">${chat.isRoom(place.name) ? place.name.replace(/^#/, "") : place.name}</bdi>
        <span class="end">${place.join ? say("come-into") : place.unread ? say("unread-count", { count: place.unread }) : ""}</span></li>`)}
      ${!found.length && html`<li class="empty" role="presentation">${say("nothing-found")}</li>`}
    </ul>
  <//>`;
};

function places(chat, part, onlyPeople) {
  const wanted = chat.fold(part.replace(/^[#@]/, ""));
  const { rooms, people } = chat.ordered();
  const open = (onlyPeople ? people : [...rooms, ...people]).map(({ name, unread }) => ({ name, unread, join: false }));
  const nicks = new Set();
  for (const room of chat.session?.rooms ?? []) for (const { nick } of room.members.values()) nicks.add(nick);
  const others = [...nicks].filter((nick) => !chat.same(nick, chat.nick) && !chat.find(nick)).map((name) => ({ name, unread: 0, join: false }));
  const fits = ({ name }) => chat.fold(name).includes(wanted);
  const found = [...open.sort((one, other) => other.unread - one.unread), ...(part || onlyPeople ? others : [])].filter(fits).slice(0, 40);
  const name = part && !onlyPeople && !/[\s,]/.test(part) ? `#${part.replace(/^#/, "")}` : "";
  return name && !chat.find(name) ? [...found, { name, unread: 0, join: true }] : found;
}

/** The rooms of this server, to come into; or a new one. */
const Rooms = ({ chat, ui }) => {
  const [rooms, setRooms] = useState(null);
  const [part, setPart] = useState("");
  useEffect(() => {
    chat.ask("LIST", [], (events) =>
      setRooms(events.filter(({ code }) => code === "322").map(({ params: [name, count, topic] }) => ({ name, count: Number(count), topic }))),
    );
  }, []);
  const wanted = chat.fold(part.trim());
  const found = (rooms ?? []).filter(({ name, topic }) => !part || chat.fold(name + topic).includes(wanted)).sort((one, other) => other.count - one.count);
  const name = part.trim() && !/[\s,]/.test(part.trim()) ? `#${part.trim().replace(/^#/, "")}` : "";
  const isNew = name && !found.some((room) => chat.same(room.name, name));
  const go = (room) => (ui.close(), chat.join(room));
  return html`<${Dialog} ui=${ui} title=${say("rooms-to-join")}>
    <div class="search-field"><${Icon} name="search" />
      <input type="search" autofocus aria-label=${say("find-or-make-room")} placeholder=${say("find-or-make-room")} value=${part}
        onInput=${(event) => setPart(event.target.value)} onKeyDown=${(event) => event.key === "Enter" && !event.isComposing && event.keyCode !== 229 && (name || found[0]) && go(isNew ? name : found[0].name)} /></div>
    <ul class="results" aria-label=${say("rooms")}>
      ${isNew && html`<li><button type="button" onClick=${() => go(name)}><span class="sign"><${Icon} name="plus" /></span><span class="name">${say("make-room", { room: name })}</span></button></li>`}
      ${found.slice(0, 200).map((room) => html`<li key=${room.name}><button type="button" onClick=${() => go(room.name)}>
        <span class="sign">#</span><bdi class="name">${room.name.replace(/^#/, "")}</bdi><small><bdi>${room.topic}</bdi></small>
        <span class="end">${say("people-count", { count: room.count })}</span></button></li>`)}
      ${rooms === null && html`<li class="empty">${say("loading")}</li>`}
      ${rooms !== null && !found.length && !isNew && html`<li class="empty">${say("no-rooms")}</li>`}
    </ul>
  <//>`;
};

/** By name. */
export const DIALOGS = {
  account: Account,
  confirm: Confirm,
  keys: Keys,
  person: Person,
  react: React,
  room: Room,
  rooms: Rooms,
  search: Search,
  settings: Settings,
  switcher: Switcher,
};
