import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import type { PlatformEvent } from "../../src/ports/platform.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
let line: Line;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());
beforeEach(async () => {
  await lines.clear();
  line = lines.makeLine();
  await line.start();
});

const PROMISE = "保本保息，稳赚不赔";

/** Of the same channel, as all messages of a line are. */
function deleted(messageIds: readonly string[] | null): PlatformEvent {
  const channelId = line.message("x").channel.id;
  return { kind: "deleted", communityId: line.community, channelId, messageIds };
}

function unposted(origin: "name" | "blocked", text: string, id = "u1"): PlatformEvent {
  return { kind: "unposted", origin, message: line.message(text, { id }) };
}

async function payloadsOf(type: string) {
  return (await line.audit()).filter((event) => event.type === type).map(({ payload }) => payload);
}

describe("messages that were deleted on the platform", () => {
  test("are noted once on the case that waits, with their evidence as it was", async () => {
    const message = line.message(PROMISE);
    await line.platform.post(message);
    await line.work();
    const [item] = await line.cases();
    const shown = line.platform.cases.get(item?.id ?? "")?.shown ?? 0;
    for (let time = 0; time < 2; time += 1) await line.platform.tell(deleted([message.id]));
    await line.work();
    expect(await payloadsOf("message.deleted")).toMatchObject([{ messages: 1, deleted: 1 }]);
    expect(line.platform.cases.get(item?.id ?? "")?.shown).toBe(shown + 1);
    const [after] = await line.cases();
    expect(after?.message.evidence).toBe(PROMISE);
  });

  test("count once whatever their revisions, and a whole channel at once", async () => {
    const message = line.message(PROMISE);
    await line.platform.post(message);
    await line.platform.post({ ...message, text: `${PROMISE}!`, revisedAt: message.sentAt + 1 });
    await line.platform.post(line.message(`${PROMISE}?`));
    await line.platform.tell(deleted(null));
    expect(await payloadsOf("message.deleted")).toMatchObject([{ messages: 2, deleted: 2 }]);
  });

  test("are nothing where they were hidden before anybody decided, are decided about, or have no case", async () => {
    const clean = line.message("good morning");
    await line.platform.post(clean);
    await line.platform.tell(deleted([clean.id, "never-seen"]));
    const message = line.message(PROMISE);
    await line.platform.post(message);
    // Whoever Candor bans may lose what they wrote with it.
    const banned = { ...deleted([message.id]), except: [message.author.id] } as PlatformEvent;
    await line.platform.tell(banned);
    const [item] = await line.cases();
    await line.decide(item?.id ?? "", "uphold");
    await line.platform.tell(deleted([message.id]));
    await line.usePolicy(policySchema.parse({ actions: { claim: { S1: "hold", S2: "hold" } } }));
    const held = line.message(`${PROMISE}。`, { author: { id: "another", role: "member" } });
    await line.platform.post(held);
    expect((await line.cases()).some((each) => each.held)).toBe(true);
    await line.platform.tell(deleted([held.id]));
    expect(await payloadsOf("message.deleted")).toEqual([]);
  });

  test("of a flood change the card a few times, not with each", async () => {
    const all = Array.from({ length: 30 }, () => line.message(PROMISE));
    for (const message of all) await line.platform.post(message);
    await line.work();
    const [item] = await line.cases();
    const shown = line.platform.cases.get(item?.id ?? "")?.shown ?? 0;
    for (const { id } of all) await line.platform.tell(deleted([id]));
    await line.work();
    // 1, 2, 3, 5, 10, 20 and the last.
    expect(line.platform.cases.get(item?.id ?? "")?.shown).toBe(shown + 7);
  });
});

describe("words that stand in no channel", () => {
  test("a name is recorded only where something is found, and once", async () => {
    await line.platform.tell(unposted("name", "Lin of the tea house"));
    expect(await line.auditTypes()).toEqual([]);
    await line.platform.tell(unposted("name", PROMISE));
    await line.platform.tell(unposted("name", PROMISE));
    const [item, ...others] = await line.cases();
    expect(others).toEqual([]);
    expect(item).toMatchObject({ messages: 1, held: false });
    // Whoever is erased is not in the id of what they were called.
    expect(item?.message.messageId).toMatch(/^name-[0-9a-f]{32}$/u);
  });

  test("what was blocked is counted whatever it says, and never hidden", async () => {
    await line.usePolicy(policySchema.parse({ actions: { claim: { S1: "hold", S2: "hold" } } }));
    await line.platform.tell(unposted("blocked", "a rude word"));
    await line.platform.tell(unposted("blocked", PROMISE, "u2"));
    const author = line.message("x").author.id;
    const at = line.now;
    const standing = await line.deps.store.standing(line.community, author, at);
    expect(standing).toMatchObject({ messages: 2, flagged: 1 });
    const [item] = await line.cases();
    expect(item?.held).toBe(false);
    await line.work();
    expect(await line.auditTypes()).not.toContain("message.hidden");
  });
});

test("what the platform's filter did stands in the record once, without a word of it", async () => {
  const event: PlatformEvent = {
    kind: "filtered",
    platform: line.platform.name,
    communityId: line.community,
    personId: "u1",
    rule: "7",
    action: "block",
    occasion: "session 12",
  };
  for (let time = 0; time < 2; time += 1) await line.platform.tell(event);
  await line.platform.tell({ ...event, occasion: "session 13", action: "alert" });
  expect(await payloadsOf("message.filtered")).toEqual([
    { rule: "7", action: "block" },
    { rule: "7", action: "alert" },
  ]);
});
