import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { makeListeningLog } from "../adapters/system/silent-log.ts";
import type { Delivered, Notice, Notifier } from "../../src/ports/notifier.ts";
import type { ActionError } from "../../src/ports/platform.ts";

/** What a receiver may do with notices. */
export type Answer = "accept" | Exclude<ActionError["kind"], "gone" | "irreversible"> | "silence";

/** A notice as the receiver has it. */
export interface ReceivedNotice {
  /** By which a receiver recognises a repeated try. */
  readonly token: string;
  readonly title: string;
  /** Everything that a reader sees, decoded. */
  readonly text: string;
}

/** How long the notifier waits, in ms. */
export interface Patience {
  /** For a receiver that says nothing. */
  readonly silenceMs: number;
  /** For what is under way when it is closed. */
  readonly graceMs: number;
}

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  readonly log: ReturnType<typeof makeListeningLog>;
  /** A person whom the receiver knows. */
  readonly address: string;
  /** What may stand in no log and no error: addresses, passwords, keys. */
  readonly secrets: readonly string[];
  /** What the receiver answers from now on; `accept` at first. */
  readonly answer: (answer: Answer) => void;
  /** Resolves once the receiver is at work on a notice. */
  readonly busy: () => Promise<void>;
  readonly received: () => readonly ReceivedNotice[];
  /** Connections that the receiver still has. */
  readonly connections: () => Promise<number>;
  /** What a reader sees of a title. */
  readonly shown: (title: string) => string;
  /** Ends the receiver. */
  readonly close: () => Promise<void>;
}

export const NOTICE: Notice = {
  id: "case-142-rung-1-person-7",
  communityId: "harbour",
  caseNumber: 142,
  title: "Case #142 waits for a decision",
  lines: ["A promise of profit in #general", "频道:公告;严重程度:高", ".", "Due at 18:30"],
  buttons: [
    { label: "Acknowledge", command: "ack #142" },
    { label: "接手", command: "take #142" },
  ],
};

const HOSTILE: readonly (readonly [name: string, title: string])[] = [
  ["a header behind a line break", "Case\r\nBcc: everybody@example.org\r\n\r\nand a body"],
  ["the end of a message", "Case\r\n.\r\nMAIL FROM:<other@example.org>"],
  ["NUL and other control characters", "Case\u0000\u001b[2J\u0007\u0085 end"],
  ["line separators", "Case\u2028one\u2029two"],
  ["great length", `Case ${"很长的标题".repeat(2000)}`],
  ["one endless word", "x".repeat(5000)],
  ["right-to-left text", "القضية رقم 142 تنتظر قرارًا"],
  ["marks that turn text round", "Case \u202egnihton\u202c \u2067end"],
  ["emoji", "🚨 Case 👩‍👩‍👧‍👦 🇨🇳 1️⃣"],
  ["half a character", "Case \ud83d end"],
  ["encoded words", "=?utf-8?Q?Case?= =?utf-8?B?5L2g?="],
  ["nothing", ""],
];

type Open = (patience: Patience) => Promise<NotifierUnderTest>;
type Under = () => NotifierUnderTest;

/** Long enough that a busy machine does not decide what a test finds. */
const PATIENT: Patience = { silenceMs: 10_000, graceMs: 10_000 };

/** What every notifier must do. `open` is called for each test. */
export function describeNotifier(name: string, open: Open): void {
  describe(`${name} is a notifier`, () => {
    const under = openForEach(open, PATIENT);
    delivery(under);
    failures(under);
    secrecy(under);
    closing(under);
  });
  describe(`${name} takes any title`, () => {
    let opened: NotifierUnderTest;
    beforeAll(async () => {
      opened = await open(PATIENT);
    });
    afterAll(() => end(opened));
    titles(() => opened);
  });
  describe(`${name} before a silent receiver`, () => {
    gaveUp(openForEach(open, { ...PATIENT, silenceMs: 50 }));
  });
  describe(`${name} closed before a silent receiver`, () => {
    cutShort(openForEach(open, { ...PATIENT, graceMs: 50 }));
  });
}

function openForEach(open: Open, patience: Patience): Under {
  let opened: NotifierUnderTest;
  beforeEach(async () => {
    opened = await open(patience);
  });
  afterEach(() => end(opened));
  return () => opened;
}

async function end({ notifier, close }: NotifierUnderTest): Promise<void> {
  await notifier.close();
  await close();
}

function delivery(under: Under): void {
  test("a notice arrives once, with everything in it", async () => {
    const { notifier, address, received } = under();
    expect(await notifier.send(address, NOTICE)).toMatchObject({ ok: true });
    expect(received()).toHaveLength(1);
    const [{ title, text } = { title: "", text: "" }] = received();
    expect(title).toBe(NOTICE.title);
    for (const line of NOTICE.lines) expect(text.split("\n")).toContain(line);
    for (const { label, command } of NOTICE.buttons) {
      expect(text).toContain(label);
      expect(text).toContain(command);
    }
  });

  test("a receiver recognises a repeated try, and no other notice by it", async () => {
    const { notifier, address, received } = under();
    for (const id of [NOTICE.id, NOTICE.id, "another", "an id: 你好 <x>\r\n", "an id: 你好 <x>"]) {
      await notifier.send(address, { ...NOTICE, id });
    }
    const [first, again, ...others] = received().map(({ token }) => token);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });

  test("many at once arrive once each", async () => {
    const { notifier, address, received } = under();
    const sentTitles = Array.from({ length: 20 }, (_, index) => `Case #${index}`);
    const sent = await Promise.all(
      sentTitles.map((title) => notifier.send(address, { ...NOTICE, id: title, title })),
    );
    expect(sent.every(({ ok }) => ok)).toBe(true);
    expect(new Set(received().map(({ title }) => title))).toEqual(new Set(sentTitles));
    expect(received()).toHaveLength(20);
  });
}

