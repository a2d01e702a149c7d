/** What follows from what happens on the network: where it is read, what is unread, what calls. */

import { formatModes, reactionOf, replyOf, takenBackOf } from "../irc/message.js";
import { hasWord, stripFormatting } from "../irc/text.js";
import { entry, isSaid } from "./buffers.js";

const CANNOT_JOIN = ["403", "405", "437", "471", "473", "474", "475", "476", "477", "489", "520"];
/** Replies that nobody needs to read: greetings of every connection, and ends of lists. */
const SILENT = ("002 003 004 005 042 221 250 251 252 253 254 255 265 266 315 318 321 323 329 333 347 349 368 369 374 " +
  "375 376 422 730 731 734").split(" "); // prettier-ignore

/** Take in a message or what is about one; false for anything else. */
export function received(chat, event) {
  chat.typing.follow(event);
  if (event.type === "said") said(chat, event);
  else if (event.type === "tagged") tagged(chat, event);
  else if (event.type === "redacted") redacted(chat, event);
  else return false;
  return true;
}

/** Take in a page of history. */
export function page(chat, buffer, events, { missed = false, full = false, older = false } = {}) {
  if (missed && full) buffer.beginAnew();
  const points = events.filter((event) => event.msgid);
  if (points.length && (older || !buffer.first)) buffer.first = points[0].msgid;
  const came = [];
  for (const event of events) {
    if (event.type === "said") {
      if (!(event.edits && buffer.edit(event.edits, entryOf(chat, event)))) came.push(entryOf(chat, event));
    }
  }
  if (older) buffer.prepend(came);
  else {
    const news = buffer.extend(came);
    noteLast(buffer, points);
    countMissed(chat, buffer, news, missed);
  }
  for (const event of events) if (event.type === "tagged") reacted(chat, buffer, event);
  chat.changed();
}

/** A row for a message. */
export function entryOf(chat, event) {
  const mention = !event.me && !event.private && callsUs(chat, event.text);
  return entry(event.kind, event.text, event.at ?? chat.now(), {
    msgid: event.msgid, who: event.who, by: speaker(event), me: event.me, mention, reply: event.reply,
    edited: event.edits !== "",
  }); // prettier-ignore
}

/** Who somebody is, for what only they may change: an account, or a guest's whole mask, since a nick may be taken by others. */
function speaker({ account, source }) {
  return account ? `account ${account}` : `${source.nick}!${source.user}@${source.host}`;
}

export function callsUs(chat, text) {
  const plain = stripFormatting(text);
  const words = chat.settings.highlights.split(",").map((word) => word.trim());
  return [chat.nick, ...words].some((word) => hasWord(plain, word));
}

function countMissed(chat, buffer, news, missed) {
  const known = missed || (chat.account && (buffer.readUntil || buffer.kind === "person"));
  const level = chat.levelOf(buffer.name);
  const counts = (one) => isSaid(one) && !one.me && (level === "all" || one.mention || buffer.kind === "person");
  const unread = known ? news.filter((one) => counts(one) && (missed || one.at > buffer.readUntil)) : [];
  if (!unread.length || level === "none") return;
  buffer.markUnread(unread[0]);
  if (buffer === chat.active && chat.watched) return;
  buffer.unread += unread.length;
  buffer.mentions += unread.filter((one) => one.mention || buffer.kind === "person").length;
}

function noteLast(buffer, points) {
  const last = points[points.length - 1];
  if (!last || (last.at ?? 0) < buffer.latest) return;
  buffer.last = last.msgid;
  buffer.latest = Math.max(buffer.latest, last.at ?? 0);
}

function said(chat, event) {
  const buffer = placeOf(chat, event);
  if (event.me && chat.outbox.settle(event.label, event.key)) chat.changed(true);
  if (event.where && chat.catchUp.holds(buffer, event)) return;
  const one = entryOf(chat, event);
  if (event.msgid && event.where) noteLast(buffer, [event]);
  if (event.msgid && !buffer.first) buffer.first = event.msgid;
  if (event.edits && buffer.edit(event.edits, one)) return;
  const away = buffer !== chat.active || !chat.watched || buffer.past !== null;
  if (!buffer.append(one)) return;
  const level = chat.levelOf(event.where || event.who);
  const calls = one.mention || (event.private && event.source.user !== "");
  if (event.me || !away || level === "none" || (level === "mentions" && !calls)) return;
  buffer.markUnread(one);
  buffer.unread += 1;
  buffer.mentions += calls ? 1 : 0;
  if (calls) chat.alert({ who: event.who, where: buffer.name, kind: buffer.kind, text: stripFormatting(event.text) });
}

