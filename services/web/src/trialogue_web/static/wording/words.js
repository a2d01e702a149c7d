/** Sentences by their keys, from one catalogue for each language. */

const LANGUAGES = ["en"];
const CLOCK = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const FULL = /** @type {const} */ ({ dateStyle: "full", timeStyle: "medium" });

let catalogue = /** @type {Record<string, string | Record<string, string>>} */ ({});
let plural = new Intl.PluralRules("en");
/** Making a formatter takes a hundred times as long as using it. */
let clock = new Intl.DateTimeFormat("en", CLOCK);
let full = new Intl.DateTimeFormat("en", FULL);
let dates = "en";

/** Load the catalogue of the best language that there is. */
export async function load(wanted = navigator.languages) {
  const language = wanted.map((tag) => tag.split("-")[0]).find((tag) => LANGUAGES.includes(tag)) ?? "en";
  const response = await fetch(new URL(`./${language}.json`, import.meta.url));
  use(await response.json(), language);
  dates = wanted.find((tag) => tag.split("-")[0] === language) ?? language;
  [clock, full] = [new Intl.DateTimeFormat(dates, CLOCK), new Intl.DateTimeFormat(dates, FULL)];
  document.documentElement.lang = language;
}

/** Use this catalogue. */
export function use(sentences, language = "en") {
  catalogue = sentences;
  plural = new Intl.PluralRules(language);
}

/** Return the sentence with these values; of several forms, the one that fits the `count`. */
export function say(key, values = {}) {
  const found = catalogue[key] ?? key;
  const text = typeof found === "string" ? found : (found[plural.select(values.count ?? 0)] ?? found.other);
  return text.replace(/\{([a-z]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const clockTime = (at) => clock.format(at);
export const fullTime = (at) => full.format(at);

/** "Today", "Yesterday", or the date. */
export function dayName(at, now = Date.now()) {
  const day = new Date(at);
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0 || days === 1) return say(days ? "yesterday" : "today");
  const year = day.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(dates, { weekday: "long", day: "numeric", month: "long", year });
}
