"""Emoji by name: ``:thumbsup``, ``:tomato``. The usual names first, then all that people know from elsewhere.

The other names are those of the ``emoji`` package: Unicode's own, and the ones that GitHub and Slack use.
"""

import re
from functools import cache

MOST = 12
"""More than these need not be offered: another letter tells better."""
_LEAST = 2
"""Letters after the colon; fewer are ``:D`` and ``:p``."""
_SHORTCODE = re.compile(r":([a-z0-9_+\-]{1,50}):", re.ASCII | re.IGNORECASE)
_SHORTCODES = re.compile(rf"(?<![\w:/`])(?:{_SHORTCODE.pattern})+(?![\w:/`])", re.IGNORECASE)
"""Names between colons that stand by themselves: not in an address, a time, code or ``std::map::key``."""

_USUAL = (
    "👍 thumbsup yes|👎 thumbsdown no|😄 smile|😂 joy lol|😉 wink|😊 blush|❤️ heart|"
    "😍 heart_eyes|🎉 tada party|💜 purple_heart|💚 green_heart|💙 blue_heart|💔 broken_heart|👀 eyes|"
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
_TONE = "_skin_tone"
"""Variants of others: they have names, and are not offered."""
_FIRST = "👍 😄 🎉 👀 🙏 😂 😮 😢 ✅ 💜 🔥 👎"
"""What people react with most."""


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Return every name with its emoji; the usual ones first."""
    import emoji  # only who names an emoji waits for it

    usual = [(name, sign) for row in _USUAL.split("|") for sign, *known in [row.split(" ")] for name in known]
    rest = [
        (name.strip(":").lower(), sign)
        for sign, facts in emoji.EMOJI_DATA.items()
        if facts["status"] == emoji.STATUS["fully_qualified"]
        for name in (*facts.get("alias", ()), facts["en"])
    ]
    return (*usual, *rest)


@cache
def _signs() -> dict[str, str]:
    """Return the emoji of each name; of two with the same name the usual one."""
    return dict(reversed(names()))


def replace(text: str) -> str:
    """Return a text with emoji in place of the names between colons that are known: ``:tada:``."""
    if text.count(":") < 2:
        return text
    return _SHORTCODES.sub(lambda run: _SHORTCODE.sub(lambda one: _signs().get(one[1].lower(), one[0]), run[0]), text)


def first() -> list[tuple[str, str]]:
    """Return what people react with most, with a name for each."""
    known = {sign: name for name, sign in reversed(names())}
    return [(known[sign], sign) for sign in _FIRST.split(" ")]


def find(part: str) -> list[tuple[str, str]]:
    """Return names and emoji for a part of a name: those that begin with it first; each emoji once."""
    wanted = part.strip(":").lower()
    plain = [pair for pair in names() if not pair[0].endswith(_TONE)]
    exact = [pair for pair in plain if pair[0] == wanted]
    begun = [pair for pair in plain if pair[0].startswith(wanted)]
    found: dict[str, str] = {}
    for name, sign in (*exact, *begun, *(pair for pair in plain if f"_{wanted}" in pair[0])):
        found.setdefault(sign, name)
    return [(name, sign) for sign, name in list(found.items())[:MOST]]


def typed(word: str) -> str:
    """Return the part of a name in ``:smi`` or ``:smile:``, or "" for what is no name."""
    part = word[1:].removesuffix(":")
    fits = word.startswith(":") and len(part) >= _LEAST and part.replace("_", "").isalnum()
    return part if fits else ""
