import assert from "node:assert/strict";
import { test } from "node:test";

import { IDEMPOTENCY_KEY as KEY } from "../src/trialogue_web/static/irc/message.js";
import { say } from "../src/trialogue_web/static/wording/words.js";
import { Kept, line, Stage } from "./stage.js";

test("a name is enough to be in the lobby", () => {
  const stage = new Stage().come();
  assert.deepEqual(stage.take("JOIN").map(({ params }) => params[0]), ["#lobby"]);
  stage.enter("#lobby", [line(1, "hello")]);
  assert.equal(stage.chat.active.name, "#lobby");
  assert.deepEqual(stage.texts(), ["hello"]);
});

test("the negotiation ends once, however many lines the server answers in", () => {
  const stage = new Stage();
  stage.chat.enter({ nick: "me" });
  stage.hear(":srv CAP * LS * :batch echo-message", ":srv CAP * LS :labeled-response sasl");
  const [asked] = stage.take("CAP").filter(({ params }) => params[0] === "REQ");
  stage.hear(":srv CAP me ACK :batch echo-message", ":srv CAP me ACK :labeled-response");
  assert.deepEqual(stage.take("CAP"), [], `${asked.params[1]} is not answered whole`);
  stage.hear(":srv CAP me ACK :sasl");
  assert.deepEqual(stage.take("CAP").map(({ params }) => params), [["END"]]);
});

test("what is said while history is on its way is told behind it, and once", () => {
  const stage = new Stage().come();
  stage.hear(":me!u@h JOIN #lobby", line(3, "third"), line(4, "fourth"));
  assert.deepEqual(stage.texts(), []);
  stage.answer("#lobby", [line(1, "first"), line(2, "second"), line(3, "third")]);
  assert.deepEqual(stage.texts(), ["first", "second", "third", "fourth"]);
});

test("after a cut only what came since is asked for, and nothing is there twice", async () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "first")]);
  stage.hear(line(2, "second"));
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  const asked = stage.enter("#lobby", [line(3, "third")]);
  assert.deepEqual(asked.params, ["LATEST", "#lobby", "msgid=m2", "100"]);
  stage.hear(line(4, "fourth"));
  assert.deepEqual(stage.texts(), ["first", "second", "third", "fourth"]);
});

test("where more was missed than a page holds, the rest is loaded as one reads on backwards: no gap", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "old")]);
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  const page = Array.from({ length: 100 }, (_, at) => line(at + 200, `new ${at + 200}`));
  stage.enter("#lobby", page);
  assert.equal(stage.texts().length, 100);
  stage.chat.older(stage.chat.active);
  const asked = stage.answer("#lobby", [line(1, "old"), ...Array.from({ length: 49 }, (_, at) => line(at + 151, `new ${at + 151}`))]);
  assert.deepEqual(asked.params, ["BEFORE", "#lobby", "msgid=m200", "50"]);
  assert.deepEqual(stage.texts().slice(0, 3), ["old", "new 151", "new 152"]);
  assert.equal(new Set(stage.texts()).size, stage.texts().length);
});

test("a line of our own waits in sight until its echo comes, under our label", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.say("#lobby", "hello");
  const [said] = stage.take("PRIVMSG");
  assert.equal(stage.chat.outbox.lines.length, 1);
  stage.hear(line(5, "hello", { nick: "me", tags: `label=${said.tags.label}` }));
  assert.equal(stage.chat.outbox.lines.length, 0);
  assert.deepEqual(stage.texts(), ["hello"]);
});

test("what was on its way when the connection broke is sent again under the same key, before what is newer", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "first")]);
  stage.chat.say("#lobby", "hello");
  const [said] = stage.take("PRIVMSG");
  stage.link.lost(100);
  stage.chat.say("#lobby", "and this");
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  stage.hear(":me!u@h JOIN #lobby");
  const sent = stage.take();
  const again = sent.filter(({ command }) => command === "PRIVMSG");
  assert.deepEqual(again.map(({ params }) => params[1]), ["hello", "and this"]);
  assert.equal(again[0].tags[KEY], said.tags[KEY]);
  const [asked] = sent.filter(({ command }) => command === "CHATHISTORY");
  const echo = (id, text, { tags }) => line(id, text, { nick: "me", tags: `label=${tags.label};${KEY}=${tags[KEY]}` });
  stage.hear(echo(2, "hello", again[0]), echo(3, "and this", again[1]));
  stage.page(asked.tags.label, "#lobby", [line(2, "hello", { nick: "me" })]);
  assert.deepEqual(stage.texts(), ["first", "hello", "and this"], "the echo and history have one id");
  assert.deepEqual(stage.chat.outbox.lines, []);
});

