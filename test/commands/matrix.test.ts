import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { COMMANDS } from "../../src/commands/index.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { RIGHTS, type Right, TEAM_ROLES, type TeamRole } from "../../src/engine/roles.ts";
import { MOST_AUTHORS } from "../../src/ports/rights.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk } from "./desk.ts";

/** Who may use which command on a case of a rule: o(wner), m(anager), M(oderator), s(ervice), a(nalyst), S(taff), u(ser, a member). */
const MATRIX: Readonly<Record<string, readonly [who: string, line: string, prepare?: string]>> = {
  queue: ["omMsa", "queue"],
  case: ["omMa", "case 1"],
  take: ["omM", "take 1"],
  skip: ["omM", "skip 1"],
  handover: ["omM", "handover 1 @mo"],
  hold: ["omM", "hold 1 2h"],
  ack: ["omM", "ack 1"],
  note: ["omM", "note 1 looks odd"],
  decide: ["omM", "decide 1 uphold looked at"],
  correct: ["omM", "correct 1 please say where this is from"],
  answer: ["omM", "answer 1 we never promise returns"],
  confirm: ["omM", "confirm 1", "decide 1 uphold ban looked at"],
  reject: ["omM", "reject 1", "decide 1 uphold ban looked at"],
  undo: ["om", "undo 1", "decide 1 uphold looked at"],
  reopen: ["om", "reopen 1"],
  escalate: ["omM", "escalate 123456 look at this"],
  warn: ["omM", "warn @wei rule:“be kind” off topic"],
  timeout: ["omM", "timeout @wei 1h rule:“be kind” off topic"],
  kick: ["omM", "kick @wei rule:“be kind” off topic"],
  ban: ["omM", "ban @wei 1d rule:“be kind” off topic"],
  unban: ["omM", "unban @wei be kind"],
  purge: ["omM", "purge @lin 5 rule:“be kind” off topic"],
  history: ["omMa", "history @wei"],
  status: ["omMa", "status"],
  oncall: ["omM", "oncall"],
  policy: ["oma", "policy"],
  shadow: ["om", "shadow on"],
  question: ["omMsaSu", "question when do you open?"],
  feedback: ["omMsaSu", "feedback nice place"],
  report: ["omMsaSu", "report 123456 not nice"],
  appeal: ["omMsaSu", "appeal 1 I did not do it"],
  rules: ["omMsaSu", "rules"],
  explain: ["omMsaSu", "explain a text"],
  privacy: ["omMsaSu", "privacy"],
  help: ["omMsaSu", "help"],
};
const LETTERS: Readonly<Record<TeamRole, string>> = {
  owner: "o",
  manager: "m",
  moderator: "M",
  service: "s",
  analyst: "a",
  staff: "S",
  member: "u",
};
const OPEN_TO_ALL = [
  "question",
  "feedback",
  "report",
  "appeal",
  "rules",
  "explain",
  "privacy",
  "help",
];

// One test here is up to a hundred transactions, on a machine that may be busy.
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

/** The call is refused, logged and recorded, and changes nothing. */
async function expectRefused(desk: Desk, who: string, line: string, refusal: string) {
  const before = await desk.state();
  const events = await desk.events();
  desk.line.log.lines.length = 0;
  const reply = await desk.type(who, line);
  expect(reply).toMatchObject({ kind: "refused", visibility: "private", buttons: [] });
  expect(reply.lines.join("")).not.toBe("");
  expect(await desk.state()).toStrictEqual(before);
  expect(await desk.events()).toStrictEqual(events);
  const command = line.split(" ")[0];
  expect((await desk.refusals()).at(-1)).toMatchObject({ command, refusal });
  expect(desk.line.log.lines).toMatchObject([
    { words: "a command was refused", data: { command } },
  ]);
}

test("the matrix names every command, and everybody may use only what is nobody's business", () => {
  expect(COMMANDS.map(({ name }) => name).toSorted()).toStrictEqual(Object.keys(MATRIX).toSorted());
  const open = COMMANDS.filter(({ privileged }) => !privileged).map(({ name }) => name);
  expect(open.toSorted()).toStrictEqual(OPEN_TO_ALL.toSorted());
});

