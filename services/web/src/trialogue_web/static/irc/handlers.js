/** What each message of the server means: mirrors the terminal client's `core.user_messages`, `core.server_messages` and `core.numerics`. */

import { editsOf, IDEMPOTENCY_KEY, message, parseModes, replyOf } from "./message.js";
import { member } from "./network.js";

const CTCP = "\x01";
const ODD_ERRORS = ["696", "525", "691", "697", "723", "734", "926"];
const MECHANISM = "SCRAM-SHA-256";

/** A numeric error tells that something was not done. */
export function isError(code) {
  return ("45".includes(code[0]) && code !== "422") || ODD_ERRORS.includes(code);
}

function said(session, whole, source) {
  if (whole.params.length < 2) return [];
  const [target, body] = whole.params;
  let text = body;
  let kind = whole.command === "NOTICE" ? "notice" : "talk";
  if (text.startsWith(CTCP)) {
    const [, name, rest = ""] = /^\x01([^ \x01]*) ?([^\x01]*)/.exec(text) ?? [];
    if (name !== "ACTION" || kind === "notice") return [];
    [text, kind] = [rest, "action"];
  }
  const me = isOurs(session, whole, source);
  const isPrivate = !session.features.isRoom(target);
  const room = isPrivate ? "" : session.features.bareRoom(target);
  const where = isPrivate ? (me ? target : source.user ? source.nick : "") : room;
  return [{
    type: "said", where, target, who: source.nick, source, account: whole.tags.account ?? "", text, kind, me,
    private: isPrivate, reply: replyOf(whole.tags), edits: editsOf(whole.tags), key: whole.tags[IDEMPOTENCY_KEY] ?? "",
  }]; // prettier-ignore
}

/** Ours is what comes under our nick; of the past, what an account of ours said, too. */
function isOurs(session, whole, source) {
  const account = whole.tags.account ?? "";
  if (session.account && account) return session.fold(account) === session.fold(session.account);
  return session.isMe(source.nick);
}

function whereIs(session, target, source) {
  if (session.features.isRoom(target)) return session.features.bareRoom(target);
  return session.isMe(source.nick) ? target : source.nick;
}

function join(session, { params: [room = "", account = "", realname = ""] }, who) {
  if (!room) return [];
  const me = session.isMe(who.nick);
  if (me) {
    session.rooms.entered(room);
    session.mask = { ...who };
  }
  session.rooms.add(room, member(who.nick, { user: who.user, host: who.host, account: account === "*" ? "" : account, realname }));
  return [{ type: "joined", room, who: who.nick, me }];
}

function leave(session, room, nick) {
  if (session.isMe(nick)) session.rooms.left(room);
  else session.rooms.remove(room, nick);
}

function part(session, { params: [room = "", reason = ""] }, who) {
  const me = session.isMe(who.nick);
  leave(session, room, who.nick);
  return [{ type: "parted", room, who: who.nick, reason, me }];
}

function kick(session, { params: [room = "", nick = "", reason = ""] }, by) {
  const me = session.isMe(nick);
  leave(session, room, nick);
  return [{ type: "kicked", room, nick, by: by.nick, reason, me }];
}

function quit(session, { params: [reason = ""] }, who) {
  const rooms = session.rooms.shared(who.nick);
  for (const room of rooms) session.rooms.remove(room, who.nick);
  return [{ type: "quit", who: who.nick, reason, rooms, me: session.isMe(who.nick) }];
}

function nick(session, { params: [now = ""] }, { nick: old }) {
  if (!now) return [];
  const me = session.isMe(old);
  if (me) {
    session.nick = now;
    session.mask = { ...session.mask, nick: now };
  }
  const rooms = session.rooms.shared(old);
  session.rooms.rename(old, now);
  return [{ type: "renamed", old, new: now, rooms, me }];
}

function topic(session, { params: [room = "", text = ""] }, by) {
  const there = session.rooms.get(room);
  if (there) there.topic = text;
  return [{ type: "topic-changed", room, topic: text, by: by.nick }];
}

