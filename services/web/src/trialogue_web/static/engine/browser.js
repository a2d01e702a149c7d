/** What the browser gives: a connection that comes back by itself, and what is kept from one visit to the next. */

const PREFIX = "trialogue.";

/** Values by name; where the browser keeps nothing, they last as long as the page. */
export class Storage {
  /** What the outbox of this tab is called: each tab has its own. */
  outbox = "outbox";
  #memory = new Map();
  #store;

  constructor(store = globalThis.localStorage) {
    this.#store = store;
  }

  get(name, standard) {
    try {
      const text = this.#memory.get(name) ?? this.#store?.getItem(PREFIX + name);
      return text === null || text === undefined ? standard : JSON.parse(text);
    } catch {
      return standard;
    }
  }

  set(name, value) {
    const text = JSON.stringify(value);
    try {
      this.#store.setItem(PREFIX + name, text);
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, text);
    }
  }

  remove(name) {
    this.#memory.delete(name);
    try {
      this.#store.removeItem(PREFIX + name);
    } catch {
      // Nothing is kept here.
    }
  }
}

/** How long the tab that was here before a reload may take to end, in milliseconds. */
const ENDING = 500;

/**
 * Find the outbox of this tab, and take over those of tabs that are gone. A tab holds a lock with the name of its outbox
 * for as long as it lives.
 */
export async function claimOutbox(storage, newId) {
  if (!navigator.locks) return; // Not on an encrypted page: one outbox for all tabs.
  const kept = sessionStorage.getItem(`${PREFIX}outbox`);
  const own = kept && (await hold(kept, { signal: AbortSignal.timeout(ENDING) })) ? kept : `outbox.${newId()}`;
  if (own !== kept) await hold(own, {});
  sessionStorage.setItem(`${PREFIX}outbox`, own);
  storage.outbox = own;
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(`${PREFIX}outbox`))) {
    const other = name.slice(PREFIX.length);
    if (other === own || !(await hold(other, { ifAvailable: true }))) continue;
    storage.set(own, [...storage.get(other, []), ...storage.get(own, [])]);
    storage.remove(other);
  }
}

/** Take a lock until this page ends; @returns whether it was to be had */
function hold(name, options) {
  return new Promise((done) => {
    const held = navigator.locks.request(PREFIX + name, options, (lock) => {
      done(lock !== null);
      return lock && new Promise(() => {});
    });
    held.catch(() => done(false));
  });
}

/** The key of the account that stays logged in: a CryptoKey that no script can read out. */
export class KeyStore {
  #open() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("trialogue", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("keys");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async #do(mode, act) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction("keys", mode);
      const request = act(transaction.objectStore("keys"));
      transaction.oncomplete = () => resolve(request.result); // Before that, a page that ends may undo it.
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  /** @returns {Promise<import("../irc/scram.js").KeptKey | null>} */
  async get() {
    try {
      return (await this.#do("readonly", (keys) => keys.get("account"))) ?? null;
    } catch {
      return null;
    }
  }

  async set(kept) {
    try {
      await this.#do("readwrite", (keys) => keys.put(kept, "account"));
    } catch {
      // A private window keeps nothing: the password is asked for again.
    }
  }

  async remove() {
    try {
      await this.#do("readwrite", (keys) => keys.delete("account"));
    } catch {
      // Nothing is kept here.
    }
  }
}

/*
 * The connection to the server: a WebSocket that comes back by itself.  https://ircv3.net/specs/extensions/websocket
 *
 * A laptop that wakes up, a network that comes back and a page that is looked at again try at once; what is silent for
 * too long is asked, and given up if it does not answer.
 */

const SUBPROTOCOL = "text.ircv3.net";
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const SILENT = 75_000;
const PATIENCE = 10_000;

export class Link {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #timer = 0;
  #heard = 0;
  #asked = 0;
  #wanted = false;
  #handlers;
  #url;

  /** @param {{opened: () => void, line: (text: string) => void, lost: (retryIn: number) => void, ping: () => void}} handlers */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
    addEventListener("online", () => this.#hurry());
    addEventListener("pageshow", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
    setInterval(() => this.#watch(), 5000);
  }

  open() {
    this.#wanted = true;
    this.#failures = 0;
    this.#connect();
  }

  /** End the connection for good. */
  close() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  send(lines) {
    if (this.#socket?.readyState === WebSocket.OPEN) for (const line of lines) this.#socket.send(line);
  }

  /** The server has taken us in: the next failure is the first again. */
  settled() {
    this.#failures = 0;
  }

  #connect() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.#url, [SUBPROTOCOL]);
    this.#socket = socket;
    this.#asked = this.#heard = Date.now();
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#heard = Date.now();
      this.#asked = 0;
      this.#handlers.opened();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#heard = Date.now();
      this.#asked = 0;
      this.#handlers.line(data.replace(/[\r\n]+$/, ""));
    };
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  #lost() {
    this.#socket = null;
    if (!this.#wanted) return;
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    const retryIn = Math.round(pause * (0.75 + Math.random() / 2)); // A thousand pages do not come back in one moment.
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), retryIn);
    this.#handlers.lost(retryIn);
  }

  #hurry() {
    if (!this.#wanted) return;
    if (!this.#socket) this.#connect();
    else if (this.#socket.readyState === WebSocket.OPEN && Date.now() - this.#heard > PATIENCE) this.#ask();
  }

  #ask() {
    if (this.#asked) return;
    this.#asked = Date.now();
    this.#handlers.ping();
  }

  #watch() {
    const socket = this.#socket;
    if (!socket) return;
    if (this.#asked && Date.now() - this.#asked > PATIENCE) {
      this.#socket = null;
      socket.close();
      this.#lost();
    } else if (socket.readyState === WebSocket.OPEN && Date.now() - this.#heard > SILENT) this.#ask();
  }
}
