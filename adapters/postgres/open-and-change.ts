import { sql, type Transaction } from "kysely";
import type { Case } from "../../src/engine/case/case.ts";
import { fail, ok } from "../../src/engine/result.ts";
import type { OpenRequest, OpeningStep, Store } from "../../src/ports/store.ts";
import { isAnyOf } from "./any-of.ts";
import { selectCases, selectCaseViews, toCase, toCaseView } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { changeIn } from "./change-case.ts";
import { openIn } from "./open-case.ts";
import type { Tables } from "./tables.ts";

/** Newest decisions about one person among which a repetition is looked for. */
const MOST_RECENT = 20;

/** Ends the transaction of an opening whose step the case does not take. */
class StepRefused extends Error {
  override readonly name = "StepRefused";
  readonly reason: unknown;

  constructor(reason: unknown) {
    super("the case does not take the step for which it was to be opened");
    this.reason = reason;
  }
}

/** Opens or joins a case and takes a step of it; neither is written without the other. */
export function makeOpenAndChange(context: StoreContext): Store["openAndChange"] {
  return async <E>(request: OpenRequest, step: OpeningStep<E>) => {
    try {
      return await context.chains.write(request.opens.communityId, async (transaction, chain) => {
        const before = await repeated(transaction, request, step);
        if (before) return ok(before);
        const opened = await openIn(transaction, chain, request);
        if (!opened) return fail({ kind: "not-found" as const });
        const view = await selectCaseViews(transaction)
          .where("cases.id", "=", opened.case.id)
          .executeTakeFirstOrThrow();
        const change = step.change(toCaseView(view));
        const changed = await changeIn(transaction, chain, opened.case, step, change);
        if (!changed.ok) throw new StepRefused(changed.error);
        return changed;
      });
    } catch (error) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- thrown above with an error of this very step
      if (error instanceof StepRefused) return fail(error.reason as E);
      throw error;
    }
  };
}

/** The case in which the same was asked for a moment ago; it holds every message of the request. */
async function repeated<E>(
  transaction: Transaction<Tables>,
  { opens, messageKeys }: OpenRequest,
  { repeats }: OpeningStep<E>,
): Promise<Case | null> {
  const rows = await selectCases(transaction)
    .where("cases.community_id", "=", opens.communityId)
    .where("cases.author_id", "=", opens.authorId)
    .where(
      sql<boolean>`(cases.decided_at >= ${repeats.since}::bigint OR cases.proposal IS NOT NULL)`,
    )
    .orderBy("cases.number", "desc")
    .limit(MOST_RECENT)
    .execute();
  for (const item of rows.map(toCase)) {
    if (repeats.is(item) && (await holdsAll(transaction, item.id, messageKeys))) return item;
  }
  return null;
}

async function holdsAll(
  transaction: Transaction<Tables>,
  caseId: string,
  keys: readonly string[],
): Promise<boolean> {
  if (keys.length === 0) return true;
  const held = await transaction
    .selectFrom("case_messages")
    .select("message_key")
    .where("case_id", "=", caseId)
    .where(isAnyOf("message_key", [...keys]))
    .execute();
  return held.length === new Set(keys).size;
}