test("what is in doubt on a server without keys is not sent again by itself", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.say("#lobby", "hello");
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.hear(":srv CAP * LS :batch labeled-response", ":srv CAP * ACK :batch labeled-response", ":srv 001 me :Welcome", ":me!u@h JOIN #lobby");
  assert.deepEqual(stage.chat.outbox.lines.map(({ state, reason }) => [state, reason]), [["failed", "uncertain"]]);
});

test("an edit that a cut has interrupted goes on", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "at nine", { nick: "me" })]);
  stage.chat.edit("#lobby", "m1", "at eight");
  const [redact] = stage.take("REDACT");
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  stage.hear(":me!u@h JOIN #lobby");
  const [again] = stage.take("REDACT");
  assert.equal(again.tags[KEY], redact.tags[KEY]);
  stage.hear(`@label=${again.tags.label} :me!u@h REDACT #lobby m1`);
  assert.deepEqual(stage.take("PRIVMSG").map(({ params }) => params[1]), ["at eight"]);
});

test("what was typed offline survives a reload, and goes out once one is in the room", () => {
  const kept = new Kept();
  const before = new Stage(kept);
  before.chat.say("#lobby", "typed on the train");
  const after = new Stage(kept).come();
  assert.equal(after.chat.outbox.lines[0].text, "typed on the train");
  after.hear(":me!u@h JOIN #lobby");
  assert.deepEqual(after.take("PRIVMSG").map(({ params }) => params[1]), ["typed on the train"]);
});

test("a line that the server refuses stays in sight with the reason", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.say("#lobby", "hello");
  const [said] = stage.take("PRIVMSG");
  stage.hear(`@label=${said.tags.label} :srv 404 me #lobby :You may not talk here`);
  assert.deepEqual(stage.chat.outbox.lines.map(({ state, reason }) => [state, reason]), [["failed", "You may not talk here"]]);
});

test("a text of several lines is one message", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.say("#lobby", "one\ntwo");
  const sent = stage.take();
  assert.deepEqual(sent.map(({ command, params }) => `${command} ${params.join(" ")}`.replace(/[+-]m\d+/, "REF")), [
    "BATCH REF draft/multiline #lobby", "PRIVMSG #lobby one", "PRIVMSG #lobby two", "BATCH REF",
  ]); // prettier-ignore
  const label = sent[0].tags.label;
  stage.hear(`@label=${label};msgid=m9;time=2026-01-02T03:04:06.000Z :me!u@h BATCH +e draft/multiline #lobby`);
  stage.hear("@batch=e :me!u@h PRIVMSG #lobby :one", "@batch=e :me!u@h PRIVMSG #lobby :two", "BATCH -e");
  assert.deepEqual(stage.texts(), ["one\ntwo"]);
  assert.deepEqual(stage.chat.outbox.lines, []);
});

test("an edited message stands in its place, a message that was taken back leaves its mark", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "at nine", { nick: "me" }), line(2, "fine")]);
  stage.chat.edit("#lobby", "m1", "at eight");
  const [redact] = stage.take("REDACT");
  stage.hear(`@label=${redact.tags.label} :me!u@h REDACT #lobby m1`);
  const [said] = stage.take("PRIVMSG");
  assert.equal(said.tags["+draft/edit"], "m1");
  stage.hear(line(3, "at eight", { nick: "me", tags: `label=${said.tags.label};+draft/edit=m1` }));
  assert.deepEqual(stage.texts(), ["at eight", "fine"]);
  stage.hear(":bob!u@h REDACT #lobby m2");
  assert.equal(stage.chat.active.find("m2").gone, "bob");
  assert.equal(stage.chat.active.find("m2").text, "");
});

