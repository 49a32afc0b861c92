import type { Case } from "../../engine/case/case.ts";
import type { Decision } from "../../engine/case/decision.ts";
import type { Policy } from "../../engine/policy.ts";
import { isRestriction } from "../../engine/statement/transparency-record.ts";
import {
  type Appeal,
  type EffectFollows,
  type Report,
  type ReportOnAuthor,
  type RightsChange,
  type Statement,
} from "../../ports/rights.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { JudgedMessage, OwnMessage } from "../../ports/store.ts";
import { touchedAuthors } from "../case-authors.ts";
import type { StepContext } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import {
  answerAttempts,
  noticeAttempt,
  revocationAttempts,
  statementAttempt,
  tellAll,
  type Told,
} from "./attempts.ts";
import { ruleFor } from "./own-rule.ts";
import { holdingFinding } from "./rule-words.ts";
import { makeStatement } from "./statement.ts";
import { isTold, letsThrough, type Share, shareOf, staysToRead } from "./weighs.ts";

export { letsThrough } from "./weighs.ts";

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
    ...tellAll(revocationAttempts(deps, item, because, authorsOf(revoked), at)),
  };
}

/**
 * A decision stands: whoever it restricts, warns, asks for something or gives strike points is told so in one
 * notice; who was hidden by mistake hears so, and reporters are answered.
 */
