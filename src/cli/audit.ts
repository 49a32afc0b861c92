import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ChainProblem } from "../engine/audit.ts";
import { CandorError } from "../engine/errors.ts";
import { type ChainReport, verifyChain } from "../pipeline/audit-report.ts";
import { type Base, openBase } from "../composition.ts";
import { communitiesOf } from "./community.ts";
import type { CommandIo } from "./io.ts";
import { LineWriter } from "./io.ts";
import { codeOf } from "./rule-set.ts";

export interface AuditOptions {
  readonly community?: string;
  readonly against?: string;
}

const PAGE = 1000;

/** Checks the chain of each community; exit code 1 when one is broken or does not hold an earlier export. */
export async function verifyAudit(options: AuditOptions, io: CommandIo): Promise<number> {
  const earlier = options.against === undefined ? [] : await readEarlier(options.against);
  const records = await openBase(io.env, { create: false });
  try {
    const communities = await communitiesOf(records, options.community);
    let broken = 0;
    for (const community of communities) {
      const report = await verifyChain(records.store, records.digests, community);
      const missing = await firstMissing(records, community, earlier);
      if (report.problem || missing !== null) broken += 1;
      io.stdout.write(`${describeReport(report, missing)}\n`);
    }
    for (const community of new Set(earlier.map((event) => event.community))) {
      if (communities.includes(community) || options.community !== undefined) continue;
      broken += 1;
      io.stdout.write(`${community}: BROKEN: the whole chain of the earlier export is gone\n`);
    }
    if (communities.length === 0 && broken === 0)
      io.stdout.write("no events yet: there is nothing to check\n");
    if (broken > 0)
      throw new CandorError(
        "CANDOR-013",
        `${broken} of ${Math.max(broken, communities.length)} chains`,
      );
    return 0;
  } finally {
    await records.close();
  }
}

/** Writes every event, oldest first, one JSON object a line: what `--against` compares with later. */
export async function exportAudit(options: AuditOptions, io: CommandIo): Promise<number> {
  const records = await openBase(io.env, { create: false });
  const out = new LineWriter(io.stdout);
  try {
    for (const community of await communitiesOf(records, options.community)) {
      for (let after = 0, more = true; more; ) {
        const page = await records.store.auditEvents(community, after, PAGE);
        for (const event of page) if (out.add(JSON.stringify(event))) await out.flush();
        more = page.length === PAGE;
        after = page.at(-1)?.seq ?? after;
      }
    }
    await out.flush();
    return 0;
  } finally {
    await records.close();
  }
}

const earlierSchema = z.object({
  community: z.string(),
  seq: z.number().int().min(1),
  hash: z.string(),
});
type EarlierEvent = z.infer<typeof earlierSchema>;

async function readEarlier(file: string): Promise<readonly EarlierEvent[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new CandorError("CANDOR-011", `${file}: ${codeOf(cause)}`, { cause });
  }
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const parsed = earlierSchema.safeParse(parseJson(line));
    if (parsed.success) return [parsed.data];
    throw new CandorError(
      "CANDOR-011",
      `${file}: line ${index + 1} is no event of \`candor audit export\``,
    );
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Seq of the first event of an earlier export that the chain no longer holds; null when it holds all. */
async function firstMissing(
  records: Base,
  community: string,
  earlier: readonly EarlierEvent[],
): Promise<number | null> {
  const own = earlier
    .filter((event) => event.community === community)
    .toSorted((a, b) => a.seq - b.seq);
  for (let i = 0; i < own.length; i += PAGE) {
    const slice = own.slice(i, i + PAGE);
    const first = slice[0]?.seq ?? 1;
    const page = await records.store.auditEvents(
      community,
      first - 1,
      (slice.at(-1)?.seq ?? first) - first + 1,
    );
    const hashes = new Map(page.map((event) => [event.seq, event.hash]));
    const missing = slice.find((event) => hashes.get(event.seq) !== event.hash);
    if (missing) return missing.seq;
  }
  return null;
}

function describeReport(report: ChainReport, missing: number | null): string {
  const { community, events, erasedPayloads, head, problem } = report;
  if (problem) return `${community}: BROKEN after ${events} events: ${describeProblem(problem)}`;
  if (missing !== null)
    return `${community}: BROKEN: event ${missing} is not the one of the earlier export`;
  const erased = erasedPayloads > 0 ? `, ${erasedPayloads} payloads erased on request` : "";
  return `${community}: ${events} events, unbroken${erased}; head ${head.seq}:${head.hash}`;
}

/** A chain's problem in words. */
export function describeProblem(problem: ChainProblem): string {
  switch (problem.kind) {
    case "gap":
      return `event ${problem.expectedSeq} is missing (found ${problem.seq})`;
    case "broken-link":
      return `event ${problem.seq} does not follow the one before it`;
    case "changed-event":
      return `event ${problem.seq} was changed`;
    case "changed-payload":
      return `the payload of event ${problem.seq} was changed`;
    case "missing-tail":
      return `events ${problem.seq + 1} to ${problem.expectedSeq} are missing`;
    case "wrong-head":
      return `the recorded head is not event ${problem.seq}`;
    case "missing-payloads":
      return `${problem.missing} payloads are gone, but erasures account for ${problem.erased}`;
  }
}