function titles(under: Under): void {
  test.each(HOSTILE)("a title with %s arrives as one title", async (_name, title) => {
    const { notifier, address, received, shown } = under();
    const before = received().length;
    const sent = await notifier.send(address, { ...NOTICE, title });
    expect(sent).toMatchObject({ ok: true });
    const arrived = received().slice(before);
    expect(arrived.map((notice) => notice.title)).toEqual([shown(title)]);
    expect(arrived[0]?.text).toContain("频道:公告;严重程度:高");
  });
}

const REFUSALS: readonly (readonly [Answer, object])[] = [
  ["unreachable", { kind: "unreachable" }],
  ["forbidden", { kind: "forbidden", permission: expect.any(String) }],
  ["throttled", { kind: "throttled", retryAfterMs: 60_000 }],
  ["unavailable", { kind: "unavailable", cause: expect.anything() }],
];

function failures(under: Under): void {
  test.each(REFUSALS)("%s is told apart, and passes", async (kind, error) => {
    const { notifier, address, answer, received } = under();
    answer(kind);
    expect(await notifier.send(address, NOTICE)).toEqual({ ok: false, error });
    expect(received()).toHaveLength(0);
    answer("accept");
    expect(await notifier.send(address, NOTICE)).toMatchObject({ ok: true });
    expect(received()).toHaveLength(1);
  });

  test("a receiver that is not there is unavailable", async () => {
    const { notifier, address, close } = under();
    await close();
    expect(await notifier.send(address, NOTICE)).toMatchObject({
      ok: false,
      error: { kind: "unavailable", cause: { code: "ECONNREFUSED" } },
    });
  });
}

function gaveUp(under: Under): void {
  test("it is unavailable, and neither log nor error tells more", async () => {
    const { notifier, address, answer } = under();
    answer("silence");
    const sent = await notifier.send(address, NOTICE);
    expect(sent).toMatchObject({
      ok: false,
      error: { kind: "unavailable", cause: { code: "ETIMEDOUT" } },
    });
    keepsSecrets(under(), [sent]);
  });
}

function secrecy(under: Under): void {
  test("neither the log nor an error holds an address, a password or the notice", async () => {
    const { notifier, address, answer, log, close } = under();
    const outcomes: Delivered[] = [];
    const next = async () => outcomes.push(await notifier.send(address, NOTICE));
    await next();
    for (const [kind] of REFUSALS) {
      answer(kind);
      await next();
    }
    await close();
    await next();
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, false, false, false]);
    expect(log.lines).toHaveLength(outcomes.length);
    keepsSecrets(under(), outcomes);
  });
}

/** A delivery's `ref` is for the record, which is no log. */
function keepsSecrets(
  { address, secrets, log }: NotifierUnderTest,
  outcomes: readonly Delivered[],
): void {
  const failed = outcomes.filter(({ ok }) => !ok);
  const said = inspect([failed, log.lines], { depth: Infinity, showHidden: true });
  for (const secret of [...secrets, address, NOTICE.title, ...NOTICE.lines.slice(0, 2)]) {
    expect(said).not.toContain(secret);
  }
}

/** What keeps this process from ending: sockets, servers and timers, those of the test itself among them. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(?:TCP|TLS|Timeout)/u.test(name))
    .toSorted();
}

/** Lets sockets finish closing. The limit is no measurement: it ends a test that has failed. */
async function settled(done: () => Promise<boolean> | boolean): Promise<void> {
  const limit = performance.now() + 2000;
  while (!(await done()) && performance.now() < limit) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The handles of a test in which nothing has happened, once the sockets of the test before are gone. */
async function quiet(): Promise<readonly string[]> {
  const servers = () => handles().filter((name) => name === "TCPServerWrap").length;
  await settled(() => servers() <= 1 && !handles().includes("TCPSocketWrap"));
  return handles();
}

/** What is left beyond `before`, once sockets had time to close. */
async function leftOver(
  before: readonly string[],
  { connections }: NotifierUnderTest,
): Promise<{ handles: readonly string[]; connections: number }> {
  const more = () => {
    const rest = [...before];
    return handles().filter((name) => {
      const index = rest.indexOf(name);
      if (index !== -1) rest.splice(index, 1);
      return index === -1;
    });
  };
  await settled(async () => (await connections()) === 0 && more().length === 0);
  return { handles: more(), connections: await connections() };
}

const NOTHING = { handles: [], connections: 0 };

function closing(under: Under): void {
  test("closing leaves no connection and no timer", async () => {
    const { notifier, address } = under();
    const before = await quiet();
    await Promise.all([notifier.send(address, NOTICE), notifier.send(address, NOTICE)]);
    await notifier.close();
    expect(await leftOver(before, under())).toEqual(NOTHING);
  });

  test("a notice under way still arrives, a later one is refused", async () => {
    const { notifier, address, received } = under();
    const sending = notifier.send(address, NOTICE);
    await Promise.all([notifier.close(), notifier.close()]);
    expect(await sending).toMatchObject({ ok: true });
    expect(await notifier.send(address, NOTICE)).toMatchObject({
      ok: false,
      error: { kind: "unavailable" },
    });
    expect(received()).toHaveLength(1);
  });
}

function cutShort(under: Under): void {
  test("what is under way ends, and leaves no connection and no timer", async () => {
    const { notifier, address, answer, busy } = under();
    const before = await quiet();
    answer("silence");
    const working = busy();
    const sending = notifier.send(address, NOTICE);
    await working;
    await notifier.close();
    expect(await sending).toMatchObject({ ok: false, error: { kind: "unavailable" } });
    expect(await leftOver(before, under())).toEqual(NOTHING);
  });
}
