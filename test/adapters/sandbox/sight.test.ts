import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { DEFAULT_POLICY } from "../../../src/engine/policy.ts";
import { type Ground, openGround, serveSandbox } from "./sandbox.ts";

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "赵晓 13900000021，钱朗 13900000022，孙禾 13900000023";
const NO_AUDITOR = {
  status: 403,
  body: {
    error: "This person does not read the audit log; choose an owner, a manager or an analyst.",
  },
};

// One test here is dozens of transactions, on a machine that may be busy.
jest.setTimeout(30_000);

let ground: Ground;
let served: Awaited<ReturnType<typeof serveSandbox>>;

beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());

beforeEach(async () => {
  served = await serveSandbox(ground);
});

afterEach(() => served.close());

async function post(author: string, text: string) {
  const answer = await served.write("/api/messages", { channel: "general", author, text });
  await served.work();
  return answer;
}

async function numbersFor(person: string) {
  const { body } = await served.read(`/api/cases?person=${person}`);
  return (body.cases ?? []).map(({ number }) => number);
}

test("whoever wrote one message of a case sees neither it nor its file", async () => {
  const team = [{ id: "ana", role: "moderator" as const }];
  await served.setPolicy({ ...DEFAULT_POLICY, team });
  for (const author of ["lin", "ana"]) await post(author, PROMISE);
  await post("newcomer", LIST);
  const [both, other] = await numbersFor("mei");
  expect(new Set([both, other])).toEqual(new Set([1, 2]));
  expect(await numbersFor("ana")).toEqual([2]);
  expect(await served.read("/api/cases/1?person=ana")).toEqual({
    status: 403,
    body: { error: "This case is about this person; others look after it." },
  });
  expect((await served.read("/api/cases/1?person=mei")).body.case?.all).toHaveLength(2);
});

describe("the service team", () => {
  beforeEach(async () => {
    await post("lin", LIST);
    await served.command("lin", "/question When does the office open again?");
  });

  test("sees no other case in the channel, nor in the file of one of theirs", async () => {
    const { body } = await served.read("/api/inbox?person=yu");
    expect(body.channel?.filter(({ caseNumber }) => caseNumber !== 2)).toEqual([]);
    expect(JSON.stringify(body)).not.toContain("赵晓");
    expect((await served.read("/api/inbox?person=mei")).body.channel).toContainEqual(
      expect.objectContaining({ caseNumber: 1 }),
    );
    const { case: file } = (await served.read("/api/cases/2?person=yu")).body;
    expect(file?.earlier).toEqual([]);
    expect(file).not.toHaveProperty("standing");
    const { case: whole } = (await served.read("/api/cases/2?person=mei")).body;
    expect(whole).toMatchObject({ earlier: [{ number: 1 }], standing: { flagged: 1 } });
  });

  test("is not told that an ordinary member is above it", async () => {
    const refused = await served.command("yu", "/decide #2 uphold warn rude");
    expect(refused).toMatchObject({
      kind: "refused",
      lines: ["您在这里的角色不能使用这个指令。"],
    });
  });
});

test("the audit log is for those who lead, and for analysts", async () => {
  await post("lin", LIST);
  for (const person of ["olivia", "chen", "ada"]) {
    const { body } = await served.read(`/api/audit?person=${person}`);
    expect(body.events?.length).toBeGreaterThan(0);
    const verified = await served.write("/api/audit/verify", { person });
    expect(verified.body.report).toMatchObject({ problem: null });
  }
  for (const person of ["mei", "yu", "wang", "lin"]) {
    expect(await served.read(`/api/audit?person=${person}`)).toEqual(NO_AUDITOR);
    expect(await served.write("/api/audit/verify", { person })).toEqual(NO_AUDITOR);
  }
  expect((await served.read("/api/audit")).body.error).toContain("person: read nothing");
});

test("rules are served in the script of Taiwan", async () => {
  const { body } = await served.read("/api/rules?language=zh-TW");
  expect(body.rules?.["INV-01"]?.title).toMatch(/^\p{Script=Han}/u);
  expect(JSON.stringify(body.rules)).not.toMatch(/[们说这证]/u);
  expect((await served.read("/api/rules?language=fr")).body.error).toContain("language: read");
});

test("times are told in the zone of a member's device, and of the team in the policy's", async () => {
  const timeZone = "Asia/Taipei";
  const team = [{ id: "sam", role: "moderator" as const, timeZone: "Europe/Madrid" }];
  await served.setPolicy({ ...DEFAULT_POLICY, timeZone: "Asia/Tokyo", team });
  const { members } = (await served.read("/api/state")).body;
  const zone = (id: string) => members?.find((each) => each.id === id)?.timeZone;
  expect([zone("lin"), zone("mei"), zone("sam")]).toEqual([null, "Asia/Tokyo", "Europe/Madrid"]);
  await served.write("/api/messages", { channel: "general", author: "lin", text: LIST, timeZone });
  await served.work();
  await served.command("sam", "/decide #1 uphold delete,timeout 1h not yours to post");
  const { notices } = (await served.read("/api/inbox?person=lin")).body;
  expect((notices ?? []).flatMap(({ lines }) => lines).join("\n")).toContain("GMT+8");
  const asked = await served.write("/api/messages", {
    channel: "general",
    author: "lin",
    text: LIST,
    timeZone: "Nowhere/Land",
  });
  expect(asked.body.error).toContain("timeZone: read a text of 12 characters");
});

test("a reason that is far too long is refused in the reader's language, with its limit", async () => {
  await post("lin", LIST);
  const text = `/decide #1 uphold delete ${"长".repeat(10_000)}`;
  const { status, body } = await served.write("/api/commands", {
    actor: "mei",
    channel: "general",
    language: "zh-CN",
    text,
  });
  expect(status).toBe(200);
  expect(body.reply).toMatchObject({ kind: "bad-input" });
  expect(body.reply?.lines[0]).toMatch(/理由.*10,000.*1,000/u);
});
