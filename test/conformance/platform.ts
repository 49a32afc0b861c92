import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { firstRound, newRound } from "../../src/engine/case/ladder-state.ts";
import type { Message } from "../../src/engine/message.ts";
import type { OnMessage, PlatformEvent } from "../../src/ports/platform.ts";
import type { CaseView } from "../../src/ports/store.ts";
import { notices, people, sanctions } from "./platform-people.ts";
import {
  accepted,
  DONE,
  GONE,
  HANDLED,
  type PlatformUnderTest,
  type Under,
} from "./platform-under-test.ts";
import { HELD, NOW } from "./recordings.ts";

/** What every platform adapter must do. `open` is called for each test. */
export function describePlatform(name: string, open: () => Promise<PlatformUnderTest>): void {
  describe(`${name} is a platform`, () => {
    let opened: PlatformUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const under = () => opened;
    intake(under);
    events(under);
    effects(under);
    sanctions(under);
    notices(under);
    people(under);
    moderators(under);
  });
}

/** A consumer that holds every message until it is told to go on. */
function makeGate() {
  const received: string[] = [];
  const waiting: { text: string; finish: (error?: Error) => void }[] = [];
  const arrivals: (() => void)[] = [];
  const onMessage: OnMessage = (message) =>
    new Promise((resolve, reject) => {
      received.push(message.text);
      waiting.push({
        text: message.text,
        finish: (error) => (error ? reject(error) : resolve(HANDLED)),
      });
      for (const arrived of arrivals.splice(0)) arrived();
    });
  return {
    received,
    onMessage,
    async waitFor(count: number): Promise<void> {
      while (received.length < count) await new Promise<void>((resolve) => arrivals.push(resolve));
    },
    finish(text: string, error?: Error): void {
      const index = waiting.findIndex((each) => each.text === text);
      waiting.splice(index, 1)[0]?.finish(error);
    },
  };
}

