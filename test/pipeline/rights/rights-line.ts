import { policySchema } from "../../../src/engine/policy.ts";
import type { Locale } from "../../../src/engine/policy.ts";
import { appealDecision } from "../../../src/pipeline/rights/appeal.ts";
import { decideAppeal } from "../../../src/pipeline/rights/decide-appeal.ts";
import { reportMessage } from "../../../src/pipeline/rights/report.ts";
import { ok } from "../../../src/engine/result.ts";
import type { Message } from "../../../src/engine/message.ts";
import type { Line, openLines } from "../line.ts";

export type Lines = Awaited<ReturnType<typeof openLines>>;

/** A promise of profit (a person decides), and a list that is hidden at once. */
export const PROMISE = "加群稳赚不赔，保本保息，年化30%";
export const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Decisions of one moderator and no thresholds: each test sets what it is about. */
const PLAIN = { cases: { secondModerator: { actions: [] } }, strikes: { thresholds: [] } };

/** A community with two moderators, a manager, an owner, and an author `ana`. */
export async function openLine(
  lines: Lines,
  policy: object = {},
  language?: Locale,
): Promise<Line> {
  await lines.clear();
  const line = lines.makeLine();
  await line.start();
  await line.usePolicy(policySchema.parse({ ...PLAIN, ...policy }));
  const add = (id: string, role: "moderator" | "manager" | "owner") =>
    line.platform.addMember(line.community, { id, roles: [role], rank: 9 });
  add("mo", "moderator");
  add("kim", "moderator");
  add("max", "manager");
  add("olga", "owner");
  line.platform.addMember(line.community, { id: "ana", ...(language && { language }) });
  for (const id of ["rea", "rob", "ruth", "ron", "ray"]) {
    line.platform.addMember(line.community, { id });
  }
  return line;
}

/** `ana` writes, unless told otherwise. */
export async function post(line: Line, text: string, author = "ana"): Promise<Message> {
  const message = line.message(text, { author: { id: author, role: "member" } });
  await line.platform.post(message);
  await line.work();
  return message;
}

export async function only(line: Line) {
  const [view] = await line.cases();
  if (!view) throw new Error("no case was opened");
  return view;
}

export function statements(line: Line, includeRevoked = true) {
  const filter = { communityId: line.community, includeRevoked, limit: 100 };
  return line.deps.store.statements(filter);
}

/** What somebody was sent, each notice as its title and lines. */
export function told(line: Line, id: string): readonly string[] {
  return line.platform
    .inbox(line.community, id)
    .map(({ title, lines }) => [title, ...lines].join("\n"));
}

export function appeal(line: Line, caseId: string, reason = "I was joking", by = "ana") {
  return appealDecision(line.deps, { caseId, by, reason });
}

export async function settle(
  line: Line,
  caseId: string,
  overturn: boolean,
  by = "kim",
  appealId: string | null = null,
) {
  const reason = overturn ? "it was a quotation" : "it was no joke";
  const decided = await decideAppeal(line.deps, { caseId, by, appealId, overturn, reason });
  return decided.ok ? ok(decided.value.case) : decided;
}

export function report(line: Line, message: Message, by: string, reason = "this is a scam") {
  return reportMessage(line.deps, {
    platform: line.platform.name,
    communityId: line.community,
    channelId: message.channel.id,
    messageId: message.id,
    reporterId: by,
    reason,
  });
}
