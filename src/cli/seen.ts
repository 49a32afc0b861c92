import { systemClock } from "../../adapters/system/clock.ts";
import { parseDuration } from "../commands/duration.ts";
import { openBase } from "../composition.ts";
import { CandorError } from "../engine/errors.ts";
import { ALL_SEVERITIES } from "../engine/seen/figures.ts";
import type { SeenQuestion } from "../engine/seen/fold.ts";
import { type Severity, SEVERITIES } from "../engine/severity.ts";
import { seenReport, type SeenReport } from "../pipeline/seen-report.ts";
import { communitiesOf } from "./community.ts";
import { type CommandIo, LineWriter } from "./io.ts";
import { seenLines } from "./seen-words.ts";
import { readTime } from "./times.ts";
import { wrongOption } from "./wrong-option.ts";

const MINUTE_MS = 60_000;

export interface SeenOptions {
  readonly within: string;
  readonly severity?: string;
  readonly community?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** Exit code where nothing is known to have been missed, and erasures leave it unproven; 2 is a command that is wrong. */
const NOT_PROVEN = 3;

/**
 * Says how soon people saw the messages of cases. Exit code 1 when some were missed, and 3 when nothing proves that none
 * was, because messages were erased; throws CANDOR-013 when a chain is broken.
 */
export async function proveSeen(options: SeenOptions, io: CommandIo): Promise<number> {
  const question = readQuestion(options, systemClock.now());
  const base = await openBase(io.env, { create: false });
  const out = new LineWriter(io.stdout);
  try {
    const deps = { store: base.store, hashing: base.digests, clock: systemClock };
    const reports: SeenReport[] = [];
    for (const community of await communitiesOf(base, options.community)) {
      const report = await seenReport(deps, community, question);
      reports.push(report);
      if (!options.json) for (const line of seenLines(report, question)) out.add(line);
    }
    if (options.json) out.add(JSON.stringify(toJson(question, reports), null, 2));
    else if (reports.length === 0) out.add("no events yet: there is nothing to report");
    await out.flush();
    const broken = reports.filter(({ chain }) => chain.problem !== null).length;
    if (broken > 0) throw new CandorError("CANDOR-013", `${broken} of ${reports.length} chains`);
    if (reports.some(({ verdict }) => verdict === "missed")) return 1;
    return reports.every(({ holds }) => holds) ? 0 : NOT_PROVEN;
  } finally {
    await base.close();
  }
}

/** `now` (epoch ms) is where an open period ends. Throws CANDOR-021, which names the option. */
function readQuestion(options: SeenOptions, now: number): SeenQuestion {
  const { within, from: fromWords, to } = options;
  const minutes = parseDuration(within.normalize("NFKC"));
  if (minutes === null || minutes < 1) {
    throw wrongOption("--within", within, "a time of a minute or more, such as 15m, 2h or 1d");
  }
  const from = fromWords === undefined ? 0 : readTime("--from", fromWords, "UTC", "start");
  const until = to === undefined ? now + 1 : readTime("--to", to, "UTC", "end");
  if (until <= from) {
    const [option, words] = to === undefined ? ["--from", fromWords ?? ""] : ["--to", to];
    throw wrongOption(option, words, "a period that has begun, and ends after it begins");
  }
  const severities = severitiesOf(options.severity);
  return { withinMs: minutes * MINUTE_MS, from, until, severities };
}

function severitiesOf(words: string | undefined): readonly (Severity | null)[] {
  if (words === undefined) return ALL_SEVERITIES;
  const asked = words.split(",").map((each) => each.trim().toUpperCase());
  const known = SEVERITIES.filter((each) => asked.includes(each));
  if (known.length === new Set(asked).size) return known;
  throw wrongOption("--severity", words, `one or more of ${SEVERITIES.join(", ")}`);
}

function toJson({ withinMs, from, until, severities }: SeenQuestion, all: readonly SeenReport[]) {
  return {
    withinMs,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    severities,
    holds: all.every(({ holds }) => holds),
    communities: all.map(({ severities: figures, ...report }) => ({ ...report, figures })),
  };
}
