import type { Case } from "../../engine/case/case.ts";
import { ownerAt } from "../../engine/case/transitions.ts";
import { personOf } from "../../pipeline/deps.ts";
import { takeCase } from "../../pipeline/work-case.ts";
import { onlyService, SERVICE_SOURCES } from "../authorise.ts";
import type { Store } from "../../ports/store.ts";
import type { CommandContext, Person } from "../command.ts";
import { CASE_READERS, CASE_WORKERS, MODERATORS } from "./roles.ts";

export type Next =
  | { readonly kind: "taken"; readonly case: Case }
  /** Nothing waits but what the person gave back before. */
  | { readonly kind: "skipped"; readonly number: number }
  | { readonly kind: "none" };

/** Most cases that are looked at for the next one. */
const MOST_LOOKED_AT = 200;
/** Events in which skips are looked for: what was skipped longer ago may be offered again. */
const MOST_EVENTS = 500;

/** Takes the most pressing case that nobody holds and the person has not skipped. */
export async function findNext(context: CommandContext): Promise<Next> {
  const { deps, actor } = context;
  const sources = sourcesFor(context.person);
  const waiting = await deps.store.listCases({
    communityId: actor.communityId,
    states: ["open", "reopened", "assigned"],
    ...(sources && { sources }),
    limit: MOST_LOOKED_AT,
  });
  const free = waiting.filter((item) => isFreeFor(context, item));
  const skipped = await skippedBy(context);
  for (const item of free) {
    if (skipped.has(item.id) || (await hasHandIn(context, item, actor.id))) continue;
    const taken = await takeCase(deps, { caseId: item.id, by: actor.id });
    // Somebody was faster, or one's own report is in it: the next one, then.
    if (taken.ok) return { kind: "taken", case: taken.value };
  }
  const [first] = free.filter((item) => skipped.has(item.id));
  return first ? { kind: "skipped", number: first.number } : { kind: "none" };
}

/** Whether somebody may take a case that is not an appeal, as far as the case itself says. */
export function isFreeFor({ actor, person, now }: CommandContext, item: Case): boolean {
  return (
    mayDecide(person, item) &&
    ownerAt(item, now) === null &&
    item.authorId !== actor.id &&
    item.proposal?.moderatorId !== actor.id
  );
}

/** Whether somebody reported one of its messages, and so decides nothing about it. */
export async function hasReported(
  { deps, actor }: Pick<CommandContext, "deps" | "actor">,
  { id }: Pick<Case, "id">,
): Promise<boolean> {
  const reports = await deps.store.reportsOf(id);
  return reports.some(({ reporterId }) => reporterId === actor.id);
}

/** Whether somebody wrote a message of a case, so that others must look after it. */
export async function hasHandIn(
  { deps }: { readonly deps: { readonly store: Pick<Store, "caseAuthors"> } },
  { id, messages }: Pick<Case, "id" | "messages">,
  personId: string,
): Promise<boolean> {
  if (messages <= 1) return false;
  return (await deps.store.caseAuthors(id)).some((author) => author.id === personId);
}

/** Ids of cases whose newest assignment event of this person is that they gave it back. */
async function skippedBy({ deps, actor }: CommandContext): Promise<ReadonlySet<string>> {
  const me = personOf(deps, actor.platform, actor.id);
  const events = await deps.store.recentAuditEvents(actor.communityId, MOST_EVENTS);
  const newest = new Map<string, string>();
  for (const { type, payload } of events) {
    if (type !== "case.released" && type !== "case.assigned") continue;
    const item = payload?.["case"];
    if (payload?.["moderator"] !== me || typeof item !== "string" || newest.has(item)) continue;
    newest.set(item, type);
  }
  return new Set([...newest].filter(([, type]) => type === "case.released").map(([id]) => id));
}

/** The sources a person may look at; null for all of them. */
export function sourcesFor({ roles }: Pick<Person, "roles">) {
  const reading = roles.filter((role) => CASE_READERS.includes(role));
  return onlyService(reading) ? SERVICE_SOURCES : null;
}

/** Whether somebody moderates, where a case waits for that: as an appeal, or for a second moderator. */
export function mayDecide(
  { roles }: Pick<Person, "roles">,
  { state, proposal }: Pick<Case, "state" | "proposal">,
): boolean {
  const waits = state === "appealed" || proposal !== null;
  return !waits || roles.some((role) => MODERATORS.includes(role));
}

/** Whether somebody may get a case: one of those who work on cases like it, and not about themselves. */
export function mayWorkOn(
  item: Pick<Case, "source" | "authorId" | "state" | "proposal">,
  { id, roles }: Person,
): boolean {
  const working = roles.filter((role) => CASE_WORKERS.includes(role));
  if (working.length === 0 || item.authorId === id || !mayDecide({ roles }, item)) return false;
  return !onlyService(working) || SERVICE_SOURCES.includes(item.source);
}
