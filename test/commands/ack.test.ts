import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { LOCALES } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { Desk } from "./desk.ts";

jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

test("an appeal is acknowledged by whoever had no part in the decision, and offers nothing to take", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold looked at");
  await desk.type("lin", "appeal 1 it was a joke");
  const own = await desk.type("mo", "ack 1");
  expect(own.kind).toBe("bad-input");
  expect(own.lines[0]).toContain("You had a part in the decision on case #1.");
  const seen = await desk.type("moderator", "ack 1");
  expect(seen.kind).toBe("done");
  expect(seen.buttons?.map(({ command }) => command)).toEqual(["case #1"]);
});

test("whoever proposed is told why they cannot take, hold or acknowledge, in every language", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold ban looked at");
  for (const language of LOCALES) {
    const replies = new Set<string>();
    for (const line of ["take 1", "hold 1 1m", "ack 1"]) {
      const { kind, lines: said } = await desk.type("mo", line, { language });
      expect(kind).toBe("bad-input");
      replies.add(said.join("\n"));
    }
    expect(replies.size).toBe(1);
    expect([...replies][0]).not.toContain("problem.");
  }
  // Somebody else may have it, and keeps nobody from confirming.
  expect((await desk.type("moderator", "take 1")).kind).toBe("done");
  expect((await desk.type("manager", "confirm 1")).kind).toBe("done");
});