test.each(Object.keys(MATRIX))("%s by every role", async (name) => {
  const [who, line, prepare] = MATRIX[name] ?? ["", ""];
  const desk = await openDesk();
  await desk.openCase();
  if (prepare !== undefined) await desk.type("mo", prepare);
  const needs = COMMANDS.find((each) => each.name === name)?.needs ?? [];
  for (const role of TEAM_ROLES.filter((each) => !who.includes(LETTERS[each]))) {
    const narrower = role === "service" ? "wrong-source" : "not-yours";
    // Its needs let in whoever may be on a rota, for swaps of their own alone.
    const isNarrow = needs.includes(role) && name !== "oncall";
    await expectRefused(desk, role, line, isNarrow ? narrower : "not-allowed");
  }
  const refused = (await desk.refusals()).length;
  for (const role of TEAM_ROLES.filter((each) => who.includes(LETTERS[each]))) {
    const { kind } = await desk.type(role, line);
    expect({ role, kind }).not.toStrictEqual({ role, kind: "refused" });
    expect(kind).not.toBe("failed");
  }
  expect(await desk.refusals()).toHaveLength(refused);
});

test("the service team works on questions and feedback", async () => {
  const desk = await openDesk();
  await desk.type("lin", "question when do you open?");
  for (const line of ["case 1", "take 1", "hold 1", "take 1", "skip 1", "take next", "ack 1"]) {
    expect((await desk.type("service", line)).kind).toBe("done");
  }
  expect((await desk.type("service", "note 1 author we open at nine")).kind).toBe("done");
  expect((await desk.type("service", "answer 1 at nine")).kind).toBe("done");
  await desk.type("lin", "question and on Sunday?");
  await expectRefused(desk, "service", "decide 2 uphold ban no patience", "not-allowed");
});

test("but on no appeal of a question, and no proposal: those wait for somebody who moderates", async () => {
  const desk = await openDesk();
  await desk.type("lin", "question when do you open?");
  await desk.type("mo", 'decide 1 uphold ban rule:"be kind" no patience');
  for (const line of ["take 1", "hold 1", "ack 1", "decide 1 dismiss let them be"]) {
    await expectRefused(desk, "service", line, "not-allowed");
  }
  expect((await desk.type("service", "take next")).lines[0]).toBe("No case is free right now.");
  await desk.type("moderator", "confirm 1");
  await desk.type("lin", "appeal 1 I only asked");
  desk.join(
    "manager",
    "manager",
    RIGHTS.filter((each) => each !== "ban-members"),
  );
  // Whichever way it is decided; a refusal that is repeated within a minute is no event of its own.
  for (const outcome of ["uphold", "dismiss"]) {
    const refused = async (who: string) =>
      (await desk.type(who, `decide 1 ${outcome} seen it`)).lines[0];
    expect(await refused("service")).toBe("This command is not part of your role here.");
    expect(await refused("manager")).toContain("you would need the right to ban members");
  }
  expect((await desk.type("service", "ack 1")).kind).toBe("refused");
  expect((await desk.type("owner", "decide 1 dismiss seen it")).kind).toBe("done");
});