/** Lets everything run that is not waiting for the gate. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function intake(under: Under): void {
  test("a message arrives with its author, channel, community and text", async () => {
    const { platform, send, channels, communityId } = under();
    const received: Message[] = [];
    await platform.start(async (message) => {
      received.push(message);
      return HANDLED;
    });
    const sent = send(channels[0], "hello 你好");
    expect(await sent.acknowledged).toBe(true);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      id: sent.messageId,
      platform: platform.name,
      text: "hello 你好",
      channel: { id: channels[0] },
      community: { id: communityId },
      author: { id: sent.authorId },
    });
    expect(received[0]?.sentAt).toBeGreaterThan(0);
  });

  test("messages of one channel are handed over in order", async () => {
    const { platform, send, channels } = under();
    const gate = makeGate();
    await platform.start(gate.onMessage);
    const texts = ["one", "two", "three"];
    const sent = texts.map((text) => send(channels[0], text));
    for (const [nth, text] of texts.entries()) {
      await gate.waitFor(nth + 1);
      gate.finish(text);
    }
    expect(await Promise.all(sent.map((each) => each.acknowledged))).toEqual([true, true, true]);
    expect(gate.received).toEqual(texts);
  });

  test("one channel does not wait for another", async () => {
    const { platform, send, channels } = under();
    const gate = makeGate();
    await platform.start(gate.onMessage);
    const slow = send(channels[0], "slow");
    await gate.waitFor(1);
    const quick = send(channels[1], "quick");
    await gate.waitFor(2);
    gate.finish("quick");
    expect(await quick.acknowledged).toBe(true);
    gate.finish("slow");
    expect(await slow.acknowledged).toBe(true);
  });

  test("a message is acknowledged only once it is recorded", async () => {
    const { platform, send, channels } = under();
    const gate = makeGate();
    await platform.start(gate.onMessage);
    const sent = send(channels[0], "hello");
    let acknowledged = false;
    void sent.acknowledged.then(() => (acknowledged = true));
    await gate.waitFor(1);
    await settle();
    expect(acknowledged).toBe(false);
    gate.finish("hello");
    expect(await sent.acknowledged).toBe(true);
  });

  test("a refused hand-over loses neither later messages nor itself", async () => {
    const { platform, send, deliverAgain, channels } = under();
    const received: string[] = [];
    let broken = true;
    await platform.start(async ({ text }) => {
      received.push(text);
      if (text === "first" && broken) throw new Error("the database is away");
      return HANDLED;
    });
    const first = send(channels[0], "first");
    const second = send(channels[0], "second");
    expect(await first.acknowledged).toBe(false);
    expect(await second.acknowledged).toBe(true);
    broken = false;
    expect(await deliverAgain(first, "first")).toBe(true);
    expect(received).toEqual(["first", "second", "first"]);
  });

  test("stopping waits for messages under way", async () => {
    const { platform, send, channels } = under();
    const gate = makeGate();
    await platform.start(gate.onMessage);
    const sent = send(channels[0], "hello");
    await gate.waitFor(1);
    let stopped = false;
    const stopping = platform.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    gate.finish("hello");
    await stopping;
    expect(await sent.acknowledged).toBe(true);
  });
}

function events(under: Under): void {
  test("what somebody else deletes is told of once it is recorded, what Candor deletes is not", async () => {
    const { platform, send, remove, communityId, channels } = under();
    if (!remove) return;
    const gate = makeGate();
    const told: PlatformEvent[] = [];
    await platform.start(gate.onMessage, async (event) => {
      // Others tell of what people are called, too.
      if (event.kind === "deleted") told.push(event);
    });
    const [channelId] = channels;
    const own = send(channelId, "own");
    const other = send(channelId, "other");
    await gate.waitFor(2);
    gate.finish("own");
    await own.acknowledged;
    await platform.hideMessage({ communityId, channelId, messageId: own.messageId });
    remove(other);
    await settle();
    expect(told).toEqual([]);
    gate.finish("other");
    await other.acknowledged;
    while (told.length === 0) await settle();
    const messageIds = [other.messageId];
    expect(told).toMatchObject([{ kind: "deleted", communityId, channelId, messageIds }]);
  });
}

function effects(under: Under): void {
  test("hiding and restoring change what members see, once or often", async () => {
    const { platform, seen, irreversible } = under();
    const target = await accepted(under());
    const text = async () => (await seen(target.channelId))[0]?.text;
    expect(await text()).toBe("hello");
    for (let time = 0; time < 2; time += 1) {
      const hidden = await platform.hideMessage(target);
      expect(hidden.ok || hidden.error.kind === "gone").toBe(true);
      expect(await text()).toBeNull();
    }
    const back = irreversible
      ? { result: { ok: false, error: { kind: "irreversible" } }, text: null }
      : { result: DONE, text: "hello" };
    for (let time = 0; time < 2; time += 1) {
      expect(await platform.restoreMessage(target)).toEqual(back.result);
      expect(await text()).toBe(back.text);
    }
  });

  test("the author is given a private word", async () => {
    const { platform, seen } = under();
    const target = await accepted(under());
    for (let time = 0; time < 2; time += 1) {
      expect(await platform.nudgeAuthor(target, "Please give a source")).toEqual(DONE);
    }
    const [message] = await seen(target.channelId);
    expect(message?.nudge).toBe("Please give a source");
    expect(message?.text).toBe("hello");
  });

  test("what is gone is told apart", async () => {
    const { platform } = under();
    const target = await accepted(under());
    const unknown = [
      { ...target, messageId: "no-such-message" },
      { ...target, channelId: "no-such-channel" },
      { ...target, communityId: "no-such-community" },
    ];
    for (const each of unknown) {
      expect(await platform.hideMessage(each)).toEqual(GONE);
      expect(await platform.restoreMessage(each)).toEqual(GONE);
      expect(await platform.nudgeAuthor(each, "a reason")).toEqual(GONE);
    }
  });
}

function moderators(under: Under): void {
  test("a case is shown, and brought up to date with every step", async () => {
    const { platform, seenCase } = under();
    const target = await accepted(under());
    const open = caseView(platform.name, target);
    expect(await seenCase(open.id)).toBeNull();
    const again = newRound(open.ladder, NOW + 2);
    const steps: readonly CaseView[] = [
      open,
      open,
      { ...open, state: "assigned" },
      { ...open, state: "decided", decidedAt: NOW + 1 },
      { ...open, state: "reopened", ladder: again },
      { ...open, state: "decided", decidedAt: NOW + 3, ladder: again },
      { ...open, state: "closed", decidedAt: NOW + 3, ladder: again },
    ];
    for (const view of steps) {
      expect(await platform.showCase(view)).toEqual(DONE);
      expect(await seenCase(open.id)).toBe(view.state);
    }
  });

  test("a case whose message is gone is shown all the same", async () => {
    const { platform, seenCase } = under();
    const target = await accepted(under());
    const view = caseView(platform.name, { ...target, messageId: "no-such-message" });
    expect(await platform.showCase(view)).toEqual(DONE);
    expect(await seenCase(view.id)).toBe("open");
  });

  test("a late delivery does not open a decided case again", async () => {
    const { platform, seenCase } = under();
    const view = caseView(platform.name, await accepted(under()));
    await platform.showCase({ ...view, state: "decided", decidedAt: NOW });
    await platform.showCase(view);
    expect(await seenCase(view.id)).toBe("decided");
  });
}

function caseView(
  platform: string,
  target: { communityId: string; channelId: string; messageId: string; authorId: string },
): CaseView {
  const { communityId, channelId, messageId, authorId } = target;
  return {
    id: "c-1",
    platform,
    communityId,
    number: 1,
    source: "rule",
    messageKey: "key-1",
    authorId,
    speaker: "member",
    state: "open",
    severity: "S1",
    families: ["leak"],
    shadow: false,
    held: true,
    messages: 1,
    reports: 0,
    reach: null,
    assignment: null,
    onHoldUntil: null,
    proposal: null,
    decision: null,
    ladder: firstRound(NOW),
    openedAt: NOW,
    lastSeenAt: NOW,
    decidedAt: null,
    closedAt: null,
    verdict: HELD,
    message: {
      key: "key-1",
      platform,
      communityId,
      communityName: null,
      channelId,
      channelName: null,
      messageId,
      revisedAt: null,
      authorId,
      authorRole: "member",
      evidence: "ab ███████████",
      textFingerprint: "fingerprint",
      sentAt: NOW,
      receivedAt: NOW,
      expiresAt: NOW + 1,
      contextUntil: null,
    },
  };
}
