/** Emoji by name: ``:tada:``. The terminal client's usual names; a test compares them. */

export const USUAL =
  "👍 thumbsup yes|👎 thumbsdown no|😄 smile|😂 joy lol|😉 wink|😊 blush|❤️ heart|😍 heart_eyes|🎉 tada party|" +
  "💜 purple_heart|💚 green_heart|💙 blue_heart|💔 broken_heart|👀 eyes|🙏 pray thanks please|👏 clap|" +
  "🙌 raised_hands|💪 muscle|👋 wave|👌 ok|🤝 handshake|🤔 thinking hmm|🤷 shrug|🤦 facepalm|😮 wow open_mouth|" +
  "😢 cry sad|😭 sob|😡 angry rage|😱 scream|😴 sleeping|😎 cool sunglasses|😇 innocent|😅 sweat_smile|" +
  "😬 grimacing|🙄 eyeroll|😏 smirk|😐 neutral|🥳 partying|🤣 rofl|🤯 mind_blown|🤗 hug|🤓 nerd|🤮 sick|" +
  "🥺 pleading|🙂 slight_smile|🙃 upside_down|😋 yum|😜 tongue|🤞 crossed|✅ check done|❌ cross wrong|" +
  "❓ question|❗ exclamation|💯 hundred|🔥 fire|🚀 rocket ship|✨ sparkles|⭐ star|💡 bulb idea|🐛 bug|🔧 wrench|" +
  "🚧 construction|🔒 lock|🔑 key|📌 pin|📎 paperclip|📝 memo note|📅 calendar|📦 package|📈 chart_up|" +
  "📉 chart_down|📣 megaphone|🔔 bell|🔇 mute|⏰ alarm|⏳ hourglass|☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|" +
  "🍕 pizza|🍰 cake|🎂 birthday|🍎 apple|🍅 tomato|🌱 seedling|🌻 sunflower|🌈 rainbow|🌙 moon|⚡ zap|⛄ snowman|" +
  "🎄 christmas_tree|🎁 gift|🎵 music|🎸 guitar|🎮 game|🏆 trophy|⚽ soccer|🚲 bike|🚗 car|🚆 train|🏠 house home|" +
  "🏡 garden|🌍 earth|🐶 dog|🐱 cat|🐧 penguin|🦄 unicorn|🐝 bee|💩 poop|🤖 robot|👻 ghost|💀 skull|🫡 salute"; // prettier-ignore

const MOST = 8;
/** Names between colons that stand by themselves: not in an address, a time, code or ``std::map::key``. */
const NAMES = /(?<![\w:/`]):([a-z0-9_+-]{1,50}):(?![\w:/`])/gi;

const all = USUAL.split("|").flatMap((row) => {
  const [sign, ...names] = row.split(" ");
  return names.map((name) => ({ sign, name }));
});
const byName = new Map(all.toReversed().map(({ sign, name }) => [name, sign]));

/** Return a text with emoji in place of the names that are known. */
export function withEmoji(text) {
  return text.replace(NAMES, (whole, name) => byName.get(name.toLowerCase()) ?? whole);
}

/** Return names and emoji for a part of a name, those that begin with it first; each emoji once. */
export function find(part) {
  const wanted = part.toLowerCase();
  const found = new Map();
  for (const fits of [(name) => name.startsWith(wanted), (name) => name.includes(`_${wanted}`)]) {
    for (const { sign, name } of all) if (fits(name) && !found.has(sign)) found.set(sign, name);
  }
  return [...found].slice(0, MOST).map(([sign, name]) => ({ text: sign, hint: `:${name}:` }));
}
