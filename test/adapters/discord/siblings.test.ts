import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { InteractionResponseType } from "discord.js";
import {
  ManagedSiblings,
  type ManagerChannel,
  wordSchema,
} from "../../../adapters/discord/siblings.ts";
import { PassOn } from "../../../adapters/discord/pass-on.ts";
import { silentLog } from "../system/silent-log.ts";

const QUICK_MS = 50;
const OF = 2;
/** Servers of process 0 and of process 1. */
const [MINE, THEIRS] = [String(1000n << 22n), String(1001n << 22n)];

/** A manager between two processes; it drops what is said to one that is away. */
function makeManager() {
  const listeners: ((message: unknown) => void)[] = [];
  const away = new Set<number>();
  const channelOf = (index: number): ManagerChannel => ({
    on: (_, listener) => (listeners[index] = listener),
    send: (message) => {
      const word = wordSchema.parse(structuredClone(message));
      if (!away.has(word.peer))
        setImmediate(() => listeners[word.peer]?.({ ...word, peer: index }));
    },
  });
  return {
    away,
    channelOf,
    tell: (index: number, message: unknown) => listeners[index]?.(message),
  };
}

let manager: ReturnType<typeof makeManager>;
let handled: { process: number; payload: unknown }[];
let answers: { route: string; body: unknown }[];
let processes: readonly PassOn[];
beforeEach(() => {
  manager = makeManager();
  handled = [];
  answers = [];
  processes = [0, 1].map(
    (index) =>
      new PassOn({
        share: { index, of: OF },
        siblings: new ManagedSiblings(manager.channelOf(index), QUICK_MS),
        api: {
          send: async (_, route, request) => {
            answers.push({ route, body: request?.body });
            return { ok: true, value: undefined };
          },
        },
        log: silentLog,
        handle: async (payload) => void handled.push({ process: index, payload }),
      }),
  );
});
afterEach(() => Promise.all(processes.map((each) => each.drain())));

const interaction = (more: object) => ({
  id: "1",
  application_id: "2",
  token: "t",
  type: 3,
  locale: "zh-CN",
  user: { id: "3", username: "mo" },
  ...more,
});
const pressed = (server: string) => interaction({ data: { custom_id: `at:${server}:take #1` } });
const soon = () => new Promise((resolve) => setTimeout(resolve, QUICK_MS));

test("a button of a server of another process is pressed there, once", async () => {
  const payload = pressed(THEIRS);
  await processes[0]?.handle(payload);
  expect(handled).toEqual([{ process: 1, payload }]);
  await soon();
  expect(answers).toEqual([]);
});

test.each([
  ["of an own server", pressed(MINE)],
  [
    "in a server, where Discord has told the right process",
    { ...pressed(THEIRS), guild_id: THEIRS },
  ],
  ["that names no server", interaction({ data: { name: "candor" } })],
  ["of an unknown shape", { id: 7 }],
])("one %s stays where it came", async (_, payload) => {
  await processes[0]?.handle(payload);
  expect(handled).toEqual([{ process: 0, payload }]);
});

test("whoever presses while the process is away is asked to try again, in their language", async () => {
  manager.away.add(1);
  await processes[0]?.handle(pressed(THEIRS));
  expect(handled).toEqual([]);
  expect(answers).toMatchObject([
    {
      route: "/interactions/1/t/callback",
      body: { type: InteractionResponseType.ChannelMessageWithSource },
    },
  ]);
  expect(JSON.stringify(answers)).toContain("正在重启");
});

test("what is no word of another process is nobody's business", async () => {
  for (const message of [null, "word", { candor: "word", peer: -1 }, { _eval: "1 + 1" }]) {
    manager.tell(0, message);
  }
  await soon();
  expect([handled, answers]).toEqual([[], []]);
});
