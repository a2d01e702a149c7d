/** The first page: a name, and one is in. An account's password is asked for only of those who have one. */

import { html, useState } from "../vendor/preact.js";
import { say } from "../wording/words.js";
import { Icon } from "./rows.js";

/** What is wrong about which field. */
const OF_ACCOUNT = ["wrong-password", "login-refused", "password-again", "nick-of-account", "no-accounts", "no-cryptography"];

export const Door = ({ chat, me, problem }) => {
  const needsPassword = problem !== null && OF_ACCOUNT.includes(problem.key);
  const [own, setOwn] = useState(Boolean(me.account) || needsPassword);
  const [shown, setShown] = useState(problem);
  if (shown !== problem) {
    setShown(problem);
    if (needsPassword) setOwn(true);
  }
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const nick = String(data.get("nick")).trim();
    const password = String(data.get("password") ?? "");
    chat.enter({ nick, account: password ? nick : "", password, stays: data.has("stays") });
  };
  const busy = chat.state === "connecting";
  return html`<main class="door">
    <form onSubmit=${submit} aria-describedby=${problem ? "problem" : undefined}>
      <span class="logo" aria-hidden="true"><i></i><i></i><i></i></span>
      <h1>${say("welcome")}</h1>
      <p class="lead">${say("welcome-hint")}</p>
      ${problem && html`<p class="problem" id="problem" role="alert"><${Icon} name="alert" />${say(problem.key, problem.values)}</p>`}
      <label>${say("your-name")}
        <input name="nick" required autofocus autocomplete="username" autocapitalize="off" spellcheck=${false} maxlength="60"
          pattern="[^\\s:#&,!@*?][^\\s,!@*?]*" title=${say("name-rule")} defaultValue=${me.nick ?? ""} />
      </label>
      ${own && html`<label>${say("password")}
        <input name="password" type="password" autocomplete="current-password" required=${needsPassword} /></label>
        <label class="check"><input type="checkbox" name="stays" defaultChecked /> <span>${say("stay-logged-in")}</span></label>`}
      <button type="submit" class="primary" disabled=${busy}>${say(busy ? "connecting" : "come-in")}</button>
      <button type="button" class="link" onClick=${() => setOwn(!own)}>${say(own ? "without-account" : "with-account")}</button>
    </form>
    <p class="fine">${say("door-hint")}</p>
  </main>`; // prettier-ignore
};
