/** What is to be known and done about one person, and about one room. */

import { html, useEffect, useState } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { Choice, Dialog, Switch } from "./dialog.js";
import { Avatar } from "./rows.js";
import { Registration } from "./services.js";
import { stripFormatting } from "../irc/text.js";

/** What WHOIS tells, by numeric: the label, and the value in the parameters without our nick. */
const FACTS = {
  311: ["real-name", ([, , , , name]) => stripFormatting(name ?? "")],
  330: ["account", ([, account]) => account],
  319: ["is-in", ([, rooms]) => rooms],
  317: ["silent-for", ([, seconds]) => span(Number(seconds))],
  301: ["away", ([, text]) => text],
  313: ["rights", () => say("server-operator")],
  335: ["kind", () => say("bot")],
};

/** A time span in words, to its largest unit. */
export function span(seconds) {
  for (const [size, unit] of [[86_400, "days"], [3600, "hours"], [60, "minutes"]]) {
    if (seconds >= Number(size)) return say(String(unit), { count: Math.floor(seconds / Number(size)) });
  }
  return say("seconds", { count: seconds });
}

const moderates = (chat, room) => /[~&@%]/.test(chat.session?.rooms.member(room, chat.nick)?.symbols ?? "");

export const Person = ({ chat, ui, name, room = "" }) => {
  const [facts, setFacts] = useState(null);
  useEffect(() => {
    chat.ask("WHOIS", [name], (events) => setFacts(events.filter(({ code }) => code in FACTS || code === "401")));
  }, [name]);
  const me = chat.same(name, chat.nick);
  const member = chat.session?.rooms.member(room, name);
  const gone = facts?.some(({ code }) => code === "401");
  const level = chat.levelOf(name);
  const then = (act) => () => (ui.close(), act());
  return html`<${Dialog} ui=${ui} title=${say("person")}>
    <div class="card"><${Avatar} nick=${name} /><div><h3><bdi>${name}</bdi></h3>
      <p>${facts === null ? say("loading") : gone ? say("not-here") : member?.symbols ? say(titleOf(member.symbols), { room }) : say(me ? "you" : "here-now")}</p></div></div>
    ${facts?.length > 0 && !gone && html`<dl class="facts">${facts.map(({ code, params }) => html`<dt>${say(FACTS[code][0])}</dt><dd><bdi>${FACTS[code][1](params)}</bdi></dd>`)}</dl>`}
    ${!me && html`<div class="actions start">
      <button type="button" class="primary slim" onClick=${then(() => ui.show(name))}>${say("write-to")}</button>
      <button type="button" class="secondary slim" onClick=${then(() => ui.composer?.insert(`${name}: `))}>${say("mention")}</button>
      ${chat.session?.features.blocks && html`<button type="button" class="secondary slim" onClick=${then(() => chat.command("SILENCE", `+${name}`))}>${say("block")}</button>
        <button type="button" class="secondary slim" onClick=${then(() => chat.command("SILENCE", `-${name}`))}>${say("unblock")}</button>`}
      <button type="button" class="secondary slim" onClick=${() => chat.set({ levels: { ...chat.settings.levels, [chat.fold(name)]: level === "none" ? "all" : "none" } })}>${say(level === "none" ? "unmute" : "mute")}</button>
      ${chat.find(name) && html`<button type="button" class="secondary slim" onClick=${then(() => chat.close(name))}>${say("close-conversation")}</button>`}
    </div>`}
    ${member && !me && moderates(chat, room) && html`<${Moderation} chat=${chat} ui=${ui} member=${member} room=${room} />`}
  <//>`;
};

const titleOf = (symbols) => ("~&@".includes(symbols[0]) ? "operator-of" : symbols[0] === "%" ? "half-operator-of" : "voiced-in");

