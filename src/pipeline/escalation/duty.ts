import { offerName, onCallBetween, type RotaEntry } from "../../engine/rota/on-call.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { Notice, NoticeButton } from "../../ports/notifier.ts";
import { say, sayTime } from "../../words/say.ts";
import type { PipelineDeps } from "../deps.ts";
import { newAttempt } from "./attempts.ts";
import { claim, lookAgainLater } from "./claims.ts";
import { type CommunityContext, contextOf, readerOf, type ReaderSettings } from "./context.ts";
import { hasRoom } from "./room.ts";
import { namesOf } from "./unreached.ts";
import { settledAs, toldWhom, tryWays } from "./ways.ts";

/** Changes of duties that one notice names. */
const MOST_LINES = 10;
/** Attempts that one notice settles; the rest get another. */
const MOST_WAITING = 100;

/** Tells each of these people that something about their duties has changed; `fresh` makes ids that nothing else has. */
export function dutyAttempts(
  communityId: string,
  people: readonly string[],
  fresh: string,
  at: number,
): readonly Attempt[] {
  const each = [...new Set(people)].filter((id) => id !== "");
  return each.map((personId, i) => ({
    ...newAttempt(`d-${fresh}-${i}`, communityId, personId, at),
    kind: "duty",
    ways: ["direct", "email"],
  }));
}

/** A change of a rota that is not over. */
interface Change {
  readonly rota: string;
  readonly entry: RotaEntry;
}

/**
 * Tells one person how their duties stand, as they are when this is delivered: whoever hears late of several
 * changes hears what counts. Throws when they must be tried again.
 */
export async function deliverDuty(deps: PipelineDeps, begun: Attempt): Promise<void> {
  const { communityId } = begun;
  const place = (await deps.store.communities()).find(({ id }) => id === communityId);
  if (!place) return;
  const context = await contextOf(deps, { communityId, platform: place.platform });
  const waiting = await waitingDuties(deps, begun);
  if (!(await hasRoom(deps, context, null, waiting))) return;
  const mine = await claim(deps, communityId, waiting);
  if (!mine.some(({ id }) => id === begun.id)) await lookAgainLater(deps, communityId, [begun]);
  const [attempt, ...others] = mine;
  if (!attempt) return;
  const notice = await dutyNotice(deps, context, attempt);
  const tried = await tryWays(deps, context, attempt, notice);
  const at = deps.clock.now();
  const isDone = tried.outcome !== "again";
  const payload = { kind: "duty", case: null, ...toldWhom(deps, place.platform, [tried]) };
  await deps.store.settleAttempts({
    communityId,
    attempts: [
      settledAs(attempt, tried.outcome, at, tried),
      // Told of inside that one, they are no messages of their own.
      ...others.map((each) => {
        const within = isDone ? { ...each, bundle: attempt.id } : each;
        return settledAs(within, tried.outcome, at, tried);
      }),
    ],
    events: isDone ? [{ type: "people.told", at, person: null, payload }] : [],
    jobs: [],
    added: [],
  });
  if (!isDone) throw new Error("somebody could not be told yet");
}

/** This attempt, and what else waits to tell the same person how their duties stand: one notice says all of it. */
async function waitingDuties(
  deps: PipelineDeps,
  begun: Attempt,
): Promise<readonly [Attempt, ...Attempt[]]> {
  const { communityId, personId } = begun;
  const filter = { communityId, personId, outcomes: ["pending"], limit: MOST_WAITING } as const;
  const waiting = await deps.store.attempts(filter);
  return [begun, ...waiting.filter(({ id, kind }) => kind === "duty" && id !== begun.id)];
}

async function dutyNotice(
  deps: PipelineDeps,
  context: CommunityContext,
  { id, communityId, personId }: Attempt,
): Promise<Notice> {
  const { locale } = readerOf(context, personId);
  const { lines, buttons } = await dutyWords(deps, context, personId);
  const title = say(locale, buttons.length > 0 ? "duty.title.offer" : "duty.title");
  return { id, communityId, caseNumber: null, title, lines, buttons };
}

/** How somebody's duties stand by now, for a notice of its own or for a summary, and what they are asked about them. */
export async function dutyWords(
  deps: PipelineDeps,
  context: CommunityContext,
  personId: string,
): Promise<Pick<Notice, "lines" | "buttons">> {
  const reader = readerOf(context, personId);
  const changes = await changesFor(deps, context, personId);
  const shown = changes.slice(0, MOST_LINES);
  const lines = await Promise.all(shown.map((each) => changeLine(context, personId, reader, each)));
  const asked = shown.filter(({ entry }) => entry.kind === "offer" && entry.personId === personId);
  return {
    lines: lines.length > 0 ? lines : [say(reader.locale, "duty.none")],
    buttons: asked.flatMap((each) => buttonsOf(reader, each)),
  };
}

/** What changes somebody's duties from now on, the soonest first. */
async function changesFor(
  deps: PipelineDeps,
  { communityId, policy }: CommunityContext,
  personId: string,
): Promise<readonly Change[]> {
  const at = deps.clock.now();
  const all = await Promise.all(
    Object.entries(policy.rotas).map(async ([rota, pattern]) => {
      const entries = await deps.store.rotaEntries(communityId, rota, at);
      return entries.flatMap((entry, i): readonly Change[] => {
        if (entry.kind === "imported") return [];
        const { from, to, replaces } = entry;
        // Instead of everybody: only whoever would be on call otherwise is taken off.
        const taken =
          replaces === null ? onCallBetween(pattern, entries.slice(0, i), from, to) : [replaces];
        const isAbout = entry.personId === personId || taken.includes(personId);
        return isAbout ? [{ rota, entry }] : [];
      });
    }),
  );
  return all.flat().toSorted((a, b) => a.entry.from - b.entry.from);
}

async function changeLine(
  context: CommunityContext,
  personId: string,
  { locale, timeZone }: ReaderSettings,
  { rota, entry }: Change,
): Promise<string> {
  const { kind, personId: onCall, replaces } = entry;
  const isOn = onCall === personId;
  const other = isOn ? replaces : onCall;
  const [who = ""] = other === null ? [] : await namesOf(context, [other]);
  const from = sayTime(locale, timeZone, entry.from);
  const values = { rota, who, from, until: sayTime(locale, timeZone, entry.to) };
  if (kind === "offer") return say(locale, isOn ? "duty.offer" : "duty.offered", values);
  return say(locale, isOn ? "duty.on" : "duty.off", values);
}

function buttonsOf({ locale }: ReaderSettings, { rota, entry }: Change): readonly NoticeButton[] {
  const whose = `${rota} <@${entry.replaces ?? ""}> s:${offerName(entry)}`;
  return [
    { label: say(locale, "button.swap-accept"), command: `oncall accept ${whose}` },
    { label: say(locale, "button.swap-decline"), command: `oncall decline ${whose}` },
  ];
}
