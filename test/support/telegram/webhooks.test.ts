import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { call, eventually } from "./client-for-test.ts";
import { type LoopbackTelegram, startLoopbackTelegram } from "./loopback.ts";
import type { Chat, Person } from "./types.ts";

interface Update {
  readonly update_id: number;
  readonly message?: { readonly text?: string; readonly chat: { readonly id: number } };
  readonly edited_message?: { readonly text?: string };
}

let telegram: LoopbackTelegram;
let group: Chat;
let alice: Person;

beforeEach(async () => {
  telegram = await startLoopbackTelegram();
  group = telegram.build.supergroup();
  alice = telegram.build.member(group, "Alice");
});

afterEach(() => telegram.close());

const poll = (params: object = {}) => call<Update[]>(telegram, "getUpdates", params);
const later = async (ms: number) => telegram.clock.advance(ms);
const texts = (updates: readonly Update[]) => updates.map((each) => each.message?.text);

/** A bot's own server: notes what comes, and answers as told. */
class Receiver {
  readonly got: { readonly update: Update; readonly parts: number; readonly secret: unknown }[] =
    [];
  readonly raw: string[] = [];
  status = 200;
  answer = "";
  /** Posts of these wait for `release`. */
  held: (update: Update) => boolean = () => false;
  mostAtOnce = 0;
  url = "";
  #now = 0;
  #waiting: (() => void)[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("error", () => {});
      request.on("end", () => {
        const raw = Buffer.concat(parts).toString();
        const update = JSON.parse(raw) as Update;
        const secret = request.headers["x-telegram-bot-api-secret-token"] ?? null;
        this.raw.push(raw);
        this.got.push({ update, parts: parts.length, secret });
        this.mostAtOnce = Math.max(this.mostAtOnce, (this.#now += 1));
        const answer = () => {
          this.#now -= 1;
          response.writeHead(this.status).end(this.answer);
        };
        if (this.held(update)) this.#waiting.push(answer);
        else answer();
      });
    });
  }

  get texts(): (string | undefined)[] {
    return this.got.map(({ update }) => update.message?.text ?? update.edited_message?.text);
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  release(): void {
    this.held = () => false;
    for (const answer of this.#waiting.splice(0)) answer();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

const pending = () => telegram.look.waiting().length;

describe("webhooks", () => {
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.listen();
    telegram.webhooks.firstPauseMs = 5;
  });

  afterEach(() => receiver.close());

  const set = (more: object = {}) =>
    call(telegram, "setWebhook", { url: `${receiver.url}/hook`, ...more });

  test("what waited and what comes is posted with the secret", async () => {
    telegram.act.post(group, alice, "before");
    await set({ secret_token: "s-3_Cret" });
    telegram.act.post(group, alice, "after");
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["before", "after"]);
    expect(receiver.got.map((each) => each.secret)).toEqual(["s-3_Cret", "s-3_Cret"]);
    telegram.act.post(group, alice, "dropped");
    await set({ url: "" });
    expect(receiver.got[0]?.parts).toBe(1);
  });

  test("a failure is tried again until 2xx, and holds up its own chat alone", async () => {
    const other = telegram.build.supergroup();
    telegram.build.member(other, alice);
    receiver.status = 500;
    await set();
    telegram.act.post(group, alice, "1");
    telegram.act.post(group, alice, "2");
    await eventually(() => receiver.got.length >= 3);
    expect(new Set(receiver.texts)).toEqual(new Set(["1"]));
    const info = await call(telegram, "getWebhookInfo");
    expect(info.result).toMatchObject({
      last_error_message: "Wrong response from the webhook: 500",
      pending_update_count: 2,
    });
    telegram.act.post(other, alice, "other");
    await eventually(() => receiver.texts.includes("other"));
    receiver.status = 204;
    await eventually(() => pending() === 0);
    const order = receiver.texts.filter((each) => each !== "other");
    expect(order.indexOf("2")).toBe(order.lastIndexOf("1") + 1);
  });

  test("edits keep behind their chat's messages, other kinds may overtake them", async () => {
    const keyboard = { inline_keyboard: [[{ text: "Go", callback_data: "go" }]] };
    await call(telegram, "sendMessage", {
      chat_id: group.id,
      text: "card",
      reply_markup: keyboard,
    });
    const [card] = telegram.look.messages(group);
    if (!card) throw new Error("no card");
    receiver.held = (update) => update.message !== undefined;
    await set({ max_connections: 2 });
    const message = telegram.act.post(group, alice, "1");
    telegram.act.edit(message, "1, edited");
    telegram.act.press(card, alice, "go");
    await eventually(() => receiver.got.length === 2);
    expect(Object.keys(receiver.got[1]?.update ?? {})).toContain("callback_query");
    receiver.release();
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["1", undefined, "1, edited"]);
  });

  test("no more connections than asked for are open at once", async () => {
    receiver.held = () => true;
    const chats = Array.from({ length: 6 }, () => telegram.build.supergroup());
    await set({ max_connections: 3 });
    for (const chat of chats) telegram.act.post(chat, telegram.build.member(chat, "Bob"), "hi");
    await eventually(() => receiver.got.length === 3);
    receiver.release();
    await eventually(() => pending() === 0);
    expect(receiver.mostAtOnce).toBe(3);
  });

  test("a body broken in two anywhere arrives in two parts and whole", async () => {
    await set();
    telegram.act.post(group, alice, "保证收益🎉");
    await eventually(() => receiver.got.length === 1);
    const whole = Buffer.from(receiver.raw[0] ?? "");
    const start = whole.indexOf("保");
    for (let at = start; at < start + 17; at += 1) {
      telegram.webhooks.splitAt = at;
      telegram.act.post(group, alice, "保证收益🎉");
      await eventually(() => pending() === 0);
    }
    expect(new Set(receiver.texts)).toEqual(new Set(["保证收益🎉"]));
    expect(receiver.got.slice(1).map((each) => each.parts)).toEqual(
      Array.from({ length: 17 }, () => 2),
    );
  });

  test("several instances take turns behind one address", async () => {
    const second = new Receiver();
    await second.listen();
    telegram.webhooks.instances = [receiver.url, second.url];
    await set({ url: "https://bot.example/hook?x=1" });
    for (const text of ["1", "2", "3", "4"]) telegram.act.post(group, alice, text);
    await eventually(() => pending() === 0);
    expect([receiver.texts, second.texts]).toEqual([
      ["1", "3"],
      ["2", "4"],
    ]);
    await second.close();
  });

  test("an answer that is lost brings the update twice, a connection that breaks once", async () => {
    await set();
    telegram.faults.next({ kind: "reset", after: true }, { method: "WEBHOOK" });
    telegram.act.post(group, alice, "1");
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["1", "1"]);
    telegram.faults.next({ kind: "reset" }, { method: "WEBHOOK" });
    telegram.faults.next({ kind: "delay", ms: 5 }, { method: "WEBHOOK" });
    telegram.act.post(group, alice, "2");
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["1", "1", "2"]);
    expect(telegram.faults.struck).toMatchObject({ reset: 2, delay: 1 });
  });

  test("a call in the answer is refused, because nobody would learn what became of it", async () => {
    await set();
    receiver.answer = "ok";
    telegram.act.post(group, alice, "1");
    await eventually(() => pending() === 0);
    expect(telegram.refusals).toEqual([]);
    receiver.answer = JSON.stringify({ method: "sendMessage", chat_id: group.id, text: "lost" });
    telegram.act.post(group, alice, "2");
    await eventually(() => pending() === 0);
    expect(telegram.refusals).toMatchObject([{ method: "WEBHOOK", code: 501 }]);
    expect(telegram.look.fromBot(group)).toEqual([]);
  });

  test("in bad weather nothing is lost, and what is new comes in order", async () => {
    telegram.webhooks.firstPauseMs = 1;
    await set();
    telegram.faults.randomly(7, { errorAfter: 0.1, reset: 0.1, resetAfter: 0.1 });
    const sent = Array.from({ length: 60 }, (_, i) => String(i));
    for (const text of sent) telegram.act.post(group, alice, text);
    await eventually(() => pending() === 0);
    expect(receiver.texts.length).toBeGreaterThan(sent.length);
    expect([...new Set(receiver.texts)]).toEqual(sent);
  });

  test.each([
    ["a day old", () => later(86_400_000)],
    ["dropped", async () => void (await set({ drop_pending_updates: true }))],
  ])("what is %s is not posted any more", async (_why, become) => {
    receiver.held = () => true;
    await set();
    telegram.act.post(group, alice, "under way");
    telegram.act.post(group, alice, "behind");
    await eventually(() => receiver.got.length === 1);
    await become();
    telegram.act.post(group, alice, "new");
    receiver.release();
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["under way", "new"]);
  });

  test("setting the same webhook again brings nothing twice", async () => {
    receiver.held = () => true;
    await set();
    telegram.act.post(group, alice, "1");
    await eventually(() => receiver.got.length === 1);
    await set();
    receiver.release();
    await eventually(() => pending() === 0);
    expect(receiver.texts).toEqual(["1"]);
  });

  test("where nobody listens the update waits, and comes by poll once the webhook is gone", async () => {
    await call(telegram, "setWebhook", { url: "http://127.0.0.1:1/" });
    telegram.act.post(group, alice, "1");
    await eventually(() => telegram.webhooks.lastError?.words === "Connection refused");
    await call(telegram, "deleteWebhook");
    expect(texts((await poll()).result)).toEqual(["1"]);
  });
});