test("nobody edits what somebody else has said", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "I pay")]);
  stage.hear(line(2, "eve pays", { nick: "eve", tags: "+draft/edit=m1" }));
  assert.deepEqual(stage.texts(), ["I pay", "eve pays"]);
});

test("who has taken a guest's name edits nothing of theirs, and an account's other name does", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "I pay"), line(2, "at nine", { nick: "ann", tags: "account=ann" })]);
  stage.hear(line(3, "bob pays", { host: "elsewhere", tags: "+draft/edit=m1" }));
  assert.deepEqual(stage.texts(), ["I pay", "at nine", "bob pays"]);
  stage.hear(line(4, "at eight", { nick: "ann2", host: "elsewhere", tags: "account=ann;+draft/edit=m2" }));
  assert.deepEqual(stage.texts(), ["I pay", "at eight", "bob pays"]);
});

test("a login that is refused for another reason than the password says so", () => {
  for (const [text, shown] of [
    ["SASL authentication failed: wrong account name or password", "The login failed: wrong account name or password."],
    ["Too many failed logins; try again in 30 seconds", "The login failed: Too many failed logins; try again in 30 seconds."],
  ]) {
    const stage = new Stage();
    stage.chat.enter({ nick: "me" });
    stage.hear(`:srv 904 me :${text}`);
    assert.equal(say(stage.chat.problem.key, stage.chat.problem.values), shown);
  }
});

test("unread and mentions are counted where nobody looks, and a call is told", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.join("#garden");
  stage.enter("#garden");
  assert.equal(stage.chat.active.name, "#garden");
  stage.hear(line(1, "tomatoes"), line(2, "me: come and see"), line(3, "psst", { room: "me" }));
  const lobby = stage.chat.find("#lobby");
  assert.deepEqual([lobby.unread, lobby.mentions], [2, 1]);
  assert.deepEqual([stage.chat.find("bob").unread, stage.chat.find("bob").mentions], [1, 1]);
  assert.deepEqual(stage.alerts.map(({ who, where }) => [who, where]), [["bob", "#lobby"], ["bob", "bob"]]);
  assert.equal(lobby.line.text, "tomatoes");
  stage.chat.switch(lobby);
  stage.chat.read(lobby);
  assert.deepEqual([lobby.unread, lobby.mentions], [0, 0]);
});

test("of a muted room nothing is counted", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.join("#garden");
  stage.enter("#garden");
  stage.chat.set({ levels: { "#lobby": "none" } });
  stage.hear(line(1, "me: come"));
  assert.deepEqual([stage.chat.find("#lobby").unread, stage.alerts.length], [0, 0]);
});

test("of a room that may only call, calls alone are counted", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.join("#garden");
  stage.enter("#garden");
  stage.chat.set({ levels: { "#lobby": "mentions" } });
  stage.hear(line(1, "tomatoes"), line(2, "me: come"));
  const lobby = stage.chat.find("#lobby");
  assert.deepEqual([lobby.unread, lobby.mentions, lobby.line.text], [1, 1, "me: come"]);
});

test("the key of a room and being away are said again on the next connection", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.join("#den", "first");
  stage.enter("#den");
  stage.hear(":bob!u@h MODE #den +k second");
  stage.chat.command("AWAY", "lunch");
  stage.link.lost(100);
  stage.take();
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  const sent = stage.take().map(({ command, params }) => [command, ...params]);
  assert.deepEqual(sent.filter(([command]) => command === "JOIN"), [["JOIN", "#lobby"], ["JOIN", "#den", "second"]]);
  assert.deepEqual(sent.filter(([command]) => command === "AWAY"), [["AWAY", "lunch"]]);
});

test("reactions are counted by person, also those that come before their message", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [
    "@msgid=r1;+draft/react=👍;+draft/reply=m1;time=2026-01-02T03:00:02.000Z :bob!u@h TAGMSG #lobby", line(1, "hello"),
  ]); // prettier-ignore
  const one = stage.chat.active.find("m1");
  stage.hear("@msgid=r2;+draft/react=👍;+draft/reply=m1 :me!u@h TAGMSG #lobby");
  assert.deepEqual([...one.reactions.get("👍")], [["bob", "bob"], ["", "me"]]);
  stage.hear("@msgid=r3;+draft/unreact=👍;+draft/reply=m1 :bob!u@h TAGMSG #lobby");
  assert.deepEqual([...one.reactions.get("👍").values()], ["me"]);
});

