// What the browser's code and the Python core must agree on: tests/vectors, which tests/wire/test_vectors.py reads too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { format, formatModes, parse, parseModes } from "../src/trialogue_web/static/irc/message.js";
import { foldAs } from "../src/trialogue_web/static/irc/network.js";
import { fromBase64, Scram, toBase64 } from "../src/trialogue_web/static/irc/scram.js";
import { hasWord, messages } from "../src/trialogue_web/static/irc/text.js";

const cases = (name) => JSON.parse(readFileSync(new URL(`../../../tests/vectors/${name}.json`, import.meta.url), "utf8")).cases;
const text = (base64) => new TextDecoder().decode(fromBase64(base64));
const packed = (words) => toBase64(new TextEncoder().encode(words));

test("lines are parsed as the server's codec parses them", () => {
  for (const { line, error, ...wanted } of cases("messages")) {
    if (error) assert.throws(() => parse(line), undefined, line);
    else {
      const { tags, ...rest } = parse(line);
      assert.deepEqual({ ...rest, tags: Object.fromEntries(Object.entries(tags)) }, { ...wanted, tags: wanted.tags }, line);
    }
  }
});

test("what is parsed is written as it was meant", () => {
  for (const { error, line, source, ...wanted } of cases("messages")) {
    if (error || source || wanted.params.slice(0, -1).some((one) => one === "")) continue;
    const again = parse(format(wanted));
    assert.deepEqual([again.command, again.params], [wanted.command, wanted.params], line);
  }
});

test("names are folded as servers fold them", () => {
  for (const { mapping, name, folded } of cases("folds")) assert.equal(foldAs(mapping, name), folded, `${mapping} ${name}`);
});

test("a word calls where it stands by itself", () => {
  for (const { text: said, word, calls } of cases("calls")) assert.equal(hasWord(said, word), calls, `${word} in ${said}`);
});

test("texts are cut into the same messages", () => {
  for (const { text: said, size, max_bytes, max_lines, messages: wanted } of cases("splitting")) {
    assert.deepEqual(messages(said, size, { maxBytes: max_bytes, maxLines: max_lines }), wanted, JSON.stringify([said, size]));
  }
});

test("modes are read and written alike", () => {
  const takes = (mode, add) => "beIkov".includes(mode) || (add && mode === "l");
  for (const { modes, params, changes, text: written } of cases("modes")) {
    assert.deepEqual(parseModes(modes, params, takes), changes, modes);
    assert.equal(formatModes(changes).trim(), written.trim());
  }
});

test("SCRAM-SHA-256 says what RFC 7677 says", async () => {
  for (const { account, password, nonce, client_first, server_first, client_final, server_final } of cases("scram")) {
    const scram = new Scram({ account, password, nonce });
    assert.equal(text(scram.begin()), client_first);
    const { response } = await scram.prove(packed(server_first));
    assert.equal(text(response), client_final);
    scram.check(packed(server_final));
    assert.throws(() => scram.check(packed("v=AAAA")), { message: "server-not-proved" });
  }
});

test("SCRAM refuses a server that answers another question, or asks for too little work", async () => {
  const scram = new Scram({ account: "bob", password: "secret", nonce: "abc" });
  await assert.rejects(scram.prove(packed("r=xyz1,s=c2FsdA==,i=4096")), { message: "not-our-question" });
  await assert.rejects(scram.prove(packed("r=abc,s=c2FsdA==,i=4096")), { message: "not-our-question" });
  await assert.rejects(scram.prove(packed("r=abc1,s=c2FsdA==,i=1")), { message: "unsafe-rounds" });
});

test("a kept key logs in without the password, until the salt is another one", async () => {
  const first = new Scram({ account: "bob", password: "secret", nonce: "abc" });
  const { kept, response } = await first.prove(packed("r=abc1,s=c2FsdA==,i=4096"));
  assert.equal(kept.key.extractable, false);
  const again = new Scram({ account: "bob", kept, nonce: "abc" });
  assert.equal((await again.prove(packed("r=abc1,s=c2FsdA==,i=4096"))).response, response);
  const changed = new Scram({ account: "bob", kept, nonce: "abc" });
  await assert.rejects(changed.prove(packed("r=abc1,s=b3RoZXI=,i=4096")), { message: "password-again" });
});
