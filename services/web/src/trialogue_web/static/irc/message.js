/** Messages: parses and formats lines.  https://modern.ircdocs.horse/#message-format  Mirrors `ircwire.message`. */

const UNESCAPES = { ":": ";", s: " ", r: "\r", n: "\n", "\\": "\\" };
const ESCAPES = { ";": "\\:", " ": "\\s", "\r": "\\r", "\n": "\\n", "\\": "\\\\" };
const NOT_IN_KEY = /[=; \r\n\0]/;

/** What is no message, or cannot stand on a line. */
export class FormatError extends Error {}

/**
 * @typedef {object} Message
 * @property {string} command a word in capitals, or three digits
 * @property {string[]} params
 * @property {string} source "" if there is none
 * @property {Record<string, string>} tags unescaped; a tag without a value has the value ""
 */

/** @returns {Message} */
export function message(command, params = [], tags = {}, source = "") {
  return { command, params, source, tags };
}

/** Parse one line without its end. Throws FormatError. @returns {Message} */
export function parse(line) {
  if (/[\0\r\n]/.test(line)) throw new FormatError("a message must not hold NUL, CR or LF");
  let tags = Object.create(null);
  let source = "";
  if (line[0] === "@") {
    const [head, rest] = partition(line, " ");
    tags = parseTags(head.slice(1));
    line = rest;
  }
  line = line.replace(/^ +/, "");
  if (line[0] === ":") {
    const [head, rest] = partition(line, " ");
    source = head.slice(1);
    line = rest.replace(/^ +/, "");
  }
  const colon = line.indexOf(" :");
  const middle = colon < 0 ? line : line.slice(0, colon);
  const params = middle.split(" ").filter((param) => param !== "");
  const command = params.shift();
  if (command === undefined) throw new FormatError("a message must have a command");
  if (":@".includes(command[0])) throw new FormatError("a command must not start with ':' or '@'");
  if (colon >= 0) params.push(line.slice(colon + 2));
  return { command: inCapitals(command), params, source, tags };
}

/** Return the line without CR LF. Throws FormatError if it would not read back as this message. */
export function format({ command, params, tags }) {
  if (!command || ":@".includes(command[0]) || command.includes(" ")) throw new FormatError("not a command");
  const head = Object.keys(tags).length ? `@${formatTags(tags)} ` : "";
  const middle = params.slice(0, -1);
  if (middle.some((param) => param === "" || param[0] === ":" || param.includes(" "))) {
    throw new FormatError("only the last parameter may be empty, start with ':' or hold a space");
  }
  const words = [command, ...middle];
  if (params.length) {
    const last = params[params.length - 1];
    words.push(last === "" || last[0] === ":" || last.includes(" ") ? `:${last}` : last);
  }
  const line = head + words.join(" ");
  if (/[\0\r\n]/.test(line)) throw new FormatError("CR, LF or NUL inside a message");
  return line;
}

/** Parse what stands between "@" and the space; of duplicates the last counts. */
export function parseTags(text) {
  const tags = Object.create(null);
  for (const item of text.split(";")) {
    const [key, value] = partition(item, "=");
    if (key && key !== "+") tags[key] = value.replace(/\\(.?)/gsu, (_, after) => UNESCAPES[after] ?? after);
  }
  return tags;
}

export function formatTags(tags) {
  return Object.entries(tags)
    .map(([key, value]) => {
      if (!key || key === "+" || NOT_IN_KEY.test(key)) throw new FormatError(`not a tag key: ${key}`);
      return value ? `${key}=${escapeValue(value)}` : key;
    })
    .join(";");
}

export function escapeValue(value) {
  return value.replace(/[; \r\n\\]/g, (char) => ESCAPES[char]);
}

/** Split ``nick[!user][@host]``; a server's name is the nick. */
export function parseSource(source) {
  const [rest, host] = partition(source, "@");
  const [nick, user] = partition(rest, "!");
  return { nick, user, host };
}

/** Parse ``+ov-k`` with its parameters. `takes(mode, add)` says which letters have one. */
export function parseModes(modes, params, takes) {
  const rest = [...params];
  let add = true;
  const changes = [];
  for (const mode of modes ?? "") {
    if (mode === "+" || mode === "-") add = mode === "+";
    else changes.push({ add, mode, param: takes(mode, add) ? (rest.shift() ?? null) : null });
  }
  return changes;
}

/** Return changes as ``+ov-k bob bob key``. */
export function formatModes(changes) {
  let text = "";
  let sign = null;
  for (const { add, mode } of changes) {
    if (add !== sign) text += add ? "+" : "-";
    sign = add;
    text += mode;
  }
  return [text, ...changes.map(({ param }) => param).filter((param) => param !== null)].join(" ");
}

/** Python's `str.partition`, without the separator. */
export function partition(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function inCapitals(command) {
  return /^[\x00-\x7f]*$/.test(command) ? command.toUpperCase() : command;
}

/*
 * Messages about messages: replies, reactions and edits, as tags.
 * https://ircv3.net/specs/client-tags/reply  https://ircv3.net/specs/client-tags/react
 */

const first = (tags, names) => names.map((name) => tags[name]).find(Boolean) ?? "";

export const replyOf = (tags) => first(tags, ["+draft/reply", "+reply"]);
export const reactionOf = (tags) => first(tags, ["+draft/react", "+react"]);
export const takenBackOf = (tags) => first(tags, ["+draft/unreact", "+unreact"]);
export const editsOf = (tags) => first(tags, ["+draft/edit", "+edit"]);

export const replyTags = (msgid) => (msgid ? { "+draft/reply": msgid, "+reply": msgid } : {});
export const editTags = (msgid) => (msgid ? { "+draft/edit": msgid } : {});
export const reactionTags = (msgid, sign) => ({ "+draft/react": sign, ...replyTags(msgid) });
export const unreactTags = (msgid, sign) => ({ "+draft/unreact": sign, ...replyTags(msgid) });

/** The tag and capability by which a line that is sent again after a cut is said once: docs/idempotency-keys.md. */
export const IDEMPOTENCY_KEY = "trialogue.chat/idempotency-key";