function redacted(chat, event) {
  const buffer = chat.find(event.where);
  for (const place of [buffer, buffer?.past]) place?.redact(event.redacted, event.by);
  if (chat.outbox.tookBack(event.redacted)) chat.flush();
}

/** A notice opens no conversation; what the server says is read with the server. */
function placeOf(chat, event) {
  if (!event.where) return chat.buffers.get("");
  if (event.private && event.kind === "notice") return chat.find(event.where) ?? chat.active;
  return chat.open(event.where);
}

function tagged(chat, event) {
  const buffer = chat.find(event.where);
  if (buffer && !chat.catchUp.holds(buffer, event)) reacted(chat, buffer, event);
}

function reacted(chat, buffer, event) {
  const msgid = replyOf(event.tags);
  const sign = reactionOf(event.tags);
  const back = takenBackOf(event.tags);
  if (!msgid || !(sign || back)) return;
  const who = event.me ? "" : chat.fold(event.who);
  for (const place of [buffer, buffer.past]) place?.react(msgid, sign || back, who, event.who, sign !== "");
  if (event.msgid && !event.replayed) noteLast(buffer, [event]);
}

const because = (chat, reason) => {
  const said = reason.replace(/^Quit:/, "").trim();
  return said ? chat.say_("because", { reason: said }) : "";
};

/** Show what happened in those of these conversations that are open. */
function news(chat, names, text) {
  for (const name of names) chat.find(name)?.append(entry("event", text, chat.now()));
}