test("who comes back under another name gets their own as soon as it is free", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.hear(":srv 433 * me :Nickname is already in use");
  assert.deepEqual(stage.take("NICK").map(({ params }) => params[0]), ["me", "me_"]);
  stage.welcome("me_");
  assert.deepEqual(stage.take("MONITOR").map(({ params }) => params), [["+", "me"]]);
  stage.hear(":srv 731 me_ :me");
  assert.deepEqual(stage.take("NICK").map(({ params }) => params[0]), ["me"]);
});

test("a name that is taken is said where it was typed", () => {
  const stage = new Stage();
  stage.chat.enter({ nick: "bob" });
  stage.hear(":srv 433 * bob :Nickname is already in use");
  assert.equal(stage.chat.state, "out");
  assert.equal(stage.chat.problem.key, "nick-taken");
});

test("the room that was wished for is looked at, whichever comes first", () => {
  const stage = new Stage();
  stage.chat.wish = "#garden";
  stage.come();
  stage.enter("#lobby");
  assert.equal(stage.chat.active.name, "#lobby");
  stage.enter("#garden");
  assert.equal(stage.chat.active.name, "#garden");
  stage.chat.join("#den");
  stage.chat.switch(stage.chat.find("#lobby"));
  stage.enter("#den");
  assert.equal(stage.chat.active.name, "#den");
});

test("a room's new name takes along what waits for it", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.outbox.add("#lobby", "later");
  stage.hear(":bob!u@h RENAME #lobby #hall :");
  assert.equal(stage.chat.find("#hall").name, "#hall");
  assert.equal(stage.chat.outbox.lines[0].target, "#hall");
});

test("tags named like parts of objects are tags", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", []);
  stage.hear(line(1, "hello", { tags: "__proto__=x;constructor=y;+draft/reply=__proto__" }));
  assert.deepEqual(stage.texts(), ["hello"]);
});

test("thousands of rows keep the newest, and what went is loaded again", () => {
  const stage = new Stage().come();
  stage.enter();
  for (let id = 1; id <= 20_001; id += 1) stage.hear(line(id, `line ${id}`));
  assert.equal(stage.chat.active.entries.length, 15_001);
  stage.chat.older(stage.chat.active);
  const [asked] = stage.take("CHATHISTORY").slice(-1);
  assert.equal(asked.params[2], "msgid=m5001");
});

test("a page of history is full by its messages, also those that show nothing", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", [line(1, "old")]);
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  stage.enter("#lobby", Array.from({ length: 100 }, (_, at) => line(at + 200, at ? `new ${at}` : "\x01VERSION\x01")));
  assert.equal(stage.texts().length, 99, "what was told before goes, as there may be more in between");
  assert.equal(stage.chat.active.exhausted, false);
});

test("an older page that is refused is not asked for again until we come in again", () => {
  const stage = new Stage().come();
  stage.enter("#lobby", Array.from({ length: 50 }, (_, at) => line(at + 1, `line ${at}`)));
  assert.equal(stage.chat.older(stage.chat.active), true);
  const [asked] = stage.take("CHATHISTORY");
  stage.hear(`@label=${asked.tags.label} :srv FAIL CHATHISTORY INVALID_TARGET BEFORE #lobby :You may not read that`);
  assert.equal(stage.chat.older(stage.chat.active), false);
  stage.hear(":me!u@h PART #lobby", ":me!u@h JOIN #lobby * :me");
  stage.answer("#lobby", Array.from({ length: 50 }, (_, at) => line(at + 1, `line ${at}`)));
  assert.equal(stage.chat.older(stage.chat.active), true);
});