describe("the platform's own rights are asked for at every call", () => {
  const needed: readonly { line: string; right: Right; before?: string }[] = [
    { line: "decide 1 uphold looked at", right: "delete-messages" },
    { line: "decide 1 dismiss restore looked at", right: "delete-messages" },
    { line: "decide 1 uphold timeout 1h looked at", right: "timeout-members" },
    { line: "decide 1 uphold kick looked at", right: "kick-members" },
    { line: "decide 1 uphold warn,ban looked at", right: "ban-members" },
    { line: "confirm 1", right: "ban-members", before: "decide 1 uphold ban looked at" },
    { line: "timeout @wei rule:“be kind” off topic", right: "timeout-members" },
    { line: "kick @wei rule:“be kind” off topic", right: "kick-members" },
    { line: "ban @wei rule:“be kind” off topic", right: "ban-members" },
    { line: "unban @wei be kind", right: "ban-members" },
    { line: "purge @lin rule:“be kind” off topic", right: "delete-messages" },
  ];
  test.each(needed)("$line needs $right", async ({ line, right, before }) => {
    const desk = await openDesk();
    await desk.openCase();
    if (before !== undefined) await desk.type("mo", before);
    const others = RIGHTS.filter((each) => each !== right);
    desk.join("moderator", "moderator", others);
    await expectRefused(desk, "moderator", line, "no-right");
    desk.join("moderator", "moderator", RIGHTS);
    expect((await desk.type("moderator", line)).kind).toBe("done");
  });

  test("lifting a ban needs the right to bring back what was deleted with it", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete,ban looked at");
    await desk.type("moderator", "confirm 1");
    const others = RIGHTS.filter((each) => each !== "delete-messages");
    desk.join("moderator", "moderator", others);
    await expectRefused(desk, "moderator", "unban @lin let in again", "no-right");
  });

  test("taking back one's own ban needs the right to ban", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold ban looked at");
    await desk.type("moderator", "confirm 1");
    desk.join("moderator", "moderator", []);
    await expectRefused(desk, "moderator", "undo 1", "no-right");
  });
});

describe("nobody acts on somebody above them, beside them, or themselves", () => {
  const onPeople = ["warn", "timeout", "kick", "ban", "unban", "purge"];
  const pairs = [
    ["moderator", "mo", "above-you"],
    ["moderator", "manager", "above-you"],
    ["moderator", "owner", "above-you"],
    ["manager", "owner", "above-you"],
    ["moderator", "moderator", "yourself"],
    ["owner", "owner", "yourself"],
    ["moderator", "nobody-here", "unknown-person"],
  ] as const;
  test.each(onPeople)("%s", async (name) => {
    const desk = await openDesk();
    for (const [who, target, refusal] of pairs) {
      await expectRefused(desk, who, `${name} @${target} be kind`, refusal);
    }
  });

  test("a rank of the platform protects as a role does, and a role as a rank", async () => {
    const desk = await openDesk();
    const { platform, community } = desk.line;
    platform.addMember(community, { id: "wei", rank: 30 });
    await expectRefused(desk, "moderator", "warn @wei rule:“be kind” off topic", "above-you");
    const team = [{ id: "wei", role: "manager" }];
    await desk.line.usePolicy(policySchema.parse({ team }));
    platform.addMember(community, { id: "wei", rank: 0 });
    await expectRefused(desk, "moderator", "timeout @wei rule:“be kind” off topic", "above-you");
  });

  test("a decision against somebody above is theirs who stand above both", async () => {
    const desk = await openDesk();
    await desk.openCase("manager");
    await expectRefused(desk, "moderator", "decide 1 uphold looked at", "above-you");
    await expectRefused(desk, "moderator", "decide 1 uphold ban looked at", "above-you");
    expect((await desk.type("owner", "decide 1 uphold looked at")).kind).toBe("done");
  });

  const own = COMMANDS.filter(({ args, name }) => args["case"] && name !== "reopen").map(
    ({ name }) => name,
  );
  test("whoever a case is about has no hand in it, and does not see it", async () => {
    const desk = await openDesk();
    await desk.openCase("moderator");
    for (const name of own) {
      await expectRefused(desk, "moderator", MATRIX[name]?.[1] ?? "", "yourself");
    }
  });

  test("whoever wrote one of the messages of a case has no hand in it, and does not see it", async () => {
    const desk = await openDesk();
    for (const author of ["lin", "moderator", "wei"]) await desk.post(author, BAD_TEXT);
    expect(await desk.case()).toMatchObject({ authorId: "lin", messages: 3 });
    for (const name of own) {
      await expectRefused(desk, "moderator", MATRIX[name]?.[1] ?? "", "yourself");
    }
  });

  test("a case that holds a message of somebody above is theirs who stand above all of its authors", async () => {
    const desk = await openDesk();
    for (const author of ["lin", "owner", "wei"]) await desk.post(author, BAD_TEXT);
    for (const line of ["decide 1 uphold looked at", "decide 1 uphold ban looked at"]) {
      await expectRefused(desk, "moderator", line, "above-you");
      await expectRefused(desk, "manager", line, "above-you");
    }
    expect((await desk.type("moderator", "take 1")).kind).toBe("done");
  });

  test("above so many authors that nobody asks for all of them, the team is asked for", async () => {
    const desk = await openDesk();
    for (let nth = 0; nth <= MOST_AUTHORS; nth += 1) await desk.post(`raider-${nth}`, BAD_TEXT);
    await desk.post("manager", BAD_TEXT);
    await expectRefused(desk, "moderator", "decide 1 uphold looked at", "above-you");
    const decided = await desk.type("owner", "decide 1 uphold looked at");
    expect(decided.lines).toContain(
      "51 of them get no strike, timeout, kick or ban: among more than 50 people, only the one whom the case is about does.",
    );
  });

  test("of several authors the reply says how many there are, and each finds the case", async () => {
    const desk = await openDesk();
    for (const author of ["lin", "wei"]) await desk.post(author, BAD_TEXT);
    const proposed = await desk.type("mo", "decide 1 uphold seen:2 ban looked at");
    const people = "The case holds messages of 2 people, and is decided for all.";
    expect(proposed.lines).toContain(people);
    const decided = await desk.type("moderator", "confirm 1");
    expect(decided.lines).toContain(people);
    expect(decided.lines).toContain("4 strike points for each member among them.");
    const history = await desk.type("mo", "history wei");
    expect(history.lines.join("\n")).toMatch(/1 upheld.*\n.*#1/u);
    await desk.line.work();
    const { platform, community: communityId } = desk.line;
    for (const memberId of ["lin", "wei"]) {
      expect(platform.barOf({ communityId, memberId })).toMatchObject({ kind: "banned" });
    }
  });

  test("nobody hands themselves a case", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await expectRefused(desk, "moderator", "handover 1 @moderator", "yourself");
  });
});

