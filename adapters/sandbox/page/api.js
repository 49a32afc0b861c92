import { say } from "./words.js";

/** A refusal in words for people. `status` is 0 when the server could not be reached; `answer` is its JSON. */
export class Refusal extends Error {
  constructor(status, message, answer = null) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

/** Refusals that people meet in ordinary use; the page has its own words for them in every language. */
const PLAIN = new Set([413, 429, 503]);

export function read(path) {
  return ask(path, { headers: { Accept: "application/json" } });
}

export function write(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal(0, say("unreachable"));
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const words = PLAIN.has(response.status) ? say(`refused${response.status}`) : answer?.error;
    throw new Refusal(response.status, words ?? `HTTP ${response.status}`, answer);
  }
  return answer;
}

/** A new id for a message; sending it again under this id does not post it twice. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const EVENTS = [
  "hello",
  "message",
  "verdict",
  "hidden",
  "restored",
  "case",
  "audit",
  "inbox",
  "member",
  "mode",
  "erased",
];
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/** Listens to the server for as long as the page is open, connecting again whenever the stream ends. */
export function listen(onEvent, onState) {
  let retryMs = FIRST_RETRY_MS;
  const connect = () => {
    const source = new EventSource("/api/events");
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        if (name === "hello") {
          retryMs = FIRST_RETRY_MS;
          onState("live");
        }
        onEvent(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      // The browser gives up for good on some failures, so every connection is made anew here.
      source.close();
      onState("lost");
      setTimeout(connect, retryMs);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    });
  };
  onState("connecting");
  connect();
}
