/** What each person sets for themselves, and their account. */

import { html, useState } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { Choice, Dialog, Switch } from "./dialog.js";
import { Avatar } from "./rows.js";
import { Devices, Password } from "./services.js";

export const Settings = ({ chat, ui }) => {
  const { settings } = chat;
  const denied = globalThis.Notification === undefined || Notification.permission === "denied";
  const notify = async (on) => {
    if (on && Notification.permission !== "granted" && (await Notification.requestPermission()) !== "granted") return chat.changed();
    chat.set({ notify: on });
  };
  return html`<${Dialog} ui=${ui} title=${say("settings")}>
    <${Choice} legend=${say("look")} name="theme" value=${settings.theme} onChange=${(theme) => chat.set({ theme })}
      options=${[["system", say("as-system")], ["light", say("light")], ["dark", say("dark")]]} />
    <fieldset><legend>${say("attention")}</legend>
      <${Switch} label=${say("notify")} hint=${say(denied ? "notify-denied" : "notify-hint")} checked=${settings.notify && !denied} disabled=${denied} onChange=${notify} />
      <label>${say("highlights")}
        <input defaultValue=${settings.highlights} placeholder=${say("highlights-hint")} onChange=${(event) => chat.set({ highlights: event.target.value })} /></label>
    </fieldset>
    <fieldset><legend>${say("in-conversations")}</legend>
      <${Switch} label=${say("tell-typing")} checked=${settings.typing} onChange=${(typing) => chat.set({ typing })} />
      <${Switch} label=${say("emoji-names")} checked=${settings.emoji} onChange=${(emoji) => chat.set({ emoji })} />
      <${Switch} label=${say("show-events")} hint=${say("show-events-hint")} checked=${settings.events} onChange=${(events) => chat.set({ events })} />
    </fieldset>
    <div class="actions"><button type="button" class="secondary" onClick=${() => ui.open("keys")}>${say("keys")}</button></div>
  <//>`;
};

/** Who we are: our name, whether we are away, our account. */
export const Account = ({ chat, ui, first = "" }) => {
  const [form, setForm] = useState(first);
  const [problem, setProblem] = useState("");
  const [code, setCode] = useState(false);
  const rename = (event) => {
    event.preventDefault();
    const nick = String(new FormData(event.target).get("nick")).trim();
    if (!nick || nick === chat.nick) return;
    chat.wantedNick = nick;
    chat.command("NICK", nick);
    ui.close();
  };
  const away = (event) => {
    event.preventDefault();
    const text = String(new FormData(event.target).get("away")).trim();
    chat.command("AWAY", ...(text ? [text] : []));
    ui.close();
  };
  const logIn = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    void chat.logIn(String(data.get("account")), String(data.get("password")), data.has("stays"));
    ui.close();
  };
  const register = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const password = String(data.get("password"));
    if (password !== data.get("again")) return setProblem(say("not-the-same"));
    chat.ask("REGISTER", ["*", String(data.get("email")) || "*", password], (events) => {
      const made = events.find(({ type }) => type === "account-made");
      const refused = events.find(({ type }) => type === "told" || type === "refused");
      if (made?.ready) {
        void chat.logIn(made.account, password); // So that the key of it stays on this device.
        ui.close();
      } else if (made) setCode(true);
      else setProblem(refused?.text ?? "");
    });
  };
  const verify = (event) => {
    event.preventDefault();
    chat.command("VERIFY", chat.nick, String(new FormData(event.target).get("code")).trim());
    ui.close();
  };
  const least = chat.session?.features.leastPassword ?? 0;
  return html`<${Dialog} ui=${ui} title=${say("you-here")}>
    <div class="card"><${Avatar} nick=${chat.nick} /><div><h3><bdi>${chat.nick}</bdi></h3>
      <p>${chat.account ? say("logged-in-as", { account: chat.account }) : say("guest-hint")}</p></div></div>
    <form onSubmit=${rename}><label>${say("your-name")}<input name="nick" defaultValue=${chat.nick} maxlength="60" autocomplete="off" spellcheck=${false} /></label>
      <div class="actions"><button class="secondary slim">${say("take-name")}</button></div></form>
    <form onSubmit=${away}><label>${say("away-text")}<input name="away" placeholder=${say("away-hint")} maxlength="200" /></label>
      <div class="actions"><button class="secondary slim">${say(chat.session?.away ? "be-back-or-away" : "be-away")}</button></div></form>
    ${chat.account
      ? html`<fieldset><legend>${say("account")}</legend><p class="hint">${say("account-hint")}</p>
          <div class="actions start"><button type="button" class="secondary slim" onClick=${() => (chat.logOut(), ui.close())}>${say("log-out")}</button></div></fieldset>
          <${Devices} chat=${chat} /><${Password} chat=${chat} />`
      : html`<fieldset><legend>${say("account")}</legend>
          ${problem && html`<p class="problem" role="alert">${problem}</p>`}
          ${!form && html`<p class="hint">${say("account-why")}</p><div class="actions start">
            <button type="button" class="primary slim" onClick=${() => setForm("register")}>${say("make-account", { nick: chat.nick })}</button>
            <button type="button" class="secondary slim" onClick=${() => setForm("login")}>${say("log-in")}</button></div>`}
          ${form === "register" && !code && html`<form class="stack" onSubmit=${register}>
            <label>${say("new-password")}<input name="password" type="password" required minlength=${least || undefined} autocomplete="new-password" autofocus /></label>
            <label>${say("password-again-field")}<input name="again" type="password" required autocomplete="new-password" /></label>
            <label>${say("email")}<input name="email" type="email" autocomplete="email" /></label>
            <div class="actions"><button class="primary slim">${say("make-account", { nick: chat.nick })}</button></div></form>`}
          ${code && html`<form class="stack" onSubmit=${verify}><p class="hint">${say("code-sent")}</p>
            <label>${say("code")}<input name="code" required autocomplete="one-time-code" /></label>
            <div class="actions"><button class="primary slim">${say("finish")}</button></div></form>`}
          ${form === "login" && html`<form class="stack" onSubmit=${logIn}>
            <label>${say("account-name")}<input name="account" required defaultValue=${chat.nick} autocomplete="username" /></label>
            <label>${say("password")}<input name="password" type="password" required autocomplete="current-password" autofocus /></label>
            <label class="check"><input type="checkbox" name="stays" defaultChecked /><span>${say("stay-logged-in")}</span></label>
            <div class="actions"><button class="primary slim">${say("log-in")}</button></div></form>`}
        </fieldset>`}
    <div class="actions start"><button type="button" class="danger slim" onClick=${() => chat.leave()}>${say("leave")}</button></div>
  <//>`;
};
