import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { noteCase } from "../../../src/pipeline/work-case.ts";
import { openLines } from "../line.ts";
import {
  appeal,
  LIST,
  type Lines,
  only,
  openLine,
  post,
  PROMISE,
  told,
} from "../rights/rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

/** Opens a case of a mild finding. */
const MILD = "明天下午三点开会，电话 13900000004";

describe("a page", () => {
  test("about a case that became graver shows the gravest message and how many there are", async () => {
    const line = await openLine(lines);
    await post(line, MILD);
    line.pass(60_000);
    await post(line, PROMISE);
    const page = told(line, "kim").at(-1);
    expect(page).toContain("The gravest of 2 messages: “加群稳赚不赔，保本保息，年化30%”");
    expect(page).toContain("Promises that capital or returns are guaranteed");
    expect(page).not.toContain("明天下午三点开会");
  });

  test("about a proposal names whom it touches, the first few of many", async () => {
    const second = { cases: { secondModerator: { actions: ["ban"] } } };
    const line = await openLine(lines, second);
    await post(line, PROMISE);
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: [{ kind: "ban", minutes: null }] });
    await line.work();
    expect(told(line, "kim").at(-1)).toContain("It is about ana.");
    const other = await openLine(lines, { ...second, language: "zh-CN" });
    for (const author of ["ana", "rea", "rob", "ruth", "ron"]) await post(other, PROMISE, author);
    const flood = await only(other);
    const actions = [{ kind: "delete" }, { kind: "ban", minutes: null }] as const;
    await other.decide(flood.id, "uphold", { actions });
    await other.work();
    const page = told(other, "kim").at(-1);
    expect(page).toContain("措施：删除、封禁");
    expect(page).toContain("涉及 5 人：ana、rea、rob，另有 2 人。");
  });

  test("says that a message waits hidden only until somebody has decided", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    expect(told(line, "kim").at(-1)).toContain("Hidden until somebody decides.");
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: [{ kind: "delete" }] });
    await line.work();
    await appeal(line, id);
    await line.work();
    const page = told(line, "kim").at(-1);
    expect(page).toContain("an appeal is to be decided");
    expect(page).not.toContain("Hidden until somebody decides.");
  });
});

test("a note to a member has its title in the member's language, whatever the community's is", async () => {
  const line = await openLine(lines, { language: "en" }, "zh-CN");
  await post(line, PROMISE);
  const { id } = await only(line);
  await noteCase(line.deps, { caseId: id, by: "mo", audience: "author", text: "请补充来源" });
  await line.work();
  expect(told(line, "ana").at(-1)).toBe("#1 — 团队给您的留言\n请补充来源");
});
