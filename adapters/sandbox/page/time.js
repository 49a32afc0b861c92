import { currentLanguage, say } from "./words.js";

let zone = deviceZone();

/** The time zone of this device. */
export function deviceZone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** In which zone times are shown from now on, null for that of the device; returns whether that is another. */
export function readIn(timeZone) {
  const before = zone;
  zone = timeZone ?? deviceZone();
  return zone !== before;
}

/** Time of day, with the date when it was another day; in the reader's zone. */
export function clockTime(ms) {
  const today = dayOf(ms) === dayOf(Date.now());
  const options = {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    ...(!today && { month: "short", day: "numeric" }),
  };
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(ms));
}

function dayOf(ms) {
  return new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone: zone }).format(new Date(ms));
}

/** Date and time to the second with the zone, for records. */
export function fullTime(ms) {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "long",
    timeZone: zone,
  }).format(new Date(ms));
}

const UNITS = {
  en: ["d", "h", "min", "s"],
  "zh-CN": ["天", "小时", "分", "秒"],
  "zh-TW": ["天", "小時", "分", "秒"],
};

/** A length of time in the largest two units: `1 h 5 min`. */
export function age(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units = UNITS[currentLanguage()];
  const parts = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const first = parts.findIndex((part) => part > 0);
  if (first === -1) return `0 ${units[3]}`;
  return parts
    .slice(first, first + 2)
    .map((part, index) => `${part} ${units[first + index]}`)
    .join(" ");
}

/** A `<time>` element. */
export function timeElement(ms, words = clockTime(ms)) {
  const node = document.createElement("time");
  node.dateTime = new Date(ms).toISOString();
  node.title = fullTime(ms);
  node.textContent = words;
  return node;
}

/** Writes how long open cases have waited, and how long leases still last: the words of `data-words` with `age` and `left`. */
export function tick(root) {
  const now = Date.now();
  for (const node of root.querySelectorAll("[data-since]")) {
    node.textContent = say("waiting", { age: age(now - Number(node.dataset.since)) });
  }
  for (const node of root.querySelectorAll("[data-until]")) {
    const left = Number(node.dataset.until) - now;
    node.textContent = say(node.dataset.words, { name: node.dataset.name, left: age(left) });
    node.classList.toggle("late", left <= 0);
  }
}
