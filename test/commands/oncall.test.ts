import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { offerName, type RotaEntry } from "../../src/engine/rota/on-call.ts";
import { sayTime } from "../../src/words/say.ts";
import { addRotaEntries } from "../conformance/recordings.ts";
import { openLines } from "../pipeline/line.ts";
import { Desk } from "./desk.ts";

const HOUR = 60 * 60_000;
/** Well after the time of every test. */
const LATER = "2030-01-01T10:00";
const EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

/** A rota `night` of these people: all of them together, or a day each. */
async function openDesk(rotate: "none" | "daily", people: readonly string[]): Promise<Desk> {
  await lines.clear();
  const desk = new Desk(lines.makeLine());
  const shift = { days: EVERY_DAY, from: "00:00", to: "24:00", rotate, people };
  await desk.line.usePolicy(policySchema.parse({ rotas: { night: { shifts: [shift] } } }));
  return desk;
}

/** Who is on call now, as anybody of the team is told. */
async function onCall(desk: Desk): Promise<string | undefined> {
  const { lines: words } = await desk.type("owner", "oncall show");
  return /^night: (.*?)(?:, until .*)?$/u.exec(words[0] ?? "")?.[1];
}

/** What somebody was told, each notice as its title and lines. */
async function told(desk: Desk, who: string): Promise<readonly string[]> {
  await desk.line.work();
  return desk.line.platform
    .inbox(desk.line.community, who)
    .map(({ title, lines: words }) => [title, ...words].join("\n"));
}

function entries(desk: Desk): Promise<readonly RotaEntry[]> {
  return desk.deps.store.rotaEntries(desk.line.community, "night", desk.line.now);
}

describe("an override", () => {
  test("takes everybody off call, whoever a calendar put there too, and all of them hear of it", async () => {
    const desk = await openDesk("none", ["moderator"]);
    const { now, community } = desk.line;
    const span = { from: now - HOUR, to: now + 8 * HOUR };
    const imported = { ...span, personId: "manager", replaces: null, kind: "imported" } as const;
    const event = { type: "rota.changed", at: now, person: null, payload: {} } as const;
    await addRotaEntries(desk.deps.store, community, "night", [imported], event);
    expect(await onCall(desk)).toBe("moderator, manager");
    const reply = await desk.type("owner", "oncall override night @mo 2h");
    const until = sayTime("en", "UTC", now + 2 * HOUR);
    expect(reply.lines).toStrictEqual([`night: mo alone is on call until ${until}.`]);
    expect(await onCall(desk)).toBe("mo");
    expect(await told(desk, "mo")).toStrictEqual([
      `Your on-call duties have changed\nnight: you are on call from ${sayTime("en", "UTC", now)} until ${until}.`,
    ]);
    for (const taken of ["moderator", "manager"]) {
      expect((await told(desk, taken))[0]).toContain("night: mo is on call instead of you");
    }
    // Whoever does it knows.
    expect(await told(desk, "owner")).toStrictEqual([]);
  });

  test("begins later where a time is named, on the clock of whoever types it", async () => {
    const desk = await openDesk("none", ["moderator"]);
    const { now } = desk.line;
    const clock = new Date(now + 3 * HOUR).toISOString().slice(0, 16);
    for (const from of [clock.slice(11), clock]) {
      await desk.type("owner", `oncall override night @mo ${from} 2h`);
      expect(await onCall(desk)).toBe("moderator");
      const begins = Math.floor((now + 3 * HOUR) / 60_000) * 60_000;
      expect((await entries(desk)).at(-1)).toMatchObject({ from: begins, to: begins + 2 * HOUR });
    }
    const past = await desk.type("owner", "oncall override night @mo 2020-01-01T10:00 2h");
    expect(past).toMatchObject({ kind: "bad-input", lines: ["That time is over already."] });
    const none = await desk.type("owner", "oncall override night @mo 2030-02-31T10:00 2h");
    expect(none.lines[0]).toContain("a time such as 22:00");
  });

  test("is taken back by clear, and everybody hears that the rota applies", async () => {
    const desk = await openDesk("none", ["moderator"]);
    await desk.type("owner", "oncall override night @mo 2h");
    await desk.line.work();
    desk.line.pass(HOUR);
    expect((await desk.type("mo", "oncall clear night")).kind).toBe("refused");
    const reply = await desk.type("owner", "oncall clear night");
    expect(reply.lines).toStrictEqual(["night: 1 change is taken back. The rota applies."]);
    expect(await onCall(desk)).toBe("moderator");
    for (const who of ["mo", "moderator"]) {
      expect((await told(desk, who)).at(-1)).toContain("your duties are as the rota says");
    }
    // Who was on call until then stays on record.
    const past = await desk.deps.store.rotaEntries(desk.line.community, "night", 0);
    expect(past).toMatchObject([{ personId: "mo", to: desk.line.now }]);
    expect((await desk.type("owner", "oncall clear night")).lines[0]).toContain("no such change");
  });
});

