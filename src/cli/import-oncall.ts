import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import {
  type CalendarProblem,
  MOST_CALENDAR_BYTES,
  readCalendar,
  type SkippedEvent,
} from "../../adapters/calendar/read-calendar.ts";
import { SKIP_REASONS } from "../../adapters/calendar/skip.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import { openBase } from "../composition.ts";
import { CandorError } from "../engine/errors.ts";
import { mayBeOnCall } from "../engine/escalation/may-work.ts";
import type { Policy } from "../engine/policy.ts";
import type { Span } from "../engine/rota/wall-clock.ts";
import { DAY_MS } from "../engine/rota/wall-clock.ts";
import { findCommunity, findRota } from "./community.ts";
import { counted } from "./counted.ts";
import { makePersonFinder } from "./find-person.ts";
import type { CommandIo } from "./io.ts";
import { codeOf } from "./rule-set.ts";
import { readTime, timeWords } from "./times.ts";
import { wrongOption } from "./wrong-option.ts";

export interface ImportOptions {
  readonly community: string;
  readonly rota: string;
  readonly from?: string;
  readonly to?: string;
  readonly replace?: true;
}

const DEFAULT_DAYS = 90;
/** Repetitions of a calendar are worked out as far as this. */
const MOST_DAYS = 2 * 366;
/** Skipped records that are named one by one. */
const MOST_NAMED = 50;

/**
 * Takes the duties of an iCalendar file into a rota. Exit code 1 when some record was left out; each
 * is named by its number, and nothing of the file is repeated.
 */
export async function importOnCall(
  file: string,
  options: ImportOptions,
  io: CommandIo,
): Promise<number> {
  const { text, hash } = await readFile(file);
  const base = await openBase(io.env, { create: false });
  try {
    const community = await findCommunity(base, options.community);
    const { timeZone } = findRota(community, options.rota);
    const at = systemClock.now();
    const period = periodOf(options, timeZone, at);
    const finder = makePersonFinder(community.policy.team);
    const calendar = readCalendar(text, {
      findPerson: finder.find,
      timeZone,
      from: period.from,
      until: period.to,
    });
    if (!calendar.ok) throw calendarProblem(file, calendar.error);
    const { entries, skipped } = calendar.value;
    const nothingRead = entries.length === 0 && skipped.length > 0;
    const { added, removed } = nothingRead
      ? { added: 0, removed: 0 }
      : await base.store.importRotaEntries(
          community.id,
          options.rota,
          { entries, replaces: options.replace ? period : null },
          (changed) => ({
            type: "rota.changed",
            at,
            person: null,
            payload: {
              rota: options.rota,
              change: "import",
              entries: changed.added,
              removed: changed.removed,
              skipped: skipped.length,
              file: hash,
            },
          }),
        );
    const known = entries.length - added;
    io.stdout.write(
      [
        `${community.id}, rota ${options.rota}, ${timeWords(period.from, timeZone)} to ${timeWords(period.to, timeZone)}`,
        `  ${counted(added, "duty was", "duties were")} taken${known > 0 ? `, ${known} were there already` : ""}${options.replace ? `, ${removed} of earlier imports went` : ""}`,
        ...(nothingRead && options.replace ? ["  nothing could be read, so nothing went"] : []),
        ...describeSkipped(skipped),
        ...describeUnknown(finder.unknownAttendees()),
        ...describeUnfit(community.policy, options.rota, entries),
        "",
      ].join("\n"),
    );
    return skipped.length > 0 ? 1 : 0;
  } finally {
    await base.close();
  }
}

async function readFile(file: string): Promise<{ readonly text: string; readonly hash: string }> {
  let bytes: Buffer;
  try {
    const handle = await open(file);
    try {
      // Asked before reading, so that a large file costs no memory.
      if ((await handle.stat()).size > MOST_CALENDAR_BYTES) {
        throw calendarProblem(file, { kind: "too-large", mostBytes: MOST_CALENDAR_BYTES });
      }
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof CandorError) throw cause;
    throw new CandorError("CANDOR-011", `${file}: ${codeOf(cause)}`, { cause });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, hash: createHash("sha256").update(bytes).digest("hex") };
  } catch {
    throw new CandorError("CANDOR-019", `${file}: it is not written in UTF-8`);
  }
}

function periodOf(options: ImportOptions, timeZone: string, now: number): Span {
  const from =
    options.from === undefined ? now : readTime("--from", options.from, timeZone, "start");
  const to =
    options.to === undefined
      ? from + DEFAULT_DAYS * DAY_MS
      : readTime("--to", options.to, timeZone, "end");
  if (to <= from || to - from > MOST_DAYS * DAY_MS) {
    throw wrongOption(
      "--to",
      timeWords(to, timeZone),
      `later than --from (${timeWords(from, timeZone)}) by at most ${MOST_DAYS} days`,
    );
  }
  return { from, to };
}

function calendarProblem(file: string, problem: CalendarProblem): CandorError {
  const words = (): string => {
    switch (problem.kind) {
      case "too-large":
        return `it is larger than ${problem.mostBytes / 1024 / 1024} MiB`;
      case "not-a-calendar":
        return "it is no iCalendar file (it does not begin with BEGIN:VCALENDAR)";
      case "cut-off":
        return "its end (END:VCALENDAR) is missing, so it may be only a part";
      case "too-many-entries":
        return `it has more than ${problem.most} duties in this period`;
      case "too-complex":
        return "its repetitions take too long to work out";
    }
  };
  return new CandorError("CANDOR-019", `${file}: ${words()}`);
}

function describeSkipped(skipped: readonly SkippedEvent[]): readonly string[] {
  if (skipped.length === 0) return [];
  const unnamed = skipped.length - MOST_NAMED;
  return [
    `  ${counted(skipped.length, "record was", "records were")} left out:`,
    ...skipped
      .slice(0, MOST_NAMED)
      .map(({ record, reason }) => `    record ${record}: ${SKIP_REASONS[reason]}`),
    ...(unnamed > 0 ? [`    and ${unnamed} more`] : []),
    ...(skipped.some(({ reason }) => reason === "nobody-known")
      ? [
          "  People are found by the e-mail address, the name or the id that `team` of the policy gives them.",
        ]
      : []),
  ];
}

function describeUnknown(attendees: number): readonly string[] {
  return attendees === 0
    ? []
    : [
        `  ${counted(attendees, "attendee is", "attendees are")} nobody of the policy's team and got no duty`,
      ];
}

/** The platform may give them a role that the policy does not: they are taken, and named. */
function describeUnfit(
  { team, escalation }: Policy,
  rota: string,
  entries: readonly { readonly personId: string }[],
): readonly string[] {
  const onCall = new Set(entries.map(({ personId }) => personId));
  return team
    .filter(({ id, role }) => onCall.has(id) && !mayBeOnCall(escalation, rota, [role]))
    .map(
      ({ id, name, role }) =>
        `  ${name ?? id} is ${role} in the policy's team and may not decide the cases of this rota: while they are on call it pages nobody, unless the platform gives them another role`,
    );
}
