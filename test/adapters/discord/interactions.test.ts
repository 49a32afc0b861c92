import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { DiscordApi } from "../../../adapters/discord/api.ts";
import { Interactions, type InteractionParts } from "../../../adapters/discord/interactions.ts";
import { done } from "../../../src/commands/reply.ts";
import { commandsOf } from "../../../src/commands/index.ts";
import { fail, ok } from "../../../src/engine/result.ts";
import { makeListeningLog } from "../system/silent-log.ts";

interface Sent {
  readonly type?: number;
  readonly data?: {
    readonly flags?: number;
    readonly choices?: unknown;
    readonly embeds?: readonly { readonly description?: string }[];
  };
}

const NEVER = new Promise<never>(() => undefined);
const EPHEMERAL = 64;
const atOnce: InteractionParts["runLine"] = async () => done(["Done."]);

/** Interactions over a store that never answers; what went to Discord, in order. */
function open(parts: Partial<InteractionParts> = {}) {
  const log = makeListeningLog();
  const api = new DiscordApi({ token: "t", apiUrl: "http://127.0.0.1:9/api", log });
  api.close();
  const sent: Sent[] = [];
  jest.spyOn(api, "send").mockImplementation(async (_method, _route, request) => {
    sent.push(request?.body ?? {});
    return ok(undefined);
  });
  const interactions = new Interactions({
    api,
    log,
    commands: commandsOf("discord"),
    ruleSet: { rules: [], version: "none" },
    now: () => 0,
    runLine: () => NEVER,
    runCommand: () => NEVER,
    sleep: async () => true,
    home: () => null,
    teamOf: () => [],
    noteLocale: () => undefined,
    complete: () => NEVER,
    sayLate: () => NEVER,
    ...parts,
  });
  return { interactions, sent, api };
}

const base = {
  id: "1",
  application_id: "2",
  token: "t",
  channel_id: "3",
  locale: "zh-TW",
};
const user = { id: "5", username: "lin" };
const member = { user, roles: [] };
const inServer = { ...base, guild_id: "4", member };
const inDm = { ...base, user };

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

async function afterwards(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

describe("however slow the store is", () => {
  test("a command is deferred at once, for its person alone", async () => {
    const { interactions, sent } = open();
    const data = { name: "mod", options: [{ name: "queue", type: 1, options: [] }] };
    void interactions.handle({ ...inServer, type: 2, data });
    await afterwards(0);
    expect(sent).toEqual([{ type: 5, data: { flags: EPHEMERAL } }]);
  });

  test.each(["run:decide #1", "run:handover #1", "run:appeal #1", "run:feedback about:#1"])(
    "%s opens its form at once",
    async (custom_id) => {
      const { interactions, sent } = open();
      void interactions.handle({ ...inServer, type: 3, data: { custom_id } });
      await afterwards(0);
      expect(sent).toMatchObject([{ type: 9, data: { custom_id } }]);
    },
  );

  test("nothing is suggested rather than too late", async () => {
    const { interactions, sent } = open();
    const option = { name: "case", type: 3, value: "", focused: true };
    const data = { name: "mod", options: [{ name: "take", type: 1, options: [option] }] };
    void interactions.handle({ ...inServer, type: 4, data });
    await afterwards(2500);
    expect(sent).toEqual([{ type: 8, data: { choices: [] } }]);
  });
});

test.each([
  [3, 3],
  [40, 5],
])("of a team of %i somebody is chosen from a menu of type %i", async (size, type) => {
  const person = { name: null, roles: ["moderator"] as const, language: null };
  const rest = { timeZone: null, email: null, quietHours: null };
  const team = Array.from({ length: size }, (_, i) => ({ id: `${100 + i}`, ...person, ...rest }));
  const { interactions, sent } = open({ teamOf: () => team });
  await interactions.handle({ ...inServer, type: 3, data: { custom_id: "run:handover #1" } });
  expect(sent).toMatchObject([{ type: 9, data: { components: [{ component: { type } }] } }]);
});

describe("in a direct message", () => {
  test("a button that names no community does nothing, and says so", async () => {
    const { interactions, sent } = open({ home: () => "4" });
    await interactions.handle({ ...inDm, type: 3, data: { custom_id: "run:take #1" } });
    expect(sent).toMatchObject([{ type: 4, data: { flags: EPHEMERAL } }]);
    expect(sent[0]?.data?.embeds?.[0]?.description).toContain("失效");
  });

  test("a button acts in the community that it names, whatever others there are", async () => {
    const runLine = jest.fn<InteractionParts["runLine"]>(() => NEVER);
    const { interactions } = open({ runLine });
    void interactions.handle({ ...inDm, type: 3, data: { custom_id: "at:77:take #1" } });
    await afterwards(0);
    const [actor, line] = runLine.mock.calls[0] ?? [];
    expect(actor).toMatchObject({ communityId: "77", channelId: null, id: "5" });
    expect(line).toBe("take #1");
  });

  test("two that are pressed together both go from the message, and none comes back", async () => {
    const { interactions, sent } = open({ runLine: atOnce });
    const buttons = ["take #1", "ack #1", "case #1"].map((line) => ({
      type: 2,
      style: 2,
      label: line,
      custom_id: `at:77:${line}`,
    }));
    const message = { id: "9", flags: 0, embeds: [], components: [{ components: buttons }] };
    const press = (line: string) =>
      interactions.handle({ ...inDm, type: 3, message, data: { custom_id: `at:77:${line}` } });
    await Promise.all([press("take #1"), press("ack #1")]);
    const changes = sent.filter((each) => "components" in each && !("embeds" in each));
    expect(JSON.stringify(changes.at(-1))).toContain("at:77:case #1");
    expect(JSON.stringify(changes.at(-1))).not.toMatch(/take|ack/u);
  });

  test("an answer that was not taken is given again, and at last in another way", async () => {
    const late = jest.fn<InteractionParts["sayLate"]>(async () => undefined);
    const pauses: number[] = [];
    const sleep = async (ms: number) => pauses.push(ms);
    const { interactions, api } = open({ runLine: atOnce, sleep, sayLate: late });
    let failures = 1;
    jest.spyOn(api, "send").mockImplementation(async (method) => {
      if (method !== "patch" || failures === 0) return ok(undefined);
      failures--;
      return fail({ kind: "unavailable", cause: new Error("500") });
    });
    const pressed = { ...inServer, type: 3, data: { custom_id: "run:take #1" } };
    await interactions.handle(pressed);
    expect(pauses).toEqual([1000]);
    expect(late).not.toHaveBeenCalled();
    failures = 4;
    await interactions.handle(pressed);
    expect(pauses).toEqual([1000, 1000, 4000, 15_000]);
    expect(late).toHaveBeenCalledTimes(1);
  });

  test("a button of one server does nothing in another", async () => {
    const { interactions, sent } = open();
    const data = { custom_id: "at:77:take #1" };
    await interactions.handle({ ...inServer, type: 3, data });
    expect(sent).toMatchObject([{ type: 4, data: { flags: EPHEMERAL } }]);
  });
});