describe("the cap and quiet hours hold for what is said of duties", () => {
  const escalation = { caps: { perPersonPerHour: 4 } };

  async function swapping(more: object) {
    const desk = await openDesk("daily", ["moderator", "mo"]);
    const shift = { days: EVERY_DAY, from: "00:00", to: "24:00", people: ["moderator", "mo"] };
    const rotas = { night: { shifts: [{ ...shift, rotate: "daily" }] } };
    await desk.line.usePolicy(
      policySchema.parse({ rotas, escalation: { ...escalation, ...more } }),
    );
    for (let nth = 0; nth < 12; nth += 1) {
      const days = 7 + nth;
      expect((await desk.type("mo", `oncall swap night @moderator ${days}d`)).kind).toBe("done");
      await desk.line.live(60_000);
    }
    return desk;
  }

  test("of an offer that is made anew each minute somebody hears no more than the cap, and the last one", async () => {
    const desk = await swapping({});
    expect(await told(desk, "moderator")).toHaveLength(2);
    await desk.line.live(HOUR);
    const all = await told(desk, "moderator");
    expect(all.length).toBeLessThanOrEqual(4);
    expect(all.at(-1)).toMatch(/^What waited for you\nnight: mo asks to swap/u);
    const [notice] = desk.line.platform.inbox(desk.line.community, "moderator").slice(-1);
    const [button] = notice?.buttons ?? [];
    expect((await desk.type("moderator", button?.command ?? "")).kind).toBe("done");
  });

  test("at night nobody hears of it, and in the morning once", async () => {
    // The clock of the tests stands at 03:00 UTC or a little later.
    const desk = await swapping({ quietHours: { from: "22:00", to: "07:00" } });
    expect(await told(desk, "moderator")).toEqual([]);
    await desk.line.live(6 * HOUR);
    expect(await told(desk, "moderator")).toHaveLength(1);
  });
});

/** mo asks moderator to swap a week. */
async function offered() {
  const desk = await openDesk("daily", ["moderator", "mo"]);
  const before = await onCall(desk);
  const reply = await desk.type("mo", "oncall swap night @moderator 7d");
  expect(reply).toMatchObject({ kind: "done" });
  expect(reply.lines[0]).toContain("Nothing changes before they agree");
  return { desk, before };
}

/** How buttons name the one offer that waits. */
async function offerOf(desk: Desk): Promise<string> {
  const offer = (await entries(desk)).find(({ kind }) => kind === "offer");
  return offer ? offerName(offer) : "none";
}

