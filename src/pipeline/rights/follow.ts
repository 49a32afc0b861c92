import type { Case } from "../../engine/case/case.ts";
import type { Decision } from "../../engine/case/decision.ts";
import type { Policy } from "../../engine/policy.ts";
import { isRestriction, type Restriction } from "../../engine/statement/transparency-record.ts";
import {
  type EffectFollows,
  MOST_AUTHORS,
  type Report,
  type RightsChange,
  type Statement,
} from "../../ports/rights.ts";
import type { JudgedMessage } from "../../ports/store.ts";
import type { StepContext } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import {
  answerAttempts,
  revocationAttempts,
  statementAttempt,
  tellAll,
  type Told,
} from "./attempts.ts";
import { holdingFinding } from "./rule-words.ts";
import { makeStatement } from "./statement.ts";

/** What a step of a case owes to the people it is about. */
export type Owed = RightsChange & Told;

/** Statements of one person about one case that are looked at. */
const MOST_STATEMENTS = 100;

const NOTHING: Owed = { attempts: [], jobs: [] };

/** A message was hidden because of its verdict: the first of its author in this round of the case is explained to them. */
export function afterHide(
  deps: PipelineDeps,
  policy: Policy,
  { message, verdict, case: item }: JudgedMessage,
): EffectFollows {
  if (!item || message.authorId === "") return {};
  const statement = makeStatement(
    deps,
    policy,
    { case: item, message, verdict },
    {
      basis: ["hide", item.id, item.ladder.round, message.authorId],
      authorId: message.authorId,
      decisionId: null,
      restrictions: [{ kind: "hide" }],
      rule: holdingFinding(verdict, policy.actions)?.rule ?? "",
      byMachine: true,
      at: deps.clock.now(),
    },
  );
  return { statements: [statement], ...tellAll([statementAttempt(statement)]) };
}

/** A hidden message came back, for somebody let it through while it was being hidden. */
export async function afterLateRestore(
  deps: PipelineDeps,
  { message, case: item }: JudgedMessage,
): Promise<EffectFollows> {
  if (!item) return {};
  const standing = await deps.store.statements({
    caseId: item.id,
    authorId: message.authorId,
    includeRevoked: false,
    limit: MOST_STATEMENTS,
  });
  const revoked = standing.filter(({ decisionId }) => decisionId === null);
  const at = deps.clock.now();
  const because = `${message.key}-restore-late`;
  return {
    revoked: { ids: revoked.map(({ id }) => id), at },
    ...tellAll(revocationAttempts(deps, item, because, revoked, at)),
  };
}

/** A decision stands: whoever it restricts gets its reasons, who was hidden by mistake hears so, and reporters are answered. */
export function afterDecision(
  deps: PipelineDeps,
  context: StepContext,
  item: Case,
  decision: Decision,
): Owed {
  const { known, at } = context;
  if (!known.rights) return NOTHING;
  const statements = statementsOf(deps, context, item, decision);
  const letThrough = letsThrough(decision);
  const revoked = known.rights.statements.filter(
    ({ decisionId }) => letThrough && decisionId === null,
  );
  const outcome = decision.outcome === "uphold" ? "upheld" : "dismissed";
  const reports = reportsOn(item, known.rights.reports);
  const told = tellAll([
    ...statements.map(statementAttempt),
    ...revocationAttempts(deps, item, decision.id, revoked, at),
    ...answerAttempts(deps, item, decision.id, reports, at),
  ]);
  return {
    statements,
    revoked: { ids: idsOf(revoked), at },
    reports: settled(reports, item, outcome),
    ...told,
  };
}

/**
 * A decision was taken back: what it owed is revoked, its author hears so, and reports wait again. Where
 * what was let through is hidden again, that is a restriction of its own.
 */
