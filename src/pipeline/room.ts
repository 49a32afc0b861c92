import { z } from "zod";
import type { AuditEvent } from "../engine/audit.ts";
import { mayWork } from "../engine/escalation/may-work.ts";
import { teamOf } from "../engine/escalation/roster.ts";
import type { PlatformMember, Right } from "../engine/roles.ts";
import { type Result, fail, ok } from "../engine/result.ts";
import { type Job, type JobPayload, UnretriableError } from "../ports/jobs.ts";
import type { ActionError, PlatformPort } from "../ports/platform.ts";
import { personOf, type PipelineDeps, platformOf, policyOf } from "./deps.ts";
import { mustRetry, refusalOf, retryOf, targetOf } from "./effects.ts";

/** What is done to a channel or to a whole server, or taken back, and the rights that it takes. */
export const ROOM_ACTIONS = ["slow", "lock", "unlock", "calm", "calm-end", "pin", "unpin"] as const;
export type RoomAction = (typeof ROOM_ACTIONS)[number];
const ROOM_RIGHTS: Readonly<Record<RoomAction, readonly Right[]>> = {
  slow: ["manage-channels"],
  // Who may write in a channel is said by permissions of its roles.
  lock: ["manage-channels", "manage-roles"],
  unlock: ["manage-channels", "manage-roles"],
  calm: ["manage-server"],
  "calm-end": ["manage-server"],
  pin: ["pin-messages"],
  unpin: ["pin-messages"],
};

/** A thread is slowed down and locked by whoever manages threads. */
const THREAD_RIGHTS: Readonly<Partial<Record<RoomAction, readonly Right[]>>> = {
  slow: ["manage-threads"],
  lock: ["manage-threads"],
  unlock: ["manage-threads"],
};

/** What the platform must let somebody do who orders something, where it is done. */
export function roomRights(
  action: RoomAction,
  { isThread = false }: { readonly isThread?: boolean } = {},
): readonly Right[] {
  return (isThread ? THREAD_RIGHTS[action] : undefined) ?? ROOM_RIGHTS[action];
}

/** What each takes back, by whose name the record knows it. */
const UNDOES: Readonly<Partial<Record<RoomAction, RoomAction>>> = {
  unlock: "lock",
  "calm-end": "calm",
  unpin: "pin",
};

const orderSchema = z.strictObject({
  id: z.string(),
  platform: z.string(),
  community: z.string(),
  /** Empty where it is about the whole server. */
  channel: z.string(),
  action: z.enum(ROOM_ACTIONS),
  /** Seconds between messages for `slow`, its end (epoch ms) for `calm`. */
  value: z.number(),
  /** Id of the case whose official answer is pinned, and of that answer; empty for the others. */
  case: z.string(),
  answer: z.string(),
  /** Fingerprint of who ordered it. */
  moderator: z.string(),
});
/** One order of a moderator. Also what its job carries, so that it holds nobody's id. */
export type RoomOrder = z.infer<typeof orderSchema>;
const waitingSchema = orderSchema.extend({
  /** Number of an audit event before the order began to wait; what was ordered since may be newer. */
  after: z.number().default(0),
});

/** Audit events that are read at once. */
const EVENTS_PAGE = 500;

export type RoomError =
  | ActionError
  /** The platform has no such thing. */
  | { readonly kind: "unable" };

/**
 * Carries an order out and records it; gives what it was before, where the platform says so. An order that has to
 * wait is left to the queue, and `throttled` or `unavailable` says that it was. `by`: the platform's id of who
 * ordered it, for its own log.
 */
export async function orderRoom(
  deps: PipelineDeps,
  order: RoomOrder,
  by: string,
): Promise<Result<number | null, RoomError>> {
  const done = await carryOut(deps, order, by);
  if (done.ok || !isForLater(done.error)) return done;
  const [newest] = await deps.store.recentAuditEvents(order.community, 1);
  const payload = { ...order, after: newest?.seq ?? 0 };
  const job: Job = { queue: "actions", id: `${order.id}-room`, name: "room", payload };
  const waits = { ...payloadOf(order), refused: done.error.kind, order: order.id };
  const at = deps.clock.now();
  const event = { type: "action.failed", at, person: null, payload: waits } as const;
  const noted = await deps.store.noteEffect(`${order.id}-waits`, order.community, event, {
    jobs: [job],
  });
  if (noted) deps.jobsWritten();
  return done;
}

/**
 * Job `room`: an order that had to wait. Whoever gave it must still moderate and have the rights, and nobody may have
 * ordered otherwise since. Safe to deliver again. Throws when it must be tried again.
 */
export async function room(deps: PipelineDeps, job: Job): Promise<void> {
  const { after, ...order } = readOrder(job.payload);
  if (await deps.store.hasEffect(order.id)) return;
  const policy = await policyOf(deps, order.community);
  if (policy.mode === "shadow") return;
  if (await isSuperseded(deps, order, after)) return refused(deps, order, "superseded");
  const platform = platformOf(deps, order.platform);
  const team = await platform.team(order.community);
  if (!team.ok) {
    if (mustRetry(team)) throw retryOf("team", team.error);
    return;
  }
  const by = team.value.find(({ id }) => personOf(deps, order.platform, id) === order.moderator);
  const roles = teamOf(policy, team.value).find(({ id }) => id === by?.id)?.roles ?? [];
  // Whoever decides what a rule has found is a moderator or above.
  if (!by || !mayWork(roles, "rule")) return refused(deps, order, "role");
  if (!(await mayOrder(deps, platform, order, by))) return refused(deps, order, "right");
  const done = await carryOut(deps, order, by.id);
  if (!done.ok && isForLater(done.error)) {
    throw retryOf(`room ${order.action}`, done.error);
  }
}

