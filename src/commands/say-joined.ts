import { UNDECIDED } from "../engine/case/case.ts";
import { caseForms } from "../pipeline/case-forms.ts";
import { joinedSince, type MoreJoined } from "../pipeline/seen.ts";
import type { CaseMessage, CaseView } from "../ports/store.ts";
import type { CommandContext } from "./command.ts";
import { button } from "./list/step.ts";
import { badInput, done, type Reply, type ReplyButton } from "./reply.ts";

/** Messages of a case, beyond those that were shown, among which those that joined are looked for. */
const MOST_READ = 1000;
/** Texts of one reply, with what stands around each, in UTF-16 units: a case has other words too. */
const OF_CASE_UNITS = 1000;
const OF_PAGE_UNITS = 1500;
const AROUND_UNITS = 40;
/** Beginning of a text that is too long for a reply with other words. */
const BEGINNING_UNITS = 200;

/** Where a reply begins: after the first messages of the case, and with which part of a text that takes several. */
interface Place {
  readonly seen: number;
  readonly part: number;
}

/** Texts that joined a case, as far as one reply shows them. */
interface Page {
  readonly lines: readonly string[];
  /** Texts that are not shown, or not to their end. */
  readonly left: number;
  /** Where the next reply goes on; where nothing is left, how many messages of the case are known by now. */
  readonly next: Place;
}

/** What joined after the message that opened a case, and how to decide about all of it, or to read on. */
export async function sayJoined(
  context: CommandContext,
  item: CaseView,
): Promise<readonly string[]> {
  if (item.messages <= 1) return [];
  const page = await pageOf(context, item, { seen: 1, part: 1 }, OF_CASE_UNITS);
  const how = item.proposal === null ? sayHow(context, item, page) : sayMore(context, item, page);
  return [...page.lines, ...how];
}

/** How many messages of a case `sayJoined` shows to their end; 1 where some are left out. */
export async function shownAtOnce(context: CommandContext, item: CaseView): Promise<number> {
  if (item.messages <= 1) return 1;
  const { left, next } = await pageOf(context, item, { seen: 1, part: 1 }, OF_CASE_UNITS);
  return left === 0 ? next.seen : 1;
}

/** The texts that joined a case after what somebody was shown, in full: the next of them at each place. */
export async function sayNextJoined(
  context: CommandContext,
  item: CaseView,
  place: Place,
): Promise<Reply> {
  const { seen } = place;
  const page = await pageOf(context, item, place, OF_PAGE_UNITS);
  const lines = page.lines.length > 0 ? page.lines : [context.say("case.joined-none", { seen })];
  return done([...lines, ...sayHow(context, item, page)], {
    title: context.say("case.named", { number: item.number }),
    buttons: moreButtons(context, item, page),
    forms: page.left > 0 ? [] : decideForms(context, item, page.next.seen),
  });
}

function decideForms(context: CommandContext, item: CaseView, seen: number) {
  // An appeal is decided as it is, whatever joined meanwhile.
  return item.state === "appealed"
    ? []
    : caseForms(context.say, item, { appeals: [], seen, now: context.now });
}

/** Nothing was decided, for more is in the case than whoever decides has seen: what that is, and what to type. */
export async function sayMoreJoined(
  context: CommandContext,
  item: CaseView,
  { seen, messages }: MoreJoined,
  retype: "retype" | "propose",
): Promise<Reply> {
  const { number } = item;
  const named = context.say("case.named", { number });
  // It has at least as many by now.
  const known = { ...item, messages: Math.max(item.messages, messages) };
  const page = await pageOf(context, known, { seen, part: 1 }, OF_PAGE_UNITS);
  return badInput(
    [
      context.say("problem.more-joined", { item: named, seen, messages }),
      ...page.lines,
      ...(page.left > 0
        ? sayMore(context, item, page)
        : [context.say(`problem.more-joined.${retype}`, { messages: page.next.seen })]),
    ],
    {
      buttons: [...moreButtons(context, item, page), button(context, "case", number)],
      forms: page.left > 0 ? [] : decideForms(context, item, page.next.seen),
    },
  );
}

/** How to read on; or, where all of it was shown and somebody may decide, up to where they know it. */
function sayHow(context: CommandContext, item: CaseView, page: Page): readonly string[] {
  if (page.left > 0) return sayMore(context, item, page);
  if (!UNDECIDED.includes(item.state)) return [];
  return [context.say("case.seen", { messages: page.next.seen })];
}

function sayMore({ say }: CommandContext, item: CaseView, { left, next }: Page): readonly string[] {
  if (left === 0) return [];
  return [say("case.joined-more", { count: left, command: `/${commandOf(item, next)}` })];
}

function moreButtons(
  { say }: CommandContext,
  item: CaseView,
  { left, next }: Page,
): readonly ReplyButton[] {
  return left > 0 ? [{ label: say("button.joined-more"), command: commandOf(item, next) }] : [];
}

function commandOf({ number }: CaseView, { seen, part }: Place): string {
  return `case #${number} seen:${seen}${part > 1 ? ` part:${part}` : ""}`;
}

/** Each text that joined after the first `seen` messages, once, as far as they have room. */
async function pageOf(
  context: CommandContext,
  item: CaseView,
  { seen, part }: Place,
  units: number,
): Promise<Page> {
  const most = seen + MOST_READ;
  const read = await context.deps.store.caseMessages(item.id, most);
  const joined = joinedSince(read, seen);
  const known = read.length < most ? Math.max(item.messages, read.length) : read.length;
  /** After how many messages a reply goes on that has shown the first texts. */
  const after = (shown: number) => {
    const first = joined[shown];
    return first === undefined ? known : read.indexOf(first);
  };
  const [long] = joined;
  const shown = fitting(joined, units);
  if (long === undefined || shown > 0) {
    const lines = joined
      .slice(0, shown)
      .map((each) => sayText(context, each, textOf(context, each)));
    const next = { seen: after(shown), part: 1 };
    return { lines: await Promise.all(lines), left: joined.length - shown, next };
  }
  const text = textOf(context, long);
  if (units < OF_PAGE_UNITS) {
    const lines = [await sayText(context, long, `${between(text, 0, BEGINNING_UNITS)}…`)];
    return { lines, left: joined.length, next: { seen, part: 1 } };
  }
  const lines = [await sayText(context, long, between(text, (part - 1) * units, part * units))];
  const isWhole = part * units >= text.length;
  return isWhole
    ? { lines, left: joined.length - 1, next: { seen: after(1), part: 1 } }
    : { lines, left: joined.length, next: { seen, part: part + 1 } };
}

/** How many of the first texts have room in so many units. */
function fitting(joined: readonly CaseMessage[], units: number): number {
  let taken = 0;
  const first = joined.findIndex(({ message }) => {
    taken += (message.evidence?.length ?? 0) + AROUND_UNITS;
    return taken > units;
  });
  return first === -1 ? joined.length : first;
}

function textOf({ say }: CommandContext, { message }: CaseMessage): string {
  return message.evidence ?? say("case.evidence-gone");
}

async function sayText(
  context: CommandContext,
  { message }: CaseMessage,
  text: string,
): Promise<string> {
  const who = await context.nameOf(message.authorId);
  return context.say("case.joined", { time: context.time(message.sentAt), who, text });
}

/** Part of a text; a character that stands across an end belongs to what follows. */
function between(text: string, start: number, end: number): string {
  const whole = (at: number) => (/[\ud800-\udbff]$/u.test(text.slice(0, at)) ? at - 1 : at);
  return text.slice(whole(start), end >= text.length ? text.length : whole(end));
}
