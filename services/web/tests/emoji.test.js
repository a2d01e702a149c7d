import assert from "node:assert/strict";
import { test } from "node:test";

import { find, withEmoji } from "../src/trialogue_web/static/engine/emoji.js";

test("names between colons become emoji where they stand by themselves", () => {
  assert.equal(withEmoji("well done :tada: :thumbsup:"), "well done 🎉 👍");
  assert.equal(withEmoji("at 10:30:00, std::map::key, http://x/:tada:, :unknown:"), "at 10:30:00, std::map::key, http://x/:tada:, :unknown:");
});

test("emoji are found by a part of their name", () => {
  assert.deepEqual(find("tad"), [{ text: "🎉", hint: ":tada:" }]);
  assert.ok(find("heart").length > 3);
});
