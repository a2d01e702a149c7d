"""Emoji by name: ``:thumbsup``, ``:tomato``. The usual names first, then those that Unicode gives.

Only those are found that are drawn in two columns everywhere; a sign whose width the terminal has to guess would push
what stands beside it.
"""

import unicodedata
from functools import cache

MOST = 12
"""More than these need not be offered: another letter tells better."""
_LEAST = 2
"""Letters after the colon; fewer are ``:D`` and ``:p``."""
_BLOCKS = (range(0x1F300, 0x1F650), range(0x1F680, 0x1F700), range(0x1F900, 0x1FA00), range(0x2600, 0x27C0))

_USUAL = (
    "👍 thumbsup yes|👎 thumbsdown no|😄 smile|😂 joy lol|😉 wink|😊 blush|😍 heart_eyes|"
    "🎉 tada party|💜 purple_heart|💚 green_heart|💙 blue_heart|💔 broken_heart|👀 eyes|"
    "🙏 pray thanks please|👏 clap|🙌 raised_hands|💪 muscle|👋 wave|👌 ok|🤝 handshake|"
    "🤔 thinking hmm|🤷 shrug|🤦 facepalm|😮 wow open_mouth|😢 cry sad|😭 sob|😡 angry rage|"
    "😱 scream|😴 sleeping|😎 cool sunglasses|😇 innocent|😅 sweat_smile|😬 grimacing|"
    "🙄 eyeroll|😏 smirk|😐 neutral|🥳 partying|🤣 rofl|🤯 mind_blown|🤗 hug|🤓 nerd|🤮 sick|"
    "🥺 pleading|🙂 slight_smile|🙃 upside_down|😋 yum|😜 tongue|🤞 crossed|✅ check done|"
    "❌ cross wrong|❓ question|❗ exclamation|💯 hundred|🔥 fire|🚀 rocket ship|✨ sparkles|"
    "⭐ star|💡 bulb idea|🐛 bug|🔧 wrench|🚧 construction|🔒 lock|🔑 key|📌 pin|📎 paperclip|"
    "📝 memo note|📅 calendar|📦 package|📈 chart_up|📉 chart_down|📣 megaphone|🔔 bell|"
    "🔇 mute|⏰ alarm|⏳ hourglass|☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|🍕 pizza|🍰 cake|"
    "🎂 birthday|🍎 apple|🍅 tomato|🌱 seedling|🌻 sunflower|🌈 rainbow|🌙 moon|⚡ zap|"
    "⛄ snowman|🎄 christmas_tree|🎁 gift|🎵 music|🎸 guitar|🎮 game|🏆 trophy|⚽ soccer|"
    "🚲 bike|🚗 car|🚆 train|🏠 house home|🏡 garden|🌍 earth|🐶 dog|🐱 cat|🐧 penguin|"
    "🦄 unicorn|🐝 bee|💩 poop|🤖 robot|👻 ghost|💀 skull|🫡 salute"
)
_FIRST = "👍 😄 🎉 👀 🙏 😂 😮 😢 ✅ 💜 🔥 👎"
"""What people react with most."""


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Return every name with its emoji; the usual ones first."""
    usual = [(name, emoji) for row in _USUAL.split("|") for emoji, *known in [row.split(" ")] for name in known]
    signs = (chr(code) for block in _BLOCKS for code in block)
    wide = (sign for sign in signs if unicodedata.east_asian_width(sign) == "W")
    rest = [(unicodedata.name(sign, "").lower().replace(" ", "_").replace("-", "_"), sign) for sign in wide]
    return (*usual, *((name, sign) for name, sign in rest if name))


def first() -> list[tuple[str, str]]:
    """Return what people react with most, with a name for each."""
    known = {emoji: name for name, emoji in reversed(names())}
    return [(known[emoji], emoji) for emoji in _FIRST.split(" ")]


def find(part: str) -> list[tuple[str, str]]:
    """Return names and emoji for a part of a name: those that begin with it first; each emoji once."""
    wanted = part.strip(":").lower()
    begun = [pair for pair in names() if pair[0].startswith(wanted)]
    found: dict[str, str] = {}
    for name, emoji in (*begun, *(pair for pair in names() if f"_{wanted}" in pair[0])):
        found.setdefault(emoji, name)
    return [(name, emoji) for emoji, name in list(found.items())[:MOST]]


def typed(word: str) -> str:
    """Return the part of a name in ``:smi`` or ``:smile:``, or "" for what is no name."""
    part = word[1:].removesuffix(":")
    fits = word.startswith(":") and len(part) >= _LEAST and part.replace("_", "").isalnum()
    return part if fits else ""