function mode(session, { params: [target = "", modes = "", ...rest] }, by) {
  const changes = parseModes(modes, rest, session.features.takesParam);
  for (const change of changes) session.rooms.apply(target, change);
  return [{ type: "mode", target, by: by.nick, changes }];
}

function away(session, { params }, who) {
  for (const one of session.rooms.everywhere(who.nick)) one.away = params.length > 0;
  return [{ type: "away", nick: who.nick, message: params[0] ?? null, me: session.isMe(who.nick) }];
}

function detail(field, read = (value) => value) {
  return (session, { params: [value = ""] }, who) => {
    for (const one of session.rooms.everywhere(who.nick)) one[field] = read(value);
    return [{ type: "details", nick: who.nick }];
  };
}

function chghost(session, { params: [user = "", host = ""] }, who) {
  for (const one of session.rooms.everywhere(who.nick)) Object.assign(one, { user, host });
  if (session.isMe(who.nick)) session.mask = { nick: session.nick, user, host };
  return [{ type: "details", nick: who.nick }];
}

function cap(session, { params }) {
  const verb = (params[1] ?? "").toUpperCase();
  const names = (params.length > 2 ? params[params.length - 1] : "").split(" ").filter(Boolean);
  if (verb === "LS" || verb === "NEW") {
    for (const name of names) session.offered.set(name.split("=")[0], name.slice(name.indexOf("=") + 1 || name.length));
    if (verb === "NEW") session.ask(names.map((name) => name.split("=")[0]));
    else if (params.length === 3) session.ask([...session.offered.keys()]);
  } else if (verb === "DEL") {
    for (const name of names) session.enabled.delete(name);
  } else if ((verb === "ACK" || verb === "NAK") && session.answeredCaps(names, verb === "ACK") && !session.registered) {
    if (!session.logsIn) session.endNegotiation();
    else if (session.has("sasl")) session.command("AUTHENTICATE", MECHANISM);
    else return [{ type: "login-failed", why: "no-accounts", reason: "" }];
  }
  return [];
}

function standardReply(_, { command, params }) {
  const [verb = "", code = "", ...context] = params.slice(0, -1);
  return [{ type: "told", severity: command, command: verb, code, context, text: params[params.length - 1] ?? "" }];
}

function registered(session, { params: [verdict = "", account = "", text = ""] }) {
  return [{ type: "account-made", account, ready: verdict === "SUCCESS", text }];
}

const NUMERICS = {
  "001": (session, whole, source) => {
    session.nick = whole.params[0] || session.nick;
    session.registered = true;
    session.server = source.nick;
    session.mask = { ...session.mask, nick: session.nick };
    return [{ type: "registered", nick: session.nick, server: source.nick }];
  },
  "005": (session, { params }) => {
    session.features.update(params.slice(1, -1));
    return [{ type: "features" }];
  },
  331: (session, { params: [, room = ""] }) => told(session, room, ""),
  332: (session, { params: [, room = "", text = ""] }) => told(session, room, text),
  353: (session, { params: [, , room = "", names = ""] }) => {
    session.rooms.name(room, names.split(" ").filter(Boolean));
    return [];
  },
  366: (session, { params: [, room = ""] }) => [{ type: "names", room, onJoin: session.rooms.endNames(room) }],
  324: (session, { params: [, room = "", modes = "", ...rest] }) => {
    const there = session.rooms.get(room);
    const changes = parseModes(modes, rest, session.features.takesParam);
    if (there) there.modes = changes.map((change) => change.mode).join("");
    return [{ type: "room-modes", room, changes }];
  },
  305: (session) => ((session.away = false), [{ type: "away", nick: session.nick, message: null, me: true }]),
  306: (session) => ((session.away = true), [{ type: "away", nick: session.nick, message: "", me: true }]),
  396: (session, { params: [, host = ""] }) => ((session.mask = { ...session.mask, host: host.split("@").pop() }), []),
  432: (_, { params }) => [{ type: "nick-refused", nick: params[1] ?? "", reason: params[params.length - 1] ?? "" }],
  433: (_, { params }) => [{ type: "nick-taken", nick: params[1] ?? "", reason: params[params.length - 1] ?? "" }],
  900: (session, { params: [, , account = ""] }) => ((session.account = account), [{ type: "logged-in", account }]),
  901: (session) => ((session.account = ""), [{ type: "logged-out" }]),
  903: () => [{ type: "login-accepted" }],
  902: (_, { params }) => loginFailed(params),
  904: (_, { params }) => loginFailed(params),
  905: (_, { params }) => loginFailed(params),
  906: () => [],
  908: () => [],
};

