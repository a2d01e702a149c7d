/**
 * Texts: fits them into lines and messages (mirrors the terminal client's `core.splitting`; sizes are bytes of UTF-8), and
 * finds names in them (mirrors `ircwire.folding.has_word`). Vectors in tests/vectors hold both languages.
 */

const encoder = new TextEncoder();
const LONGEST_USER = 10;
const LONGEST_HOST = 63;

export function bytes(text) {
  return encoder.encode(text).length;
}

/** Return the longest prefix that takes at most `size` bytes, cut between characters. */
export function truncate(text, size) {
  if (text.length * 3 <= size) return text;
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += bytes(char);
    if (used > size) break;
    end += char.length;
  }
  return text.slice(0, end);
}

/** Split a line into pieces whose concatenation is the line; no piece but the first begins with the space of a cut. */
export function cut(text, size) {
  const pieces = [];
  let piece;
  while ((piece = truncate(text, size)).length < text.length) {
    const space = piece.lastIndexOf(" ");
    const end = [...piece.slice(0, space + 1)].length > Math.floor([...piece].length / 2) + 1 ? space + 1 : piece.length;
    pieces.push(text.slice(0, end));
    text = text.slice(end);
  }
  return [...pieces, text];
}

/**
 * Split a text into messages of several lines, each within the server's limits; none of them is blank.
 * A message is a list of lines, a line a list of pieces.  https://ircv3.net/specs/extensions/multiline
 * @param {{maxBytes: number, maxLines: number}} limits 0 is no limit
 * @returns {string[][][]}
 */
export function messages(text, size, limits) {
  const mostBytes = limits.maxBytes || Infinity;
  const mostLines = limits.maxLines || Infinity;
  size = Math.max(Math.min(size, mostBytes), 4);
  /** @type {{piece: string, concat: boolean}[][]} */
  const filled = [[]];
  let used = 0;
  for (const line of linesOf(text)) {
    cut(line, size).forEach((piece, place) => {
      const needed = bytes(piece) + (place === 0 ? 1 : 0);
      let last = filled[filled.length - 1];
      if (last.length && (used + needed > mostBytes || last.length === mostLines)) filled.push((last = []));
      used = last.length ? used + needed : bytes(piece);
      last.push({ piece, concat: place > 0 });
    });
  }
  return filled.filter((one) => one.some(({ piece }) => piece)).map(compose);
}

export function linesOf(text) {
  return text.replace(/\0/g, "").replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "").split("\n");
}

export function combine(lines) {
  return lines.map((line) => line.join("")).join("\n");
}

export function compose(pieces) {
  const lines = [];
  for (const { piece, concat } of pieces) {
    if (concat && lines.length) lines[lines.length - 1].push(piece);
    else lines.push([piece]);
  }
  return lines;
}

/** Return the bytes that are left for the text of one message, beside our own mask as the server writes it. */
export function roomForText(mask, target, kind, lineLength) {
  const full = bytes(mask.nick) + 2 + (bytes(mask.user) || LONGEST_USER) + (bytes(mask.host) || LONGEST_HOST);
  const command = kind === "notice" ? "NOTICE" : "PRIVMSG";
  const wrapping = kind === "action" ? "\x01ACTION \x01".length : 0;
  return Math.max(lineLength - (2 + full + command.length + 3 + bytes(target) + wrapping + 2), 4);
}

/** ``max-bytes=40000,max-lines=10`` */
export function parseLimits(value) {
  const number = (name) => Number(new RegExp(`(?:^|,)${name}=([0-9]{1,15})(?:,|$)`).exec(value)?.[1] ?? 0);
  return { maxBytes: number("max-bytes"), maxLines: number("max-lines") };
}

const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Yi}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}\p{sc=Tai_Le}\p{sc=New_Tai_Lue}\p{sc=Balinese}\p{sc=Javanese}ー]/u;
const SCRIPTS = [/\p{sc=Latin}/u, /\p{sc=Greek}/u, /\p{sc=Cyrillic}/u, /\p{sc=Hebrew}/u, /\p{sc=Arabic}/u, /\p{sc=Armenian}/u,
  /\p{sc=Georgian}/u, /\p{sc=Devanagari}/u]; // prettier-ignore
const FORMATTING = /\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x02\x1d\x1f\x1e\x11\x16\x0f]/g;

export function stripFormatting(text) {
  return text.replace(FORMATTING, "");
}

/** Whether a word, such as a nick, stands in a text by itself; it ends where its script ends ("aliceさん"). */
export function hasWord(text, word) {
  text = foldWord(text);
  word = foldWord(word);
  if (!word) return false;
  const [first] = word;
  const last = [...word].pop();
  for (let begin = text.indexOf(word); begin >= 0; begin = text.indexOf(word, begin + 1)) {
    const before = [...text.slice(Math.max(begin - 2, 0), begin)].pop() ?? "";
    const [after = ""] = text.slice(begin + word.length);
    if (parts(first, before) && parts(last, after) && !/\p{M}/u.test(after)) return true;
  }
  return false;
}

function foldWord(text) {
  return text.normalize("NFKC").toLowerCase().replace(/ß/g, "ss").normalize("NFKC");
}

function parts(edge, beside) {
  if (beside === "_" || beside === "-" || /\p{N}/u.test(beside)) return false;
  if (!/[\p{L}\p{M}]/u.test(beside)) return true;
  if (/\p{M}/u.test(beside) || UNSPACED.test(beside)) return UNSPACED.test(beside);
  return /\p{L}/u.test(edge) && scriptOf(edge) !== scriptOf(beside);
}

function scriptOf(letter) {
  return SCRIPTS.findIndex((script) => script.test(letter));
}