export function afterUndo(deps: PipelineDeps, context: StepContext, decision: Decision): Owed {
  const { known, current, at } = context;
  if (!known.rights) return NOTHING;
  const revoked = known.rights.statements.filter(({ decisionId }) => decisionId === decision.id);
  const statements = hiddenAgain(deps, context, decision);
  const told = tellAll([
    ...statements.map(statementAttempt),
    ...revocationAttempts(deps, current, `${decision.id}-undone`, revoked, at),
  ]);
  const reports = reportsOn(current, known.rights.reports);
  return {
    statements,
    revoked: { ids: idsOf(revoked), at },
    reports: settled(reports, current, null),
    ...told,
  };
}

/** A decision was overturned on appeal: everything about the case is revoked, and the reports were wrong. `appellant` hears of it otherwise. */
export function afterOverturn(
  deps: PipelineDeps,
  { known, current, at }: StepContext,
  decision: Decision,
  appellant: string,
): Owed {
  if (!known.rights) return NOTHING;
  const { statements } = known.rights;
  const reports = reportsOn(current, known.rights.reports);
  const others = statements.filter(({ authorId }) => authorId !== appellant);
  const because = `${decision.id}-overturned`;
  return {
    revoked: { ids: idsOf(statements), at },
    reports: settled(reports, current, "dismissed"),
    ...tellAll([
      ...revocationAttempts(deps, current, because, others, at),
      ...answerAttempts(deps, current, because, reports, at),
    ]),
  };
}

/** Whether what was hidden before is to be read again. */
export function letsThrough({ outcome, actions }: Decision): boolean {
  return outcome === "dismiss" || actions.some(({ kind }) => kind === "restore");
}

function statementsOf(
  deps: PipelineDeps,
  { view, known, policy, at }: StepContext,
  item: Case,
  decision: Decision,
): readonly Statement[] {
  // In shadow mode nothing is carried out, so that there is nothing to give reasons for.
  if (item.shadow || policy.mode === "shadow") return [];
  const restrictions = decision.actions.filter(isRestriction);
  const onMessages = restrictions.filter(({ kind }) => kind === "delete");
  const authors = known.rights?.authors ?? [];
  const others = authors.length > MOST_AUTHORS ? [] : authors.filter((id) => id !== item.authorId);
  const owed: readonly (readonly [string, readonly Restriction[]])[] = [
    [item.authorId, restrictions],
    ...others.map((id) => [id, onMessages] as const),
  ];
  return owed.flatMap(([authorId, done]) =>
    authorId === "" || done.length === 0
      ? []
      : [
          makeStatement(
            deps,
            policy,
            { case: item, message: view.message, verdict: view.verdict },
            {
              basis: ["decision", decision.id, authorId],
              authorId,
              decisionId: decision.id,
              restrictions: done,
              rule: decision.rule,
              byMachine: false,
              at,
            },
          ),
        ],
  );
}

function hiddenAgain(
  deps: PipelineDeps,
  { view, current, policy, at }: StepContext,
  decision: Decision,
): readonly Statement[] {
  const hides = current.held && letsThrough(decision) && policy.mode === "live" && !current.shadow;
  if (!hides || current.authorId === "") return [];
  const { message, verdict } = view;
  const reasons = {
    basis: ["again", decision.id],
    authorId: current.authorId,
    decisionId: null,
    restrictions: [{ kind: "hide" }],
    rule: holdingFinding(verdict, policy.actions)?.rule ?? "",
    byMachine: false,
    at,
  } as const;
  return [makeStatement(deps, policy, { case: current, message, verdict }, reasons)];
}

/** Those that a case settles: what was reported after an earlier case had been decided, or with this one. */
function reportsOn({ id }: Pick<Case, "id">, reports: readonly Report[]): readonly Report[] {
  return reports.filter(({ caseId, outcome }) => caseId === id || outcome === null);
}

function settled(
  reports: readonly Report[],
  { id: caseId }: Pick<Case, "id">,
  outcome: Report["outcome"],
): NonNullable<RightsChange["reports"]> {
  return reports.map(({ id }) => ({ id, caseId, outcome }));
}

function idsOf(statements: readonly Statement[]): readonly string[] {
  return statements.map(({ id }) => id);
}
