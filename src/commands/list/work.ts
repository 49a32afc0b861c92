import type { Case } from "../../engine/case/case.ts";
import {
  acknowledgeCase,
  handOverCase,
  holdCase,
  noteCase,
  releaseCase,
  takeCase,
} from "../../pipeline/work-case.ts";
import { caseNumber, caseOrNext, choice, duration, optional, person, text } from "../arguments.ts";
import { sayCaseLine, sayMinutes } from "../case-words.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { findNext, hasHandIn, mayDecide, mayWorkOn } from "./next-case.ts";
import { CASE_WORKERS, MODERATORS } from "./roles.ts";
import { button, sayProblem, sayStep } from "./step.ts";

const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;
/** How much of a note is said back. */
const MOST_NOTE_UNITS = 40;
/** The policy's own limit of a hold: 14 days. */
const MAX_HOLD_MINUTES = 14 * 24 * MINUTES_PER_HOUR;

export const take = defineCommand({
  name: "take",
  args: { case: caseOrNext },
  needs: CASE_WORKERS,
  privileged: true,
  forbids: ({ person: who }, { case: item }) =>
    item === "next" || mayDecide(who, item) ? null : { kind: "not-allowed" },
  async run(context, args) {
    if (args.case !== "next") {
      const { id, number } = args.case;
      const taken = await takeCase(context.deps, { caseId: id, by: context.actor.id });
      return taken.ok ? sayTaken(context, taken.value) : sayProblem(context, number, taken.error);
    }
    const next = await findNext(context);
    switch (next.kind) {
      case "taken":
        return sayTaken(context, next.case);
      case "none":
        return done([context.say("take.none")]);
      case "skipped":
        return done([context.say("take.only-skipped", { number: next.number })], {
          buttons: [button(context, "take", next.number)],
        });
    }
  },
});

async function sayTaken(context: CommandContext, item: Case): Promise<Reply> {
  const until = item.assignment?.until ?? context.now;
  const words = context.say("take.done", { number: item.number, until: context.time(until) });
  return done([words, await sayCaseLine(context, item)], {
    buttons: [button(context, "case", item.number), button(context, "skip", item.number)],
  });
}

export const skip = defineCommand({
  name: "skip",
  args: { case: caseNumber },
  needs: CASE_WORKERS,
  privileged: true,
  async run(context, args) {
    const input = { caseId: args.case.id, by: context.actor.id };
    return sayStep(context, args.case, await releaseCase(context.deps, input), (item) =>
      done([context.say("skip.done", { number: item.number })], {
        buttons: [{ label: context.say("button.next"), command: "take next" }],
      }),
    );
  },
});

export const handover = defineCommand({
  name: "handover",
  args: { case: caseNumber, who: person },
  needs: MODERATORS,
  privileged: true,
  forbids: (context, { who }) => (who.id === context.actor.id ? { kind: "yourself" } : null),
  async run(context, args) {
    const { id, number } = args.case;
    const name = await context.nameOf(args.who.id);
    // Whoever gets a case sees what is in it.
    const mayWork = mayWorkOn(args.case, args.who);
    if (!mayWork || (await hasHandIn(context, args.case, args.who.id))) {
      return badInput([context.say("handover.not-team", { number, name })]);
    }
    const input = { caseId: id, by: context.actor.id, to: args.who.id };
    const given = await handOverCase(context.deps, input);
    if (!given.ok && given.error.kind === "own-report") {
      return badInput([context.say("handover.not-team", { number, name })]);
    }
    return sayStep(context, args.case, given, () =>
      done([context.say("handover.done", { number, name })]),
    );
  },
});

export const hold = defineCommand({
  name: "hold",
  args: { case: caseNumber, duration: optional(duration(MAX_HOLD_MINUTES)), note: optional(text) },
  needs: CASE_WORKERS,
  privileged: true,
  forbids: ({ person: who }, { case: item }) =>
    mayDecide(who, item) ? null : { kind: "not-allowed" },
  async run(context, args) {
    const by = context.actor.id;
    const caseId = args.case.id;
    const hours = args.duration === null ? null : args.duration / MINUTES_PER_HOUR;
    const held = await holdCase(context.deps, { caseId, by, hours });
    if (!held.ok) return sayProblem(context, args.case.number, held.error);
    if (args.note !== null) {
      await noteCase(context.deps, { caseId, by, audience: "team", text: args.note });
    }
    const until = context.time(held.value.onHoldUntil ?? context.now);
    return done(
      [
        context.say("hold.done", { number: args.case.number, until }),
        ...sayOtherTime(context, args.duration, held.value),
        ...(args.note === null ? [] : [context.say("hold.noted", { text: excerpt(args.note) })]),
      ],
      { buttons: [button(context, "take", args.case.number)] },
    );
  },
});

/** Why a case rests for another time than the one that was named; nothing where it does not. */
function sayOtherTime(
  context: CommandContext,
  asked: number | null,
  { onHoldUntil }: Case,
): readonly string[] {
  const { say, now, policy } = context;
  const minutes = Math.round(((onHoldUntil ?? now) - now) / MINUTE_MS);
  if (asked === null) return [say("hold.default", { span: sayMinutes(context, minutes) })];
  if (minutes >= Math.floor(asked)) return [];
  const most = sayMinutes(context, policy.cases.holdHoursS1 * MINUTES_PER_HOUR);
  return [say("hold.shorter", { asked: sayMinutes(context, asked), most })];
}

function excerpt(words: string): string {
  const { length } = words;
  return length <= MOST_NOTE_UNITS ? words : `${words.slice(0, MOST_NOTE_UNITS)}…`;
}

export const ack = defineCommand({
  name: "ack",
  args: { case: caseNumber },
  needs: CASE_WORKERS,
  privileged: true,
  forbids: ({ person: who }, { case: item }) =>
    mayDecide(who, item) ? null : { kind: "not-allowed" },
  async run(context, args) {
    const { number } = args.case;
    const before = args.case.ladder.acknowledged;
    const input = { caseId: args.case.id, by: context.actor.id };
    const known = await acknowledgeCase(context.deps, input);
    if (!known.ok) return sayProblem(context, number, known.error);
    if (before && before.by !== context.actor.id) {
      const who = await context.nameOf(before.by);
      return done([context.say("ack.after", { number, who, when: context.time(before.at) })]);
    }
    // An appeal is decided as it is: nobody has a lease on it.
    const next = known.value.state === "appealed" ? "case" : "take";
    return done([context.say("ack.done", { number })], {
      buttons: [button(context, next, number)],
    });
  },
});

export const note = defineCommand({
  name: "note",
  args: { case: caseNumber, audience: optional(choice(["team", "author"])), text },
  needs: CASE_WORKERS,
  privileged: true,
  async run(context, args) {
    const audience = args.audience ?? "team";
    const input = { caseId: args.case.id, by: context.actor.id, audience, text: args.text };
    return sayStep(context, args.case, await noteCase(context.deps, input), ({ number }) =>
      done([context.say(`note.${audience}`, { number })]),
    );
  },
});
