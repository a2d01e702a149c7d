/** Looking for what was said; what is found opens in its place.  https://github.com/ircv3/ircv3-specifications/pull/496 */

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { escapeValue } from "../irc/message.js";
import { stripFormatting } from "../irc/text.js";
import { clockTime, dayName, say } from "../wording/words.js";
import { Choice, Dialog } from "./dialog.js";
import { hueOf, Icon, quoted } from "./rows.js";

const PAUSE = 250;

/** Read ``words [from nick] [in #room]``, the last two in any order. */
export function query(text, isRoom) {
  const found = { text: text.trim(), from: "", in: "" };
  for (let turn = 0; turn < 2; turn += 1) {
    const where = /(?:^|\s)in (\S+)$/i.exec(found.text);
    const who = /(?:^|\s)from (\S+)$/i.exec(found.text);
    if (!found.in && where && isRoom(where[1])) Object.assign(found, { in: where[1], text: found.text.slice(0, where.index).trim() });
    else if (!found.from && who) Object.assign(found, { from: who[1], text: found.text.slice(0, who.index).trim() });
  }
  return found;
}

export const Search = ({ chat, ui, room = "", words = "" }) => {
  const [text, setText] = useState(words);
  const [here, setHere] = useState("everywhere");
  const [hits, setHits] = useState(/** @type {any[] | null} */ (null));
  const asked = useRef("");
  useEffect(() => {
    const wanted = { ...query(text, chat.isRoom) };
    if (here === "here" && room) wanted.in ||= room;
    const line = Object.entries(wanted).filter(([, value]) => value).map(([name, value]) => `${name}=${escapeValue(value)}`).join(";");
    asked.current = line;
    if (!wanted.text && !wanted.from) return setHits(null);
    const timer = setTimeout(() => {
      chat.ask("SEARCH", [line], (events) => asked.current === line && setHits(events.filter(({ type }) => type === "said").reverse()));
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, here]);
  const go = (hit) => {
    ui.close();
    ui.show(hit.where);
    requestAnimationFrame(() => requestAnimationFrame(() => ui.log?.go(hit.msgid)));
  };
  if (!chat.has("draft/search")) return html`<${Dialog} ui=${ui} title=${say("search")}><p>${say("cannot-search")}</p><//>`;
  return html`<${Dialog} ui=${ui} label=${say("search")} top>
    <div class="search-field"><${Icon} name="search" />
      <input type="search" autofocus aria-label=${say("search")} placeholder=${say("search-hint")} value=${text} onInput=${(event) => setText(event.target.value)} /></div>
    ${room && html`<div class="dialog-body"><${Choice} legend="" name="where" value=${here} onChange=${setHere} options=${[["everywhere", say("everywhere")], ["here", say("in-place", { name: room })]]} /></div>`}
    <ul class="results" aria-label=${say("results")} aria-live="polite">
      ${(hits ?? []).map((hit) => html`<li key=${hit.msgid}><button type="button" class="hit" onClick=${() => go(hit)}>
        <span class="from"><b class=${`hue-${hueOf(hit.who)}`}><bdi>${hit.who}</bdi></b><bdi>${hit.where}</bdi><span class="end">${dayName(hit.at)}, ${clockTime(hit.at)}</span></span>
        <span class="words">${quoted(stripFormatting(hit.text), 240)}</span></button></li>`)}
      ${hits === null && html`<li class="empty">${say("search-empty")}</li>`}
      ${hits?.length === 0 && html`<li class="empty">${say("nothing-found")}</li>`}
    </ul>
  <//>`;
};
