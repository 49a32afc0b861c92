import { builtInPeople, COMMUNITY, memberOf } from "../../adapters/sandbox/people.ts";
import type { Settings } from "../config/settings.ts";
import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import type { PlatformMember } from "../engine/roles.ts";
import { peopleCalled, teamOf } from "../engine/escalation/roster.ts";
import type { RotaEntry } from "../engine/rota/on-call.ts";
import type { Attempt } from "../ports/attempts.ts";
import type { CommunityRecord, Store } from "../ports/store.ts";
import { counted } from "./counted.ts";
import type { Finding } from "./findings.ts";
import { checkLadders, type LadderProblem, shownId } from "../engine/escalation/ladder-check.ts";
import { timeWords } from "./times.ts";

/** A step that is late by less is only waiting for its turn, as in `src/pipeline/escalation/sweep.ts`. */
const LATE_MS = 60_000;
const MOST_CASES = 1000;
/** Attempts to reach one person that are looked at, the newest. */
const MOST_ATTEMPTS = 1000;

/** Looks at whether cases of each community of the record reach people. `at` is epoch ms. */
export async function checkHumanSide(
  store: Store,
  settings: Settings,
  at: number,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const community of await store.communities()) {
    const policy = (await store.policyOf(community.id)) ?? DEFAULT_POLICY;
    findings.push(...(await checkCommunity(store, settings, community, policy, at)));
  }
  findings.push(...(await checkOverdue(store, at)));
  return findings;
}

async function checkCommunity(
  store: Store,
  settings: Settings,
  { id, platform }: CommunityRecord,
  policy: Policy,
  at: number,
): Promise<readonly Finding[]> {
  const entries = new Map<string, readonly RotaEntry[]>();
  for (const rota of Object.keys(policy.rotas)) {
    entries.set(rota, await store.rotaEntries(id, rota, at));
  }
  const members = membersOf(id, platform, at);
  const report = checkLadders({ policy, members, entries, ways: waysOf(settings), at });
  const name = `people of ${id}`;
  const called = peopleCalled(policy, teamOf(policy, members ?? []), [...entries.values()].flat());
  const people = new Set([...report.people, ...called]);
  const found = [
    ...report.problems.map((problem) => ladderFinding(name, problem, policy.mode)),
    ...(await checkReach(store, id, policy, [...people])).map((each) => ({ ...each, name })),
  ];
  if (found.some(({ state }) => state === "failed")) return found;
  const shadow = policy.mode === "shadow" ? "; shadow mode tells nobody" : "";
  const text = `${counted(report.people.length, "person", "people")}, ${counted(report.ladders, "ladder", "ladders")}, each pages somebody${shadow}`;
  const nobody = report.problems.some(({ pagesNobody }) => pagesNobody);
  return nobody ? found : [{ state: "ok", name, text }, ...found];
}

/** Whom the platform names. Only the sandbox's people are known without joining it. */
function membersOf(id: string, platform: string, at: number): readonly PlatformMember[] | null {
  if (platform !== "sandbox") return null;
  if (id !== COMMUNITY.id) return [];
  return builtInPeople(at)
    .filter(({ roles }) => roles !== undefined)
    .map(memberOf);
}

function waysOf({ SMTP_URL, WEBHOOK_URL }: Settings): ReadonlySet<"email" | "webhook"> {
  const ways = new Set<"email" | "webhook">();
  if (SMTP_URL !== undefined) ways.add("email");
  if (WEBHOOK_URL !== undefined) ways.add("webhook");
  return ways;
}

function ladderFinding(name: string, problem: LadderProblem, mode: Policy["mode"]): Finding {
  const { ladder, pagesNobody, reasons } = problem;
  const why = reasons.join("; ");
  const todo =
    "Correct `team`, `rotas` or `escalation` of the policy with `candor policy set`, or give the role on the platform.";
  if (!pagesNobody) return { state: "note", name, text: `${ladder}: ${why}`, todo };
  // Nobody is told anything in shadow mode, so that a team may come later.
  const state = mode === "shadow" ? "note" : "failed";
  return { state, name, text: `${ladder} pages nobody: ${why}`, todo };
}

/** People whose newest attempt found no way to them. */
async function checkReach(
  store: Store,
  communityId: string,
  { timeZone }: Policy,
  people: readonly string[],
): Promise<readonly Omit<Finding, "name">[]> {
  const findings: Omit<Finding, "name">[] = [];
  for (const personId of people) {
    const attempts = await store.attempts({
      communityId,
      personId,
      outcomes: ["delivered", "unreachable"],
      newestFirst: true,
      limit: MOST_ATTEMPTS,
    });
    const since = unreachedSince(attempts);
    const newest = since.at(-1);
    const first = since[0];
    if (!newest || !first) continue;
    findings.push({
      state: "failed",
      text: `${shownId(personId)} cannot be reached: ${counted(since.length, "attempt", "attempts")} in vain since ${timeWords(timeOf(first), timeZone)} (${newest.refused.join(", ") || "no way is set up"})`,
      todo: "Ask them to allow direct messages and to write to the bot once, or give them an `email` in `team` of the policy and set SMTP_URL; or name somebody else.",
    });
  }
  return findings;
}

/** The attempts after the last one that was delivered, oldest first; empty when the newest was. */
function unreachedSince(attempts: readonly Attempt[]): readonly Attempt[] {
  const sorted = attempts.toSorted((a, b) => timeOf(a) - timeOf(b));
  const delivered = sorted.findLastIndex(({ outcome }) => outcome === "delivered");
  return sorted.slice(delivered + 1);
}

function timeOf({ doneAt, requestedAt }: Attempt): number {
  return doneAt ?? requestedAt;
}

/** Cases whose next step should have been taken. */
async function checkOverdue(store: Store, at: number): Promise<readonly Finding[]> {
  const overdue = await store.overdueCases(at - LATE_MS, MOST_CASES);
  const name = "cases";
  if (overdue.length === 0)
    return [{ state: "ok", name, text: "none waits longer than it should" }];
  const [longest] = overdue;
  const since = longest?.ladder.nextAt ?? null;
  const many = overdue.length === MOST_CASES ? "at least " : "";
  const which =
    longest === undefined ? "" : `; the longest is #${longest.number} of ${longest.communityId}`;
  const due = since === null ? "" : `, whose next step was due ${timeWords(since, "UTC")}`;
  return [
    {
      state: "failed",
      name,
      text: `${many}${counted(overdue.length, "case waits", "cases wait")} for somebody to be told${which}${due}`,
      todo: "Start Candor: it takes late steps within minutes. Where it runs, the queue is stuck: look at Redis or the database, and at its log.",
    },
  ];
}