/** What is wrong with a login, in our words where it is the password, and in the server's where it is something else. */
function loginFailed(params) {
  const reason = (params[params.length - 1] ?? "").replace(/^SASL authentication failed(: )?/, "");
  const why = !reason || reason.startsWith("wrong account name or password") ? "wrong-password" : "login-refused";
  return [{ type: "login-failed", why, reason }];
}

function told(session, room, text) {
  const there = session.rooms.get(room);
  if (there) there.topic = text;
  return [{ type: "topic-told", room, topic: text }];
}

/** By command. Each takes the session, the message and its source, and returns events. */
export const HANDLERS = {
  numeric: (session, whole, source) => {
    const handler = NUMERICS[whole.command];
    if (handler) return handler(session, whole, source);
    const type = isError(whole.command) ? "refused" : "reply";
    return [{ type, code: whole.command, params: whole.params.slice(1), text: whole.params[whole.params.length - 1] ?? "" }];
  },
  PRIVMSG: said,
  NOTICE: said,
  TAGMSG: (session, { params: [target = ""], tags }, who) => [
    { type: "tagged", where: whereIs(session, target, who), who: who.nick, tags, me: session.isMe(who.nick) },
  ],
  REDACT: (session, { params: [target = "", redacted = "", reason = ""] }, by) => [
    { type: "redacted", where: whereIs(session, target, by), redacted, by: by.nick, reason, me: session.isMe(by.nick) },
  ],
  MARKREAD: (_, { params: [target = "", until = ""] }) => [
    { type: "marked", target, until: Date.parse(until.replace(/^timestamp=/, "")) || 0 },
  ],
  CHATHISTORY: (_, { params: [kind, target = "", latest = ""] }) =>
    kind === "TARGETS" && target ? [{ type: "conversed", target, latest: Date.parse(latest) || 0 }] : [],
  JOIN: join,
  PART: part,
  KICK: kick,
  QUIT: quit,
  NICK: nick,
  TOPIC: topic,
  MODE: mode,
  AWAY: away,
  ACCOUNT: detail("account", (value) => (value === "*" ? "" : value)),
  SETNAME: detail("realname"),
  CHGHOST: chghost,
  INVITE: (session, { params: [invited = "", room = ""] }, by) => [
    { type: "invited", room, nick: invited, by: by.nick, me: session.isMe(invited) },
  ],
  RENAME: (session, { params: [old = "", now = "", reason = ""] }, by) => {
    session.rooms.move(old, now);
    return [{ type: "room-renamed", old, new: now, by: by.nick, reason }];
  },
  SILENCE: (_, { params: [entry = ""] }) => [{ type: "block-changed", entry: entry.slice(1), on: entry[0] === "+" }],
  PING: (session, { params }) => {
    session.send(message("PONG", [params[params.length - 1] ?? ""]));
    return [];
  },
  PONG: (_, { params }) => [{ type: "ponged", token: params[params.length - 1] ?? "" }],
  ERROR: (_, { params: [reason = ""] }) => [{ type: "closed", reason }],
  CAP: cap,
  AUTHENTICATE: (_, { params: [text = ""] }) => [{ type: "challenged", text }],
  FAIL: standardReply,
  WARN: standardReply,
  NOTE: standardReply,
  ACK: () => [{ type: "acknowledged" }],
  REGISTER: registered,
  VERIFY: registered,
};