const Moderation = ({ chat, ui, member, room }) => {
  const [reason, setReason] = useState("");
  const { nick, symbols, account, host } = member;
  const mask = account ? `~account:${account}` : host ? `*!*@${host}` : `${nick}!*@*`;
  const mode = (change) => () => (chat.command("MODE", room, change, nick), ui.close());
  const kick = () => chat.command("KICK", room, nick, ...(reason.trim() ? [reason.trim()] : []));
  const isOp = symbols.includes("@");
  const hasVoice = symbols.includes("+");
  return html`<fieldset><legend>${say("moderation-in", { room })}</legend>
    <label>${say("reason")}<input value=${reason} maxlength="200" onInput=${(event) => setReason(event.target.value)} /></label>
    <div class="actions start">
      <button type="button" class="danger slim" onClick=${() => (kick(), ui.close())}>${say("put-out-of-room")}</button>
      <button type="button" class="danger slim" onClick=${() => (chat.command("MODE", room, "+b", mask), kick(), ui.close())}>${say("ban")}</button>
      <button type="button" class="danger slim" onClick=${() => (chat.command("MODE", room, "+b", `~mute:${mask}`), ui.close())}>${say("silence-in-room")}</button>
      <button type="button" class="secondary slim" onClick=${mode(isOp ? "-o" : "+o")}>${say(isOp ? "take-operator" : "make-operator")}</button>
      <button type="button" class="secondary slim" onClick=${mode(hasVoice ? "-v" : "+v")}>${say(hasVoice ? "take-voice" : "give-voice")}</button>
    </div>
  </fieldset>`;
};

/** The modes of a room that are switches here. */
const MODES = [["m", "mode-m"], ["i", "mode-i"], ["t", "mode-t"], ["s", "mode-s"]];

export const Room = ({ chat, ui, name }) => {
  const [bans, setBans] = useState(/** @type {string[] | null} */ (null));
  const may = moderates(chat, name);
  const here = chat.session?.rooms.get(name);
  const buffer = chat.find(name);
  const loadBans = () => chat.ask("MODE", [name, "+b"], (events) => setBans(events.filter(({ code }) => code === "367").map(({ params }) => params[1])));
  useEffect(() => {
    chat.ask("MODE", [name], () => {});
    if (may) loadBans();
  }, [name]);
  const topic = (event) => {
    event.preventDefault();
    chat.command("TOPIC", name, String(new FormData(event.target).get("topic")).replace(/\s*\n\s*/g, " ").trim());
    ui.close();
  };
  const key = (event) => {
    event.preventDefault();
    const word = String(new FormData(event.target).get("key")).trim();
    chat.command("MODE", name, ...(word ? ["+k", word] : ["-k", "*"]));
    ui.close();
  };
  const invite = (event) => {
    event.preventDefault();
    chat.command("INVITE", String(new FormData(event.target).get("nick")).trim(), name);
    ui.close();
  };
  return html`<${Dialog} ui=${ui} title=${name}>
    <form onSubmit=${topic}><label>${say("topic")}
      <textarea name="topic" rows="2" maxlength=${chat.session?.features.topicLength} placeholder=${say("no-topic")}>${stripFormatting(buffer?.topic ?? "")}</textarea></label>
      <div class="actions"><button class="secondary slim">${say("set-topic-button")}</button></div></form>
    <${Choice} legend=${say("tell-me-of")} name="level" value=${chat.levelOf(name)}
      onChange=${(level) => chat.set({ levels: { ...chat.settings.levels, [chat.fold(name)]: level } })}
      options=${[["all", say("level-all")], ["mentions", say("level-mentions")], ["none", say("level-none")]]} />
    ${here && html`<form onSubmit=${invite}><label>${say("invite-somebody")}<input name="nick" required autocomplete="off" /></label>
      <div class="actions"><button class="secondary slim">${say("invite")}</button></div></form>`}
    ${may && html`<fieldset><legend>${say("room-rules")}</legend>
      ${MODES.map(([mode, key]) => html`<${Switch} label=${say(key)} checked=${here?.modes.includes(mode)} onChange=${(on) => chat.command("MODE", name, `${on ? "+" : "-"}${mode}`)} />`)}
      <form onSubmit=${key}><label>${say("room-key")}<input name="key" autocomplete="off" placeholder=${say(here?.modes.includes("k") ? "room-has-key" : "room-has-no-key")} /></label>
        <div class="actions"><button class="secondary slim">${say("set-key")}</button></div></form>
    </fieldset>
    <fieldset><legend>${say("bans")}</legend>
      ${bans === null ? html`<p class="hint">${say("loading")}</p>` : bans.length === 0 ? html`<p class="hint">${say("no-bans")}</p>` : html`<ul>
        ${bans.map((mask) => html`<li key=${mask} class="check"><bdi>${mask}</bdi>
          <button type="button" class="link" onClick=${() => (chat.command("MODE", name, "-b", mask), loadBans())}>${say("lift-ban")}</button></li>`)}</ul>`}
    </fieldset>`}
    ${chat.account && may && html`<${Registration} chat=${chat} name=${name} />`}
    <div class="actions start"><button type="button" class="danger slim" onClick=${() => (ui.close(), chat.part(name))}>${say("leave-room")}</button></div>
  <//>`;
};
