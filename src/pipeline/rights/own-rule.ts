import { isGraver } from "../../engine/severity.ts";
import { gravest, type Verdict } from "../../engine/verdict.ts";
import type { CaseMessage } from "../../ports/store.ts";

/**
 * The rule of a decision as one author of the case is told it: where it is that of a finding of somebody
 * else's words, the gravest of their own, or `none` where nothing was found in those. `all` are the verdicts
 * by which the authors are weighed, `own` among them.
 */
export function ruleFor(
  rule: string,
  own: Pick<Verdict, "findings">,
  all: readonly Pick<Verdict, "findings">[],
  none: string,
): string {
  const isOf = ({ findings }: Pick<Verdict, "findings">) =>
    findings.some((finding) => finding.rule === rule);
  return isOf(own) || !all.some(isOf) ? rule : (own.findings[0]?.rule ?? none);
}

/** The message by which each author is weighed: the one with the gravest finding, of several a hidden one and then the first. */
export function gravestMessages(
  messages: readonly CaseMessage[],
): ReadonlyMap<string, CaseMessage> {
  const found = new Map<string, CaseMessage>();
  // A stable sort: hidden ones come first, each in the order in which they joined.
  for (const each of messages.toSorted((a, b) => Number(b.held) - Number(a.held))) {
    const { authorId } = each.message;
    const known = found.get(authorId);
    if (!known || isGraver(gravest(each.verdict), gravest(known.verdict)))
      found.set(authorId, each);
  }
  return found;
}