const FOLLOW = {
  features(chat) {
    chat.network = chat.session?.features.network ?? "";
    chat.casemapping = chat.session?.features.casemapping ?? chat.casemapping;
  },
  joined(chat, { room, who, me }) {
    if (!me) return news(chat, [room], chat.say_("came-in", { nick: who }));
    const buffer = chat.open(room);
    buffer.here = true;
    if (!chat.rooms.some((one) => chat.same(one, room))) chat.rooms = [...chat.rooms, room];
    chat.keepRooms();
    chat.catchUp.enter(buffer);
    const wished = chat.wish !== "" && chat.same(chat.wish, room);
    if (wished) chat.wish = "";
    if (wished || chat.active.kind === "server") chat.switch(buffer);
  },
  parted(chat, { room, who, reason, me }) {
    if (me) chat.close(room);
    else news(chat, [room], chat.say_("left", { nick: who, because: because(chat, reason) }));
  },
  kicked(chat, { room, nick, by, reason, me }) {
    const words = { nick, by, room, because: because(chat, reason) };
    if (!me) return news(chat, [room], chat.say_("put-out", words));
    const buffer = chat.open(room);
    buffer.here = false;
    chat.rooms = chat.rooms.filter((one) => !chat.same(one, room));
    chat.keepRooms();
    buffer.append(entry("trouble", chat.say_("you-were-put-out", words), chat.now()));
  },
  quit(chat, { who, reason, rooms, me }) {
    if (me) return;
    const people = chat.find(who) ? [who] : [];
    news(chat, [...rooms, ...people], chat.say_("has-gone", { nick: who, because: because(chat, reason) }));
    if (chat.same(who, chat.wantedNick)) chat.command("NICK", chat.wantedNick);
  },
  renamed(chat, event) {
    const { old, new: now, rooms, me } = event;
    if (me && !chat.same(now, `${chat.wantedNick}_`)) chat.wantedNick = now;
    const buffer = me ? undefined : chat.find(old);
    if (buffer && !chat.find(now)) moveBuffer(chat, buffer, old, now);
    const text = me ? chat.say_("you-are-now", { nick: now }) : chat.say_("is-now", { old, nick: now });
    news(chat, [...rooms, ...(buffer ? [now] : [])], text);
  },
  "room-renamed"(chat, event) {
    const buffer = chat.find(event.old);
    if (buffer) moveBuffer(chat, buffer, event.old, event.new);
    chat.rooms = chat.rooms.map((one) => (chat.same(one, event.old) ? event.new : one));
    chat.keepRooms();
    const words = { nick: event.by, old: event.old, room: event.new, because: because(chat, event.reason) };
    news(chat, [event.new], chat.say_("renamed-room", words));
  },
  "topic-changed"(chat, { room, topic, by }) {
    const buffer = chat.find(room);
    if (buffer) buffer.topic = topic;
    news(chat, [room], chat.say_(topic ? "set-topic" : "removed-topic", { nick: by, topic: stripFormatting(topic) }));
  },
  "topic-told"(chat, { room, topic }) {
    const buffer = chat.find(room);
    if (buffer) buffer.topic = topic;
  },
  mode(chat, { target, by, changes }) {
    for (const { add, mode, param } of changes) {
      if (mode === "k" && add && param) chat.roomKeys.set(chat.fold(target), param);
      else if (mode === "k") chat.roomKeys.delete(chat.fold(target));
    }
    if (chat.isRoom(target)) news(chat, [target], chat.say_("set-modes", { nick: by, modes: formatModes(changes) }));
  },
  away(chat, { nick, message, me }) {
    if (me) return chat.show("event", chat.say_(message === null ? "you-are-back" : "you-are-away", {}));
    const key = message === null ? "is-back" : "is-away";
    if (chat.find(nick)) news(chat, [nick], chat.say_(key, { nick, message: message ?? "" }));
  },
  invited(chat, { room, nick, by, me }) {
    if (me) chat.show("hint", chat.say_("asks-you-into", { nick: by, room }));
    else news(chat, [room], chat.say_("asked-into", { nick: by, other: nick, room }));
  },
  marked(chat, { target, until }) {
    const buffer = chat.find(target);
    if (!buffer) return;
    buffer.readUntil = Math.max(buffer.readUntil, until);
    if (until && buffer.latest <= until) buffer.unread = buffer.mentions = 0;
    else if (buffer.kind === "person" && !buffer.entries.length && buffer.latest > until) chat.catchUp.enter(buffer);
  },
  "logged-in"(chat, { account }) {
    if (chat.online) chat.show("event", chat.say_("logged-in", { account }));
  },
  "logged-out"(chat) {
    chat.show("event", chat.say_("logged-out", {}));
  },
  "block-changed"(chat, { entry: mask, on }) {
    chat.show("hint", chat.say_(on ? "is-blocked" : "is-not-blocked", { who: mask.replace(/^~a(?:ccount)?:|!\*@\*$/g, "") }));
  },
  reply(chat, { code, params, text }) {
    if (code === "731" && params.some((one) => one.split(",").some((nick) => chat.same(nick, chat.wantedNick)))) {
      if (!chat.same(chat.nick, chat.wantedNick)) chat.command("NICK", chat.wantedNick);
    }
    if (code === "301") news(chat, [params[0]], chat.say_("is-away", { nick: params[0], message: text }));
    else if (code === "341") chat.show("event", chat.say_("has-been-asked", { nick: params[0], room: params[1] }));
    else if (code === "372") chat.buffers.get("").append(entry("event", text.replace(/^- ?/, ""), chat.now()));
    else if (!SILENT.includes(code) && code > "005") chat.show("event", params.join(" "));
  },
  refused(chat, { code, params, text, label }) {
    const about = params.slice(0, -1);
    const line = chat.outbox.refuse(label, text);
    if (line) return;
    if (CANNOT_JOIN.includes(code) && chat.isRoom(about[0] ?? "")) return shutOut(chat, about[0], code, text);
    const buffer = about.map((name) => chat.find(name)).find(Boolean) ?? chat.active;
    chat.show("trouble", [...about, text].join(": "), buffer);
  },
  told(chat, { severity, code, context, text, label }) {
    if (code === "MESSAGE_REDACTED" && chat.outbox.settle(label, context[0])) return; // Said, and taken back since.
    if (severity === "FAIL" && chat.outbox.refuse(label, text)) return;
    const buffer = context.map((name) => chat.find(name)).find(Boolean) ?? chat.active;
    chat.show(severity === "FAIL" ? "trouble" : "event", text, buffer);
  },
};

function shutOut(chat, room, code, text) {
  if (chat.session?.rooms.get(room)) return;
  if (chat.same(chat.wish, room)) chat.wish = "";
  if (!["437", "471"].includes(code)) chat.rooms = chat.rooms.filter((one) => !chat.same(one, room));
  chat.keepRooms();
  for (const line of chat.outbox.of((target) => chat.same(target, room))) chat.outbox.fail(line, text);
  const needsKey = code === "475";
  chat.show("trouble", chat.say_(needsKey ? "needs-key" : "shut-out", { room, reason: text }), chat.find(room) ?? chat.active);
}

function moveBuffer(chat, buffer, old, now) {
  chat.buffers.delete(chat.fold(old));
  buffer.name = now;
  chat.buffers.set(chat.fold(now), buffer);
  chat.outbox.move((target) => chat.same(target, old), now);
}

/** Do what follows from an event. */
export function follow(chat, event) {
  FOLLOW[event.type]?.(chat, event);
}
