/**
 * Proves that we know a password, and that the server knows it too; it never goes over the wire.
 * https://www.rfc-editor.org/rfc/rfc5802  https://www.rfc-editor.org/rfc/rfc7677
 *
 * The key that is made of the password cannot be read out again: it is kept as a CryptoKey that is not extractable.
 */

const FEWEST = 4096;
const MOST = 2_000_000;
const HMAC = { name: "HMAC", hash: "SHA-256" };
const encoder = new TextEncoder();

/** The text is the key of a sentence. */
export class LoginError extends Error {}

/** @typedef {{account: string, key: CryptoKey, salt: string, rounds: number}} KeptKey */

/** Make the key of a password. @returns {Promise<KeptKey>} */
export async function deriveKey(account, password, salt, rounds) {
  const base = await crypto.subtle.importKey("raw", encoder.encode(prepare(password)), "PBKDF2", false, ["deriveKey"]);
  const made = { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(salt), iterations: rounds };
  const key = await crypto.subtle.deriveKey(made, base, { ...HMAC, length: 256 }, false, ["sign"]);
  return { account, key, salt, rounds };
}

/** One dialogue. */
export class Scram {
  #first;
  #nonce;
  #expected = "";
  #password;
  #kept;
  #account;

  /** `nonce` must be new and unknown to anybody. Either a password or a kept key is needed. */
  constructor({ account, password = "", kept = null, nonce }) {
    this.#account = account;
    this.#password = password;
    this.#kept = kept;
    this.#nonce = nonce;
    this.#first = `n=${prepare(account).replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
  }

  /** What is said first. */
  begin() {
    return toBase64(encoder.encode(`n,,${this.#first}`));
  }

  /** Answer the server's first word. Throws LoginError. @returns {Promise<{response: string, kept: KeptKey}>} */
  async prove(challenge) {
    const first = decode(challenge);
    const { r: nonce = "", s: salt = "", i = "" } = fieldsOf(first);
    const rounds = Number(i);
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) throw new LoginError("not-our-question");
    if (!(rounds >= FEWEST && rounds <= MOST)) throw new LoginError("unsafe-rounds");
    const kept = await this.#key(salt, rounds);
    const last = `c=${toBase64(encoder.encode("n,,"))},r=${nonce}`;
    const about = encoder.encode([this.#first, first, last].join(","));
    const clientKey = await sign(kept.key, encoder.encode("Client Key"));
    const stored = new Uint8Array(await crypto.subtle.digest("SHA-256", clientKey));
    const signature = await sign(await hmacKey(stored), about);
    const serverKey = await sign(kept.key, encoder.encode("Server Key"));
    this.#expected = `v=${toBase64(await sign(await hmacKey(serverKey), about))}`;
    const proof = clientKey.map((byte, place) => byte ^ signature[place]);
    return { response: toBase64(encoder.encode(`${last},p=${toBase64(proof)}`)), kept };
  }

  /** Check that the server knows the password too. Throws LoginError. */
  check(challenge) {
    if (!this.#expected || decode(challenge) !== this.#expected) throw new LoginError("server-not-proved");
  }

  async #key(salt, rounds) {
    if (this.#kept && this.#kept.salt === salt && this.#kept.rounds === rounds) return this.#kept;
    if (!this.#password) throw new LoginError("password-again");
    return deriveKey(this.#account, this.#password, salt, rounds);
  }
}

/** Write what looks the same in the same way (SASLprep, RFC 4013), as far as a browser can without its tables. */
export function prepare(text) {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const mapped = text
    .replace(/[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g, "")
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .normalize("NFKC");
  if (/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\u200e\u200f\u202a-\u202e\u206a-\u206f\ufff9-\uffff]/u.test(mapped)) {
    throw new LoginError("forbidden-character");
  }
  return mapped;
}

async function sign(key, data) {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, data));
}

function hmacKey(raw) {
  return crypto.subtle.importKey("raw", raw, HMAC, false, ["sign"]);
}

function fieldsOf(text) {
  return Object.fromEntries(text.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}

function decode(base64) {
  return new TextDecoder().decode(fromBase64(base64));
}

export function toBase64(data) {
  return btoa(String.fromCharCode(...data));
}

export function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    throw new LoginError("senseless-answer");
  }
}
