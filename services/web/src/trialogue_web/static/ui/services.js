/** What NickServ and ChanServ do, as forms: devices, password and end of an account; a room that stays. */

import { html, useEffect, useState } from "../vendor/preact.js";
import { fullTime, say } from "../wording/words.js";
import { Choice, Switch } from "./dialog.js";

/** How NickServ shows a device: ``12: bob from 192.0.2.7, TLS, since 2026-01-02T03:04:05.000Z (this one)`` */
const DEVICE = /^(\S+): (\S+) from (\S+?)(?:, TLS)?, since (\S+)( \(this one\))?$/;

/** Say something to a service; `done` takes the sentences of its answer. */
const tell = (chat, service, text, done) =>
  chat.ask("PRIVMSG", [service, text], (events) =>
    done(events.filter(({ type, me }) => (type === "said" && !me) || type === "told").map((one) => one.text)),
  );

/** The connections of this account, each to be ended. */
export const Devices = ({ chat }) => {
  const [devices, setDevices] = useState(/** @type {any[] | null} */ (null));
  const load = () =>
    tell(chat, "NickServ", "SESSIONS", (texts) =>
      setDevices(texts.map((text) => DEVICE.exec(text)).filter(Boolean).map((found) => {
        const [, id, nick, address, since, here] = /** @type {RegExpExecArray} */ (found);
        return { id, nick, address, since: Date.parse(since), here: Boolean(here) };
      })),
    );
  useEffect(() => void load(), []);
  const end = (which) => tell(chat, "NickServ", `SESSIONS END ${which}`, load);
  return html`<fieldset><legend>${say("devices")}</legend>
    ${devices === null && html`<p class="hint">${say("loading")}</p>`}
    <ul class="devices">${(devices ?? []).map((one) => html`<li key=${one.id}>
      <span><b><bdi>${one.nick}</bdi></b> <small><bdi>${one.address}</bdi> · ${say("since", { time: fullTime(one.since) })}</small></span>
      ${one.here ? html`<small>${say("this-device")}</small>` : html`<button type="button" class="link" onClick=${() => end(one.id)}>${say("end-device")}</button>`}
    </li>`)}</ul>
    ${devices !== null && devices.length > 1 && html`<div class="actions start"><button type="button" class="secondary slim" onClick=${() => end("others")}>${say("end-others")}</button></div>`}
  </fieldset>`;
};

/** Another password, and the end of the account. */
export const Password = ({ chat }) => {
  const [answer, setAnswer] = useState("");
  const change = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const [old, password] = [String(data.get("old")), String(data.get("new"))];
    tell(chat, "NickServ", `SET PASSWORD ${old} ${password}`, (texts) => {
      setAnswer(texts.join(" "));
      if (texts.some((text) => text.startsWith("Your password is changed"))) void chat.logIn(chat.account, password);
    });
  };
  const drop = (event) => {
    event.preventDefault();
    tell(chat, "NickServ", `DROP ${String(new FormData(event.target).get("password"))}`, (texts) => setAnswer(texts.join(" ")));
  };
  const least = chat.session?.features.leastPassword || undefined;
  return html`<details><summary>${say("password-and-end")}</summary>
    ${answer && html`<p class="hint" role="status">${answer}</p>`}
    <form class="stack" onSubmit=${change}>
      <label>${say("old-password")}<input name="old" type="password" required pattern="\\S+" autocomplete="current-password" /></label>
      <label>${say("new-password")}<input name="new" type="password" required pattern="\\S+" title=${say("no-spaces")} minlength=${least} autocomplete="new-password" /></label>
      <div class="actions"><button class="secondary slim">${say("change-password")}</button></div></form>
    <form class="stack" onSubmit=${drop}>
      <label>${say("password-to-delete")}<input name="password" type="password" required pattern="\\S+" autocomplete="off" /></label>
      <div class="actions"><button class="danger slim">${say("delete-account")}</button></div></form>
  </details>`;
};

const HISTORY = { all: "all", joined: "what was said since they joined", none: "none" };

/** Whose a room is, and what stays of it when everybody has left. */
export const Registration = ({ chat, name }) => {
  const [lines, setLines] = useState(/** @type {string[] | null} */ (null));
  const [answer, setAnswer] = useState("");
  const load = () => tell(chat, "ChanServ", `INFO ${name}`, setLines);
  useEffect(() => void load(), [name]);
  const order = (text) => tell(chat, "ChanServ", text, (texts) => (setAnswer(texts.join(" ")), load()));
  if (lines === null) return null;
  const is = lines.some((text) => text.includes(" belongs to "));
  const readable = lines.find((text) => text.startsWith("Of its history"))?.split(": ")[1];
  const history = Object.entries(HISTORY).find(([, words]) => words === readable)?.[0] ?? "all";
  return html`<fieldset><legend>${say("room-stays")}</legend>
    ${is ? html`<p class="hint">${lines[0]}</p>
        <${Choice} legend=${say("history-for")} name="history" value=${history} onChange=${(one) => order(`SET HISTORY ${name} ${one}`)}
          options=${[["all", say("history-all")], ["joined", say("history-joined")], ["none", say("history-none")]]} />
        <${Switch} label=${say("keep-topic")} checked=${lines.some((text) => text.startsWith("Its topic is kept") && text.endsWith("yes"))}
          onChange=${(on) => order(`SET KEEPTOPIC ${name} ${on ? "on" : "off"}`)} />`
      : html`<p class="hint">${say("room-stays-hint")}</p>
        <div class="actions start"><button type="button" class="secondary slim" onClick=${() => order(`REGISTER ${name}`)}>${say("keep-room")}</button></div>`}
    ${answer && html`<p class="hint" role="status">${answer}</p>`}
  </fieldset>`;
};