test("moderators take back their own decisions, managers anybody's", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold looked at");
  await expectRefused(desk, "moderator", "undo 1", "not-yours");
  expect((await desk.type("mo", "undo 1 too hasty")).kind).toBe("done");
  await desk.type("mo", "decide 1 uphold looked at");
  expect((await desk.type("manager", "undo 1")).kind).toBe("done");
});

test("a moderator swaps duties and overrides nobody's", async () => {
  const desk = await openDesk();
  const rota = { shifts: [{ people: ["moderator", "mo"], rotate: "daily" }] };
  await desk.line.usePolicy(policySchema.parse({ rotas: { night: rota } }));
  await expectRefused(desk, "moderator", "oncall override night @mo 2h", "not-allowed");
  expect((await desk.type("moderator", "oncall swap night @mo 2w")).kind).toBe("done");
  expect((await desk.type("manager", "oncall override @mo 2h")).kind).toBe("done");
  // Whoever is on call hears what cases are about.
  expect((await desk.type("manager", "oncall override @lin 2h")).kind).toBe("bad-input");
});

const DAILY = { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], rotate: "daily" };
const SERVICE_ROTAS = {
  desk: { shifts: [{ ...DAILY, people: ["service", "helper"] }] },
  night: { shifts: [{ ...DAILY, people: ["moderator", "mo"] }] },
};

