import { AWAITED, type Case, UNDECIDED } from "../engine/case/case.ts";
import { ownerAt } from "../engine/case/transitions.ts";
import { SERVICE_SOURCES } from "../engine/escalation/may-work.ts";
import type { NoticeButton } from "../ports/notifier.ts";
import type { Appeal } from "../ports/rights.ts";
import type { CaseView } from "../ports/store.ts";
import type { WordKey, WordValues } from "../words/say.ts";
import { waitingAppeals } from "./rights/waiting.ts";

/** What is known of a case beside itself, for the forms that it offers. */
export interface FormFacts {
  /** All of its appeals, the first first. */
  readonly appeals: readonly Appeal[];
  /** How many of its messages are shown beside the button. */
  readonly seen: number;
  /** Epoch ms. */
  readonly now: number;
}

type Say = (key: WordKey, values?: WordValues) => string;

/**
 * The commands about a case that ask for words or choices, as buttons that open a form. A proposal is confirmed
 * or turned down, and not decided beside.
 */
export function caseForms(say: Say, item: CaseView, facts: FormFacts): readonly NoticeButton[] {
  const { number, state, proposal, source } = item;
  if (!AWAITED.includes(state) || proposal) return [];
  if (state === "appealed") return appealForms(say, item, facts.appeals);
  const seen = facts.seen > 1 ? ` seen:${facts.seen}` : "";
  const first = SERVICE_SOURCES.includes(source) ? "answer" : "decide";
  const isHeld = UNDECIDED.includes(state) && ownerAt(item, facts.now) !== null;
  return [
    { label: say(`button.${first}`, { number }), command: `${first} #${number}${seen}` },
    ...(isHeld
      ? [{ label: say("button.handover", { number }), command: `handover #${number}` }]
      : []),
  ];
}

/** Of several appeals the one that is due first. */
function appealForms(
  say: Say,
  { number }: Pick<Case, "number">,
  appeals: readonly Appeal[],
): readonly NoticeButton[] {
  const [first] = waitingAppeals(appeals);
  if (!first) return [];
  const nth = appeals.indexOf(first);
  const command = `decide #${number} appeal:${nth + 1}`;
  return [{ label: say("button.decide", { number }), command }];
}
