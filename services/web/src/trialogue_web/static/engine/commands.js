/** What a typed line that begins with "/" asks for: a row for each command, as in the terminal client. */

import { parse } from "../irc/message.js";
import { say } from "../wording/words.js";

/** @typedef {{chat: import("./chat.js").Chat, buffer: import("./buffers.js").Buffer, ui: any, rest: string}} Place */

const words = (text) => text.split(/\s+/).filter(Boolean);
const wantsRoom = ({ chat, buffer, rest }) => {
  const [first = "", ...others] = words(rest);
  return chat.isRoom(first) ? [first, others.join(" ")] : [buffer.name, rest.trim()];
};

/** @type {Record<string, {usage: string, run: (place: Place) => any}>} by name, in the order of the help */
export const COMMANDS = {
  join: {
    usage: "#room [key]",
    run: ({ chat, rest }) => {
      const [names = "", keys = ""] = words(rest);
      const key = keys.split(",");
      names.split(",").filter(Boolean).forEach((name, at) => chat.join(chat.isRoom(name) ? name : `#${name}`, key[at] ?? ""));
    },
  },
  part: { usage: "[#room] [reason]", run: (place) => place.chat.part(...wantsRoom(place)) },
  msg: {
    usage: "nick text",
    run: ({ chat, rest, ui }) => {
      const [, target = "", text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
      if (!target) return usage("msg", chat);
      ui.show(target);
      chat.say(target, text);
    },
  },
  me: { usage: "text", run: ({ chat, buffer, rest }) => chat.say(buffer.name, rest, { kind: "action" }) },
  notice: {
    usage: "nick text",
    run: ({ chat, rest }) => {
      const [, target = "", text = ""] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
      if (target) chat.say(target, text, { kind: "notice" });
      else usage("notice", chat);
    },
  },
  stop: {
    usage: "",
    run: ({ chat, buffer, ui }) => {
      const waiting = chat.outbox.of((target) => chat.same(target, buffer.name)).filter((line) => line.state === "waiting");
      for (const line of waiting) chat.outbox.drop(line.id);
      ui.composer?.put(waiting.map((line) => line.text).join("\n"));
    },
  },
  nick: {
    usage: "name",
    run: ({ chat, rest }) => {
      const [name = ""] = words(rest);
      if (!name) return usage("nick", chat);
      chat.wantedNick = name;
      chat.command("NICK", name);
    },
  },
  topic: {
    usage: "[#room] [text]",
    run: (place) => {
      const [room, text] = wantsRoom(place);
      place.chat.command("TOPIC", room, ...(text ? [text] : []));
    },
  },
  names: { usage: "", run: ({ chat, ui }) => (chat.changed(), ui.setState({ people: true })) },
  who: { usage: "[mask]", run: ({ chat, buffer, rest }) => chat.command("WHO", rest.trim() || buffer.name) },
  whois: { usage: "nick", run: ({ chat, rest, ui, buffer }) => (rest ? ui.open("person", { name: rest.trim(), room: buffer.name }) : usage("whois", chat)) },
  away: { usage: "[text]", run: ({ chat, rest }) => chat.command("AWAY", ...(rest.trim() ? [rest.trim()] : [])) },
  awayall: {
    usage: "[text]",
    run: ({ chat, rest }) => {
      if (chat.account) chat.command("PRIVMSG", "NickServ", `AWAY ${rest}`.trim());
      else chat.command("AWAY", ...(rest.trim() ? [rest.trim()] : []));
    },
  },
  mute: { usage: "[room or nick]", run: ({ chat, buffer, rest }) => level(chat, rest.trim() || buffer.name, "none") },
  unmute: { usage: "[room or nick]", run: ({ chat, buffer, rest }) => level(chat, rest.trim() || buffer.name, "all") },
  block: { usage: "[nick or mask]", run: ({ chat, buffer, rest }) => chat.command("SILENCE", `+${rest.trim() || buffer.name}`) },
  unblock: { usage: "[nick or mask]", run: ({ chat, buffer, rest }) => chat.command("SILENCE", `-${rest.trim() || buffer.name}`) },
  blocked: {
    usage: "",
    run: ({ chat }) =>
      chat.ask("SILENCE", [], (events) => {
        const masks = events.filter(({ code }) => code === "271").map(({ params }) => params[1].replace(/!\*@\*$/, ""));
        chat.show("event", say("blocked-list", { nicks: masks.join(", ") || say("nobody") }));
      }),
  },
  invite: {
    usage: "nick [#room]",
    run: ({ chat, buffer, rest }) => {
      const [nick = "", room = buffer.name] = words(rest);
      if (nick) chat.command("INVITE", nick, room);
      else usage("invite", chat);
    },
  },
  kick: {
    usage: "[#room] nick [reason]",
    run: (place) => {
      const [room, others] = wantsRoom(place);
      const [, nick = "", reason = ""] = /^(\S+)\s*(.*)$/.exec(others) ?? [];
      if (nick) place.chat.command("KICK", room, nick, ...(reason ? [reason] : []));
      else usage("kick", place.chat);
    },
  },
  mode: {
    usage: "[#room or nick] [modes]",
    run: ({ chat, buffer, rest }) => {
      const all = words(rest);
      const target = all.length && !/^[+-]/.test(all[0]) ? all.shift() : buffer.name;
      chat.command("MODE", target ?? "", ...all);
    },
  },
  list: { usage: "", run: ({ ui }) => ui.open("rooms") },
  history: { usage: "", run: ({ chat, buffer }) => chat.older(buffer) },
  search: { usage: "words", run: ({ ui, buffer, rest }) => ui.open("search", { room: buffer.name, words: rest.trim() }) },
  reply: {
    usage: "nick text",
    run: ({ chat, buffer, rest }) => {
      const [, nick = "", text = ""] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
      const said = last(buffer, (one) => chat.same(one.who, nick));
      if (!text || !said) return usage("reply", chat);
      chat.say(buffer.name, buffer.kind === "room" ? `${said.who}: ${text}` : text, { reply: said.msgid });
    },
  },
  react: {
    usage: "nick emoji",
    run: ({ chat, buffer, rest }) => {
      const [nick = "", sign = ""] = words(rest);
      const said = last(buffer, (one) => chat.same(one.who, nick));
      if (sign && said) chat.react(buffer.name, said.msgid, sign);
      else usage("react", chat);
    },
  },
  edit: {
    usage: "text",
    run: ({ chat, buffer, rest }) => {
      const mine = buffer.mine();
      if (mine && rest) chat.edit(buffer.name, mine.msgid, rest);
      else chat.show("trouble", say("nothing-to-take-back"));
    },
  },
  redact: { usage: "", run: redact },
  undo: { usage: "", run: redact },
  register: { usage: "", run: ({ ui }) => ui.open("account", { first: "register" }) },
  verify: { usage: "code", run: ({ chat, rest }) => chat.command("VERIFY", chat.nick, rest.trim()) },
  login: { usage: "", run: ({ ui }) => ui.open("account", { first: "login" }) },
  logout: { usage: "", run: ({ chat }) => chat.logOut() },
  settings: { usage: "", run: ({ ui }) => ui.open("settings") },
  set: { usage: "", run: ({ ui }) => ui.open("settings") },
  raw: {
    usage: "line",
    run: ({ chat, rest }) => {
      const { command, params } = parse(rest);
      chat.command(command, ...params);
    },
  },
  help: { usage: "", run: ({ ui }) => ui.open("keys") },
  quit: { usage: "", run: ({ chat }) => chat.leave() },
};

function redact({ chat, buffer }) {
  const mine = buffer.mine();
  if (mine) chat.redact(buffer.name, mine.msgid);
  else chat.show("trouble", say("nothing-to-take-back"));
}

const last = (buffer, fits) => buffer.entries.findLast((one) => one.msgid && fits(one));

function level(chat, name, how) {
  chat.set({ levels: { ...chat.settings.levels, [chat.fold(name)]: how } });
  chat.show("hint", say(how === "none" ? "is-muted" : "is-not-muted", { name }));
}

function usage(name, chat) {
  chat.show("hint", `/${name} ${COMMANDS[name].usage} — ${say(`command-${name}`)}`);
}

/** The commands that begin like this, for the list above the input. */
export function like(part) {
  return Object.keys(COMMANDS)
    .filter((name) => name.startsWith(part.toLowerCase()))
    .map((name) => ({ text: `/${name}`, hint: [COMMANDS[name].usage, say(`command-${name}`)].filter(Boolean).join(" — ") }));
}

/** Carry out a typed command; a name may be shortened to what is unmistakable. */
export function run(text, buffer, chat, ui) {
  const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const begun = Object.keys(COMMANDS).filter((one) => one.startsWith(name.toLowerCase()));
  const found = (Object.hasOwn(COMMANDS, name.toLowerCase()) ? COMMANDS[name.toLowerCase()] : undefined) ?? (begun.length === 1 ? COMMANDS[begun[0]] : undefined);
  if (!found || !name) chat.show("trouble", say("no-such-command", { name }));
  else if (!chat.online && !["me", "msg", "settings", "set", "help"].includes(name)) chat.show("trouble", say("not-done-offline"));
  else {
    try {
      found.run({ chat, buffer, ui, rest });
    } catch (error) {
      chat.show("trouble", say("cannot-be-sent", { reason: error.message }));
    }
  }
}