describe("somebody of the service team", () => {
  test("on a rota asks for, accepts and takes back swaps of their own there, and nothing else", async () => {
    const desk = await openDesk();
    desk.join("helper", "service");
    const rungs = [{ afterMinutes: 0, who: ["on-call:desk"] }];
    const ladders = [{ sources: ["question", "feedback"], rungs }];
    await desk.line.usePolicy(
      policySchema.parse({ rotas: SERVICE_ROTAS, escalation: { ladders } }),
    );
    const kind = async (who: string, line: string) => (await desk.type(who, line)).kind;
    expect(await kind("service", "oncall swap @helper 2w")).toBe("done");
    expect(await kind("helper", "oncall accept desk @service")).toBe("done");
    expect(await kind("service", "oncall clear desk")).toBe("done");
    expect(await kind("helper", "oncall swap @service 2w")).toBe("done");
    expect(await kind("service", "oncall decline")).toBe("done");
    for (const line of ["oncall", "oncall show desk", "oncall override desk @helper 2h"]) {
      await expectRefused(desk, "service", line, "not-allowed");
    }
    // Of a rota on which they have no place they do not hear, not even what it is called.
    const other = await desk.type("service", "oncall accept night");
    expect(other.kind).toBe("bad-input");
    expect(other.lines[0]).toBe("There is no rota “night”. There are: desk");
    await desk.type("owner", "oncall override desk @mo 2h");
    expect(await kind("service", "oncall clear desk")).toBe("refused");
    await desk.type("mo", "oncall swap night @moderator 2w");
    expect(await kind("service", "oncall accept <@mo>")).toBe("bad-input");
  });

  test.each(["swap night @mo 2w", "accept", "decline night", "clear night", "clear other"])(
    "on none is refused: oncall %s",
    async (words) => {
      const desk = await openDesk();
      const { night } = SERVICE_ROTAS;
      await desk.line.usePolicy(policySchema.parse({ rotas: { night } }));
      await expectRefused(desk, "service", `oncall ${words}`, "not-allowed");
    },
  );

  test("may answer an offer as soon as somebody puts them on call", async () => {
    const desk = await openDesk();
    const { night } = SERVICE_ROTAS;
    const rungs = [{ afterMinutes: 0, who: ["on-call:night"] }];
    const ladders = [{ sources: ["question", "feedback"], rungs }];
    await desk.line.usePolicy(policySchema.parse({ rotas: { night }, escalation: { ladders } }));
    await expectRefused(desk, "service", "oncall decline", "not-allowed");
    expect((await desk.type("owner", "oncall override night @service 2w")).kind).toBe("done");
    expect((await desk.type("service", "oncall decline")).kind).toBe("bad-input");
  });
});

test("no command changes who is of the team", async () => {
  const desk = await openDesk();
  const team = [{ id: "lin", role: "manager", name: "Lin" }] as const;
  await desk.line.usePolicy(policySchema.parse({ team }));
  await desk.type("lin", "shadow on");
  const policy = await desk.deps.store.policyOf(desk.line.community);
  expect(policy).toMatchObject({ mode: "shadow", team });
  for (const command of COMMANDS) {
    for (const [name, { choices }] of Object.entries(command.args)) {
      expect({ name, choices }).not.toMatchObject({ choices: expect.arrayContaining(["owner"]) });
    }
  }
});

test("a role of the policy ends when its person leaves the community", async () => {
  const desk = await openDesk();
  const team = [{ id: "gone", role: "owner" }];
  await desk.line.usePolicy(policySchema.parse({ team }));
  await desk.openCase();
  await expectRefused(desk, "gone", "take 1", "not-allowed");
});

test("a refusal that is repeated within a minute is one event, and a line in the log each time", async () => {
  const desk = await openDesk();
  for (let i = 0; i < 3; i += 1) await desk.type("wei", "ban @lin out");
  expect(await desk.refusals()).toHaveLength(1);
  expect(desk.line.log.lines.filter(({ words }) => words.includes("refused"))).toHaveLength(3);
  desk.line.pass(60_000);
  await desk.type("wei", "ban @lin out");
  expect(await desk.refusals()).toHaveLength(2);
});

test("the log and the audit log hold no name and no text of a refused command", async () => {
  const desk = await openDesk();
  await desk.type("wei", `warn @lin ${BAD_TEXT}`);
  const kept = JSON.stringify([desk.line.log.lines, await desk.refusals()]);
  for (const words of ["wei", "lin", "稳赚"]) expect(kept).not.toContain(words);
});
