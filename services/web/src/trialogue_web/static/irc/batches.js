/**
 * Groups what belongs together: the answers to one request, the lines of one message, what is told of the past.
 * https://ircv3.net/specs/extensions/batch  https://ircv3.net/specs/extensions/labeled-response
 * https://ircv3.net/specs/extensions/multiline  Mirrors the terminal client's `core.batches`.
 */

import { combine, compose } from "./text.js";

const HISTORY = ["chathistory", "draft/chathistory", "search", "draft/search", "soju.im/search"];
const MULTILINE = "draft/multiline";
const OPEN = 1000;
const LINES = 10_000;

/** @typedef {{label: string, history: boolean, outer: string, lines: import("./message.js").Message[] | null,
 *   opening: import("./message.js").Message}} Batch */

export class Batches {
  /** @type {Map<string, Batch>} */
  #open = new Map();

  /** The label that the message carries itself or through its batch, or "". */
  labelOf({ tags }) {
    return tags.label || this.#open.get(tags.batch ?? "")?.label || "";
  }

  /** Whether this happened before, and is only told again. */
  isHistory({ tags }) {
    return this.#open.get(tags.batch ?? "")?.history ?? false;
  }

  /**
   * Return what is to be handled now: the message, nothing for a line of a longer one, that one at its end.
   * A longer one has the tags of its batch, and line feeds in its text.
   */
  gather(message) {
    if (message.command === "BATCH") return this.#batch(message);
    const batch = this.#open.get(message.tags.batch ?? "");
    if (!batch?.lines || !["PRIVMSG", "NOTICE"].includes(message.command) || message.params.length < 2) return [message];
    if (batch.lines.length < LINES) batch.lines.push(message);
    return [];
  }

  /** Forget a batch: everything of it has been handled. Return its label if the answer to a request ends with it. */
  close(message) {
    const ref = message.params[0]?.slice(1) ?? "";
    const batch = this.#open.get(ref);
    this.#open.delete(ref);
    return batch && batch.opening.tags.label && !batch.lines ? batch.label : "";
  }

  #batch(message) {
    const [reference = "", kind = ""] = message.params;
    const ref = reference.slice(1);
    if (reference[0] === "+") {
      const history = HISTORY.includes(kind) || this.isHistory(message);
      const lines = kind === MULTILINE ? [] : null;
      this.#open.set(ref, { label: this.labelOf(message), history, outer: message.tags.batch ?? "", lines, opening: message });
      if (this.#open.size > OPEN) this.#open.delete(this.#open.keys().next().value ?? "");
      return [];
    }
    const batch = this.#open.get(ref);
    return batch?.lines?.length ? [whole(batch), message] : [message];
  }
}

function whole({ opening, lines }) {
  const pieces = lines.map(({ params, tags }) => ({ piece: params[1], concat: "draft/multiline-concat" in tags }));
  return { ...lines[0], params: [lines[0].params[0], combine(compose(pieces))], tags: opening.tags };
}