export function afterDecision(
  deps: PipelineDeps,
  context: StepContext,
  item: Case,
  decision: Decision,
): Owed {
  const { known, at } = context;
  if (!known.rights) return NOTHING;
  const statements = statementsOf(deps, context, item, decision);
  const notices = noticesOf(deps, context, item, decision, statements);
  const letThrough = letsThrough(decision);
  const revoked = known.rights.statements.filter(
    ({ decisionId }) => letThrough && decisionId === null,
  );
  const outcome = decision.outcome === "uphold" ? "upheld" : "dismissed";
  // What somebody erased has written nobody can judge any more; what was said of it before stays said.
  const reports = reportsOn(item, known.rights.reports).filter(
    (each) => !isOnErased(each) || each.outcome === null,
  );
  const told = new Set(notices.map(({ personId }) => personId));
  // Whose notice says that their message can be read again needs no second one.
  const untold = authorsOf(revoked).filter((id) => !told.has(id));
  return {
    statements,
    revoked: { ids: idsOf(revoked), at },
    reports: reports.flatMap((each) =>
      settled([each], item, isOnErased(each) ? "closed" : outcome),
    ),
    ...tellAll([
      ...notices,
      ...revocationAttempts(deps, item, decision.id, untold, at),
      ...answerAttempts(deps, item, decision.id, reports, at),
    ]),
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
  const authors = [...authorsOf(revoked), ...toldBy(context, current, decision)];
  const told = tellAll([
    ...statements.map((each) => statementAttempt(each)),
    ...revocationAttempts(deps, current, `${decision.id}-undone`, authors, at),
  ]);
  const reports = reportsOn(current, known.rights.reports);
  return {
    statements,
    revoked: { ids: idsOf(revoked), at },
    reports: settled(reports, current, null),
    ...told,
  };
}

/** A decision was overturned on appeal: everything about the case is revoked, and the reports were wrong. `appellants` hear of it otherwise. */
export function afterOverturn(
  deps: PipelineDeps,
  context: StepContext,
  decision: Decision,
  appellants: readonly string[],
): Owed {
  const { known, current, at } = context;
  if (!known.rights) return NOTHING;
  const { statements } = known.rights;
  const judged = known.rights.reports.filter((each) => !isOnErased(each));
  const reports = reportsOn(current, judged);
  const authors = [...authorsOf(statements), ...toldBy(context, current, decision)];
  const others = authors.filter((id) => !appellants.includes(id));
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

/** A decision was overturned for whoever appealed alone, who hears of it otherwise: what is revoked, and which reports were wrong, is theirs. */
export function afterOverturnFor(
  deps: PipelineDeps,
  { known, current, at }: StepContext,
  decision: Decision,
  { id, authorId }: Pick<Appeal, "id" | "authorId">,
): Owed {
  if (!known.rights) return NOTHING;
  const isTheirs = (each: { readonly authorId: string }) => each.authorId === authorId;
  const revoked = known.rights.statements.filter(isTheirs);
  const reports = reportsOn(current, known.rights.reports.filter(isTheirs));
  const because = `${decision.id}-overturned-${id}`;
  return {
    revoked: { ids: idsOf(revoked), at },
    reports: settled(reports, current, "dismissed"),
    ...tellAll(answerAttempts(deps, current, because, reports, at)),
  };
}

/** One notice for each author: with their statement, or, where nothing of theirs is restricted, without one. */
function noticesOf(
  deps: PipelineDeps,
  context: StepContext,
  item: Case,
  decision: Decision,
  statements: readonly Statement[],
): readonly Attempt[] {
  const stays = staysToRead(decision, item);
  const has = new Set(authorsOf(statements));
  const others = toldBy(context, item, decision).filter((id) => !has.has(id));
  return [
    ...statements.map((each) => statementAttempt(each, stays)),
    ...others.map((id) => noticeAttempt(deps, item, decision.id, id, context.at, stays)),
  ];
}

/** The authors who hear of a decision. */
function toldBy(context: StepContext, item: Case, decision: Decision): readonly string[] {
  return touchedBy(context, item, decision)
    .filter((share) => isTold(decision, share, item))
    .map(({ id }) => id);
}

/** An author of a case, what a decision is for them, and by which message of theirs. */
interface Touched extends Share {
  readonly id: string;
  readonly own: OwnMessage;
}

/** The authors whom a decision touches; nobody in shadow mode, where nothing is carried out. */
function touchedBy(
  { known, policy }: StepContext,
  item: Case,
  decision: Decision,
): readonly Touched[] {
  if (item.shadow || policy.mode === "shadow") return [];
  return touchedAuthors(item, known.authors).map((author) => ({
    id: author.id,
    own: author.own,
    ...shareOf(decision, item, policy, author),
  }));
}

function statementsOf(
  deps: PipelineDeps,
  context: StepContext,
  item: Case,
  decision: Decision,
): readonly Statement[] {
  const { known, policy, at } = context;
  const verdicts = known.authors.map(({ own }) => own.verdict);
  return touchedBy(context, item, decision).flatMap(({ id: authorId, actions, own }) => {
    const restrictions = actions.filter(isRestriction);
    if (restrictions.length === 0) return [];
    const reasons = {
      basis: ["decision", decision.id, authorId],
      authorId,
      decisionId: decision.id,
      restrictions,
      rule: ruleFor(decision.rule, own.verdict, verdicts, item.source),
      byMachine: false,
      at,
    };
    const subject = { case: item, message: own, verdict: own.verdict };
    return [makeStatement(deps, policy, subject, reasons)];
  });
}

/** One for each author whose message is hidden again, as each was told of the first time. */
function hiddenAgain(
  deps: PipelineDeps,
  { known, current, policy, at }: StepContext,
  decision: Decision,
): readonly Statement[] {
  const hides = current.held && letsThrough(decision) && policy.mode === "live" && !current.shadow;
  if (!hides) return [];
  return touchedAuthors(current, known.authors).flatMap(({ id: authorId, held }) => {
    if (!held) return [];
    const reasons = {
      basis: ["again", decision.id, authorId],
      authorId,
      decisionId: null,
      restrictions: [{ kind: "hide" }],
      rule: holdingFinding(held.verdict, policy.actions)?.rule ?? "",
      byMachine: false,
      at,
    } as const;
    const subject = { case: current, message: held, verdict: held.verdict };
    return [makeStatement(deps, policy, subject, reasons)];
  });
}

/** Those that a case settles: what was reported with it, or belongs to no case yet; another case may have the same message. */
function reportsOn(
  { id }: Pick<Case, "id">,
  reports: readonly ReportOnAuthor[],
): readonly ReportOnAuthor[] {
  return reports.filter(({ caseId }) => caseId === id || caseId === null);
}

/** Whoever reported what nobody can judge any more is neither right nor wrong. */
function isOnErased({ authorId }: Pick<ReportOnAuthor, "authorId">): boolean {
  return authorId === "";
}

function settled(
  reports: readonly Report[],
  { id: caseId }: Pick<Case, "id">,
  outcome: Report["outcome"],
): NonNullable<RightsChange["reports"]> {
  return reports.map(({ id }) => ({ id, caseId, outcome }));
}

function authorsOf(statements: readonly Statement[]): readonly string[] {
  return statements.map(({ authorId }) => authorId);
}

function idsOf(statements: readonly Statement[]): readonly string[] {
  return statements.map(({ id }) => id);
}