/** Whether somebody still has the rights where the order is carried out. Throws when the platform does not say. */
async function mayOrder(
  { store }: PipelineDeps,
  platform: PlatformPort,
  order: RoomOrder,
  by: PlatformMember,
): Promise<boolean> {
  const { action, community } = order;
  const channelId = order.channel || (await store.findCase(order.case))?.message.channelId;
  if (channelId === undefined || !platform.inChannel) return hasAll(by.rights, roomRights(action));
  const asked = await platform.inChannel({ communityId: community, memberId: by.id }, channelId);
  if (!asked.ok) {
    if (mustRetry(asked)) throw retryOf("room", asked.error);
    return false;
  }
  // Of a channel that is gone carrying it out says so.
  return asked.value === null || hasAll(asked.value.rights, roomRights(action, asked.value));
}

function hasAll(held: readonly Right[], needed: readonly Right[]): boolean {
  return needed.every((right) => held.includes(right));
}

/** Says in the record that an order was tried for the last time and not done. */
export async function roomGivenUp(deps: PipelineDeps, job: Job): Promise<void> {
  await refused(deps, readOrder(job.payload), "given up");
}

function readOrder(payload: JobPayload): z.infer<typeof waitingSchema> {
  const read = waitingSchema.safeParse(payload);
  if (!read.success) throw new UnretriableError("an order of another shape");
  return read.data;
}

/** Whether a later order about the same thing was carried out, or waits too; `after` as in `waitingSchema`. */
async function isSuperseded(deps: PipelineDeps, order: RoomOrder, after: number): Promise<boolean> {
  let waits = false;
  let seq = after;
  for (;;) {
    const events = await deps.store.auditEvents(order.community, seq, EVENTS_PAGE);
    for (const event of events) {
      if (event.payload?.["order"] === order.id) waits = true;
      else if (waits && isAboutSame(event, order)) return true;
    }
    const last = events.at(-1);
    if (!last || events.length < EVENTS_PAGE) return false;
    ({ seq } = last);
  }
}

/** Whether an event says that the same thing was ordered, and done or left for later. */
function isAboutSame({ type, payload }: AuditEvent, order: RoomOrder): boolean {
  const { action, channel, case: item } = payloadOf(order);
  const isOrder =
    type === "action.done" || type === "action.undone" || typeof payload?.["order"] === "string";
  return (
    isOrder &&
    payload?.["action"] === action &&
    payload["channel"] === channel &&
    payload["case"] === item
  );
}

async function carryOut(
  deps: PipelineDeps,
  order: RoomOrder,
  by: string,
): Promise<Result<number | null, RoomError>> {
  const platform = platformOf(deps, order.platform);
  const done = await run(deps, platform, order, by);
  if (!done.ok) {
    const { error } = done;
    const isTold = error.kind === "unable" || isForLater(error);
    if (!isTold) await refused(deps, order, error.kind);
    return done;
  }
  await deps.store.noteEffect(order.id, order.community, {
    type: UNDOES[order.action] ? "action.undone" : "action.done",
    at: deps.clock.now(),
    person: null,
    payload: payloadOf(order),
  });
  return done;
}

async function run(
  { store }: PipelineDeps,
  { extras = {} }: PlatformPort,
  order: RoomOrder,
  by: string,
): Promise<Result<number | null, RoomError>> {
  const place = { communityId: order.community, channelId: order.channel };
  const what = `Candor: /${COMMANDS[order.action]}`;
  const reason = `${what} by ${by}`;
  switch (order.action) {
    case "slow":
      return extras.slowDown?.(place, order.value, reason) ?? UNABLE;
    case "lock":
      return asDone(await extras.lock?.(place, reason));
    case "unlock":
      return asDone(await extras.unlock?.(place, reason));
    case "calm":
      return asDone(await extras.calm?.(order.community, order.value, reason));
    case "calm-end":
      return asDone(await extras.calm?.(order.community, null, reason));
    case "pin":
    case "unpin": {
      const view = await store.findCase(order.case);
      if (!view) return fail({ kind: "gone" });
      const why = `${what} #${view.number} by ${by}`;
      const { message } = view;
      const isPinned = order.action === "pin";
      return asDone(await extras.pinAnswer?.(targetOf(message), order.answer, isPinned, why));
    }
  }
}

/** The command behind each, as the platform's own log names it. */
const COMMANDS: Readonly<Record<RoomAction, string>> = {
  slow: "slowmode",
  lock: "lock",
  unlock: "unlock",
  calm: "calm",
  "calm-end": "calm off",
  pin: "pin",
  unpin: "pin off",
};

function isForLater(
  error: RoomError,
): error is ActionError & { readonly kind: "throttled" | "unavailable" } {
  return error.kind === "throttled" || error.kind === "unavailable";
}

const UNABLE = fail({ kind: "unable" } as const);

function asDone(done: Result<void, ActionError> | undefined): Result<null, RoomError> {
  if (!done) return UNABLE;
  return done.ok ? ok(null) : done;
}

async function refused(deps: PipelineDeps, order: RoomOrder, why: string): Promise<void> {
  await deps.store.noteEffect(refusalOf(order.id), order.community, {
    type: "action.failed",
    at: deps.clock.now(),
    person: null,
    payload: { ...payloadOf(order), refused: why },
  });
}

function payloadOf(order: RoomOrder) {
  const { action, channel, value, moderator } = order;
  return {
    action: UNDOES[action] ?? action,
    ...(channel !== "" && { channel }),
    ...(action === "slow" && { seconds: value }),
    ...(action === "calm" && { until: value }),
    ...(order.case !== "" && { case: order.case }),
    moderator,
  };
}
