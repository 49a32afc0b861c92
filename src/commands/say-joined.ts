import { UNDECIDED } from "../engine/case/case.ts";
import { joinedSince, type MoreJoined } from "../pipeline/seen.ts";
import type { CaseView } from "../ports/store.ts";
import type { CommandContext } from "./command.ts";
import { button } from "./list/step.ts";
import { badInput, type Reply } from "./reply.ts";

/** Messages of a case among which those that joined are looked for, and how many of their texts are shown. */
const MOST_READ = 1000;
const MOST_SHOWN = 4;
/** Longest text of one, in UTF-16 units: Discord takes 2,000 in all. */
const MOST_UNITS = 200;

/** What joined after the message that opened a case, and how to decide about all of it. */
export async function sayJoined(
  context: CommandContext,
  item: CaseView,
): Promise<readonly string[]> {
  if (item.messages <= 1) return [];
  const { messages, state, proposal } = item;
  const waits = UNDECIDED.includes(state) && proposal === null;
  return [
    ...(await sayTexts(context, item, 1)),
    ...(waits ? [context.say("case.seen", { messages })] : []),
  ];
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
  return badInput(
    [
      context.say("problem.more-joined", { item: named, seen, messages }),
      ...(await sayTexts(context, item, seen)),
      context.say(`problem.more-joined.${retype}`, { messages }),
    ],
    { buttons: [button(context, "case", number)] },
  );
}

/** Each text that joined after the first `shown` messages, once. */
async function sayTexts(
  context: CommandContext,
  { id }: CaseView,
  shown: number,
): Promise<readonly string[]> {
  const joined = joinedSince(await context.deps.store.caseMessages(id, MOST_READ), shown);
  const lines = joined.slice(0, MOST_SHOWN).map(async ({ message }) =>
    context.say("case.joined", {
      time: context.time(message.sentAt),
      who: await context.nameOf(message.authorId),
      text: shorten(message.evidence ?? context.say("case.evidence-gone")),
    }),
  );
  const left = joined.length - MOST_SHOWN;
  return [
    ...(await Promise.all(lines)),
    ...(left > 0 ? [context.say("case.joined-more", { count: left })] : []),
  ];
}

function shorten(text: string): string {
  if (text.length <= MOST_UNITS) return text;
  return `${text.slice(0, MOST_UNITS - 1).replace(/[\ud800-\udbff]$/u, "")}…`;
}