describe("a swap", () => {
  test("is not made by the button of an offer that another has taken the place of", async () => {
    const { desk, before } = await offered();
    const old = await offerOf(desk);
    expect((await desk.type("mo", "oncall decline night")).kind).toBe("done");
    await desk.type("mo", "oncall swap night @moderator 4w");
    for (const answer of ["accept", "decline"]) {
      const reply = await desk.type("moderator", `oncall ${answer} night <@mo> s:${old}`);
      expect(reply.kind).toBe("bad-input");
      expect(reply.lines[0]).toContain("That button is about an earlier offer");
    }
    expect(await onCall(desk)).toBe(before);
    const now = `oncall accept <@mo> s:${await offerOf(desk)}`;
    const made = await desk.type("moderator", now);
    expect(made.lines[0]).toContain("you and mo have swapped your duties until");
  });

  test.each(["moderator", "mo"])("that is agreed is taken back by %s alone", async (who) => {
    const { desk, before } = await offered();
    const reply = await desk.type("moderator", "oncall accept night");
    expect(reply.lines[0]).toContain("Either of you can take it back with /oncall clear night.");
    expect(await onCall(desk)).not.toBe(before);
    await desk.type("owner", `oncall override night @manager ${LATER} 2h`);
    expect((await desk.type(who, "oncall clear night")).lines[0]).toContain(
      "1 change is taken back",
    );
    expect(await onCall(desk)).toBe(before);
    // What is not theirs stays.
    expect(await entries(desk)).toMatchObject([{ personId: "manager", kind: "override" }]);
    const refused = await desk.type(who, "oncall clear night");
    expect(refused).toMatchObject({ kind: "refused" });
    expect(refused.lines[0]).toContain("You can take back swaps of your own");
    expect(await desk.refusals()).toMatchObject([{ command: "oncall", refusal: "not-yours" }]);
  });

  test("is refused about the time that was asked for", async () => {
    const desk = await openDesk("none", ["mo"]);
    const { now } = desk.line;
    const reply = await desk.type("mo", `oncall swap @moderator ${LATER} 2h`);
    const from = Date.parse(`${LATER}:00Z`);
    expect(from).toBeGreaterThan(now);
    const [begins, ends] = [sayTime("en", "UTC", from), sayTime("en", "UTC", from + 2 * HOUR)];
    expect(reply.lines).toStrictEqual([
      `moderator is not on call from ${begins} until ${ends}, so there is nothing to swap.`,
    ]);
  });

  test("changes nothing before the other has agreed, who is asked with two buttons", async () => {
    const { desk, before } = await offered();
    expect(await onCall(desk)).toBe(before);
    expect((await told(desk, "moderator"))[0]).toContain("night: mo asks to swap the duties");
    const [notice] = desk.line.platform.inbox(desk.line.community, "moderator");
    expect(notice?.title).toBe("Somebody asks to swap duties with you");
    const name = await offerOf(desk);
    expect(notice?.buttons.map(({ command }) => command)).toStrictEqual([
      `oncall accept night <@mo> s:${name}`,
      `oncall decline night <@mo> s:${name}`,
    ]);
    const shown = await desk.type("owner", "oncall");
    expect(shown.lines[1]).toMatch(/^night: mo has asked moderator to swap, /u);
  });

  test.each(["moderator", "mo"])("is not accepted once %s may not be on call", async (unfit) => {
    const desk = await openDesk("daily", ["mo", "moderator"]);
    const { rotas } = (await desk.deps.store.policyOf(desk.line.community))!;
    const rungs = [{ afterMinutes: 0, who: ["on-call:night"] }];
    await desk.line.usePolicy(policySchema.parse({ rotas, escalation: { ladders: [{ rungs }] } }));
    await desk.type("mo", "oncall swap night @moderator 7d");
    desk.join(unfit, "service");
    const reply = await desk.type("moderator", "oncall accept night");
    expect(reply.kind).toBe("bad-input");
    expect(reply.lines[0]).toContain(`${unfit} cannot be on call in night`);
    expect((await entries(desk)).map(({ kind }) => kind)).toStrictEqual(["offer"]);
  });

  test("is made by the button of whoever was asked, once, and the other hears of it", async () => {
    const { desk, before } = await offered();
    const accept = `oncall accept night <@mo> s:${await offerOf(desk)}`;
    for (const other of ["mo", "owner"]) {
      expect((await desk.type(other, accept)).kind).toBe("bad-input");
    }
    expect((await desk.type("moderator", accept)).lines[0]).toContain(
      "you and mo have swapped your duties until",
    );
    expect(await onCall(desk)).not.toBe(before);
    expect((await told(desk, "mo")).at(-1)).toMatch(/^Your on-call duties have changed\n/u);
    const again = await desk.type("moderator", accept);
    expect(again).toMatchObject({ kind: "bad-input" });
    expect(again.lines[0]).toContain("Nobody waits for that answer");
  });

  test.each(["moderator", "mo"])("that %s declines or withdraws is over", async (who) => {
    const { desk, before } = await offered();
    const other = who === "mo" ? "moderator" : "mo";
    expect((await desk.type(who, "oncall decline night")).kind).toBe("done");
    expect(await entries(desk)).toStrictEqual([]);
    expect(await onCall(desk)).toBe(before);
    expect((await told(desk, other)).at(-1)).toContain("your duties are as the rota says");
    expect((await desk.type("moderator", "oncall accept night")).kind).toBe("bad-input");
  });

  test("is asked for once: a second offer takes the place of the first", async () => {
    const { desk } = await offered();
    await desk.type("mo", "oncall swap night @moderator 2w");
    expect(await entries(desk)).toMatchObject([{ kind: "offer", to: desk.line.now + 336 * HOUR }]);
  });
});

/** Puts people on call for an hour each, far from each other. */
async function overrideLater(desk: Desk, people: readonly string[]): Promise<void> {
  for (const [i, who] of people.entries()) {
    const day = String(i + 1).padStart(2, "0");
    await desk.type("owner", `oncall override night @${who} 2030-01-${day}T10:00 1h`);
  }
}

test("changes that are not listed are counted", async () => {
  const desk = await openDesk("none", ["moderator"]);
  await overrideLater(desk, ["mo", "mo", "mo", "mo", "mo"]);
  expect((await desk.type("owner", "oncall")).lines).toHaveLength(6);
  await overrideLater(desk, ["manager", "manager"]);
  const { lines: words } = await desk.type("owner", "oncall");
  expect(words).toHaveLength(7);
  expect(words.at(-1)).toBe("night: 2 more changes are to come.");
});

