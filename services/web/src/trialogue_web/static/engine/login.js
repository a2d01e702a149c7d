/** Logging in on one connection, by SCRAM-SHA-256.  https://ircv3.net/specs/extensions/sasl-3.1 */

const CHUNK = 400;

/** The dialogue about who we are. What it returns is to be sent; what it throws has the key of a sentence as its text. */
export class Login {
  #scram = null;
  #step = 0;
  #received = "";
  #kept = null;
  #keys;

  /**
   * @param {{account: string, password?: string, kept?: object | null, stays?: boolean, nonce: string}} credentials
   *   `stays`: whether the key is to be kept in this browser
   */
  constructor(credentials, keys) {
    this.credentials = credentials;
    this.#keys = keys;
  }

  get account() {
    return this.credentials.account;
  }

  /** Answer one ``AUTHENTICATE`` line. @returns {Promise<string[]>} */
  async answer(text) {
    this.#received += text === "+" ? "" : text;
    if (text.length === CHUNK) return [];
    const received = this.#received;
    this.#received = "";
    this.#step += 1;
    if (this.#step === 1) {
      if (!globalThis.crypto?.subtle) throw new Error("no-cryptography");
      const { Scram } = await import("../irc/scram.js");
      this.#scram = new Scram(this.credentials);
      return chunks(this.#scram.begin());
    }
    if (this.#step === 2) {
      const { response, kept } = await this.#scram.prove(received);
      this.#kept = kept;
      return chunks(response);
    }
    this.#scram.check(received);
    return ["+"];
  }

  /** The server has let us in. @returns what to log in with from now on, without the password */
  accepted() {
    return { ...this.credentials, password: "", kept: this.#kept };
  }

  /** Keep the key in this browser, if it is to stay. */
  async keep() {
    if (this.credentials.stays && this.#kept) await this.#keys.set(this.#kept);
  }
}

function chunks(text) {
  const parts = text.match(new RegExp(`.{1,${CHUNK}}`, "g")) ?? [];
  return parts.length === 0 || parts[parts.length - 1].length === CHUNK ? [...parts, "+"] : parts;
}