test("people may be called like parts of objects", () => {
  const stage = new Stage().come();
  stage.enter();
  for (const nick of ["constructor", "__proto__"]) {
    stage.hear(`:${nick}!u@h PRIVMSG me :hello`);
    assert.equal(stage.chat.find(nick).draft, "");
    assert.equal(stage.chat.levelOf(nick), "all");
    assert.equal(stage.chat.find(nick).unread, 1);
    stage.chat.keepDraft(stage.chat.find(nick), "a draft");
  }
  assert.deepEqual(JSON.parse(stage.kept.getItem("trialogue.drafts")), JSON.parse('{"constructor":"a draft","__proto__":"a draft"}'));
});

test("whoever says a word for typing that there is not is not typing for ever", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.hear("@+typing=constructor :bob!u@h TAGMSG #lobby");
  assert.deepEqual(stage.chat.typing.in("#lobby"), []);
});

test("a way to compare names that there is not is that of the protocol", () => {
  const stage = new Stage().come();
  stage.hear(":srv 005 me CASEMAPPING=constructor :are supported");
  assert.equal(stage.chat.fold("Bob[m]"), "bob{m}");
});

test("a conversation is the same one while there is no connection, and before the server tells how it compares names", () => {
  const stage = new Stage().come();
  stage.enter("#\u00dcber[x]");
  const known = stage.chat.find("#\u00dcber[x]");
  stage.link.lost(100);
  assert.equal(stage.chat.open("#\u00dcber[x]"), known);
  stage.chat.enter({ nick: "me" });
  assert.equal(stage.chat.open("#\u00dcber[x]"), known);
});

test("the drafts of two tabs do not put each other out", () => {
  const kept = new Kept();
  const [one, other] = [new Stage(kept).come(), new Stage(kept).come()];
  for (const stage of [one, other]) stage.enter();
  one.chat.keepDraft(one.chat.open("bob"), "to bob");
  other.chat.keepDraft(other.chat.open("carol"), "to carol");
  assert.deepEqual(JSON.parse(kept.getItem("trialogue.drafts")), { bob: "to bob", carol: "to carol" });
});

test("what went out without its key is in doubt, though the server knows keys now", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.hear(`:srv CAP me DEL :${KEY}`);
  stage.chat.say("#lobby", "hello");
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  stage.enter();
  assert.deepEqual(stage.take("PRIVMSG"), []);
  assert.equal(stage.chat.outbox.lines[0].state, "failed");
});

test("what was said and has been taken back since is not on its way any more", () => {
  const stage = new Stage().come();
  stage.enter();
  stage.chat.say("#lobby", "hello");
  const [said] = stage.take("PRIVMSG");
  stage.hear(`@label=${said.tags.label} :srv FAIL PRIVMSG MESSAGE_REDACTED ${said.tags[KEY]} m5 :It was taken back`);
  assert.equal(stage.chat.outbox.lines.length, 0);
});

test("whoever leaves is forgotten before the page ends", async (context) => {
  const stage = new Stage().come();
  const done = [];
  globalThis.location = /** @type {any} */ ({ reload: () => done.push("page") });
  context.after(() => delete globalThis.location);
  stage.keys.remove = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    done.push("key");
  };
  await stage.chat.leave();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(done, ["key", "page"]);
});

test("what whoever leaves had typed and not sent is not sent by the next one", async (context) => {
  globalThis.location = /** @type {any} */ ({ reload: () => {} });
  context.after(() => delete globalThis.location);
  const stage = new Stage().come();
  stage.enter();
  stage.link.lost(100);
  stage.chat.say("#lobby", "for nobody else");
  await stage.chat.leave();
  assert.deepEqual([...stage.kept.map.values()].filter((text) => text.includes("nobody else")), []);
});

test("a login that fails after its connection has ended ends no other one", async () => {
  const stage = new Stage();
  stage.chat.enter({ nick: "me" });
  let fail;
  stage.chat.login = /** @type {any} */ ({ answer: () => new Promise((_, reject) => (fail = reject)) });
  stage.hear("AUTHENTICATE +");
  stage.link.lost(100);
  stage.chat.enter({ nick: "me" });
  stage.welcome();
  fail(new Error("server-not-proved"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(stage.chat.state, "online");
  assert.deepEqual(stage.chat.find("").entries.filter(({ kind }) => kind === "trouble"), []);
});