describe("taking changes back", () => {
  test("of all of them asks first, and says what goes", async () => {
    const { desk } = await offered();
    await desk.type("moderator", "oncall accept night");
    await overrideLater(desk, ["mo", "manager"]);
    const before = await entries(desk);
    const asked = await desk.type("owner", "oncall clear night");
    expect(asked.lines).toStrictEqual([
      "night: this takes back 3 changes, a swap that people have agreed on among them.",
      "Nothing has changed yet. Name a person or a time, or confirm all of it: /oncall clear night yes",
    ]);
    expect(await entries(desk)).toStrictEqual(before);
    const [button] = asked.buttons;
    const reply = await desk.type("owner", button?.command ?? "");
    expect(reply.lines).toStrictEqual(["night: 3 changes are taken back. The rota applies."]);
    expect(await entries(desk)).toStrictEqual([]);
  });

  test("takes only what is in force in a time that is named, or concerns a person", async () => {
    const desk = await openDesk("none", ["moderator"]);
    await overrideLater(desk, ["mo", "manager", "mo", "owner"]);
    await desk.type("owner", "oncall clear 2030-01-02T09:00 2h");
    expect(await whoChanged(desk)).toStrictEqual(["mo", "mo", "owner"]);
    await desk.type("owner", "oncall clear @mo");
    expect(await whoChanged(desk)).toStrictEqual(["owner"]);
    await desk.type("owner", "oncall clear 2030-01-04T10:30");
    expect(await whoChanged(desk)).toStrictEqual([]);
  });
});

async function whoChanged(desk: Desk): Promise<readonly string[]> {
  return (await entries(desk)).map(({ personId }) => personId);
}

test("changes that come together are told in one notice", async () => {
  const desk = await openDesk("none", ["moderator"]);
  await overrideLater(desk, ["mo", "mo", "mo"]);
  for (const who of ["mo", "moderator"]) {
    const [notice, ...others] = await told(desk, who);
    expect(notice?.split("\n")).toHaveLength(4);
    expect(others).toStrictEqual([]);
  }
  const { community: communityId } = desk.line;
  const attempts = await desk.deps.store.attempts({ communityId, personId: "mo", limit: 9 });
  expect(attempts.map(({ outcome }) => outcome)).toStrictEqual(Array(3).fill("delivered"));
});

/** `on-call:night` is paged about cases of these sources at once; of all of them where none is named. */
async function pagesNight(desk: Desk, sources?: readonly string[]): Promise<void> {
  const shift = { days: EVERY_DAY, from: "00:00", to: "24:00", people: ["moderator"] };
  const rungs = [{ afterMinutes: 0, who: ["on-call:night"], channel: false }];
  const ladders = [{ ...(sources && { sources }), rungs }];
  const rotas = { night: { shifts: [shift] } };
  await desk.line.usePolicy(policySchema.parse({ rotas, escalation: { ladders } }));
}

describe("somebody who may not decide the cases of a rota", () => {
  test.each(["service", "analyst", "staff"])("is not put on call: %s", async (who) => {
    const desk = await openDesk("none", ["moderator"]);
    await pagesNight(desk);
    for (const [by, how] of [["owner", "override"] as const, ["moderator", "swap"] as const]) {
      const reply = await desk.type(by, `oncall ${how} night @${who} 2h`);
      expect(reply.kind).toBe("bad-input");
      expect(reply.lines[0]).toContain(`${who} cannot be on call in night`);
    }
    expect(await entries(desk)).toStrictEqual([]);
  });

  test("may be where it pages people about questions and feedback alone", async () => {
    const desk = await openDesk("none", ["moderator"]);
    await pagesNight(desk, ["question", "feedback"]);
    expect((await desk.type("owner", "oncall override @service 2h")).kind).toBe("done");
    expect((await desk.type("owner", "oncall override @analyst 2h")).kind).toBe("bad-input");
  });

  test("is not paged about one, wherever they stand on call", async () => {
    const desk = await openDesk("none", ["moderator"]);
    await pagesNight(desk);
    const { now, community } = desk.line;
    const span = { from: now - HOUR, to: now + 2 * HOUR, personId: "service", replaces: null };
    const event = { type: "rota.changed", at: now, person: null, payload: {} } as const;
    const entry = { ...span, kind: "override" } as const;
    await addRotaEntries(desk.deps.store, community, "night", [entry], event);
    await desk.openCase();
    await desk.line.work();
    expect(desk.line.platform.inbox(community, "service")).toStrictEqual([]);
    await desk.line.live(3 * HOUR);
    expect(desk.line.platform.inbox(community, "moderator").length).toBeGreaterThan(0);
  });
});

test("whoever cannot be reached about their duties is known as such, and is not asked for ever", async () => {
  const desk = await openDesk("none", ["moderator"]);
  desk.line.platform.unreachable.add("mo");
  await desk.type("owner", "oncall override night @mo 2h");
  await desk.line.work();
  const { community: communityId } = desk.line;
  const found = await desk.deps.store.attempts({ communityId, personId: "mo", limit: 9 });
  expect(found).toMatchObject([{ kind: "duty", outcome: "unreachable", caseId: null }]);
});
