import type { z } from "zod";
import type { AuthorRole, Family } from "./message.ts";
import type { Signals } from "./signals.ts";
import type { Span } from "./span.ts";

/** A piece of evidence in the author's own text. `type` is `cue` or, for leaks, a type such as `pii.phone`. */
export interface EvidenceSpan extends Span {
  readonly type: string;
}

/**
 * What a detector says about one message. A score of 0 is a cue that a guard cleared (a question, a
 * negation, a warning): nothing is flagged, but the verdict can say what was seen and why it passed.
 */
export interface Finding {
  /** 0 to 1: how sure the detector is that this is what its rule describes. */
  readonly score: number;
  readonly spans: readonly EvidenceSpan[];
  /** Names of the guards that lowered or cleared the score, in a fixed order. */
  readonly guards: readonly string[];
  /** Distinct people in a dumped list; only leak detectors set it. */
  readonly people?: number;
}

export interface Example {
  readonly text: string;
  /** Whether the detector must report a score of at least 0.5. */
  readonly flags: boolean;
  readonly language: string;
  readonly why: string;
  /** Speaker, `member` unless told. */
  readonly role?: AuthorRole;
  /** Configuration to run under, as it would stand in a pack; `{}` unless told. */
  readonly config?: unknown;
}

/** Data plus one pure function. Its examples are its tests and its documentation. */
export interface Detector<Config = unknown> {
  readonly id: string;
  /** Raised whenever the same input may give another answer. */
  readonly version: number;
  readonly family: Family;
  readonly title: string;
  /** Law, paper or measurement that the patterns rest on. */
  readonly sources: readonly string[];
  readonly config: z.ZodType<Config>;
  readonly examples: readonly Example[];
  /** Binds a configuration once, so that patterns are compiled at load and not for each message. */
  prepare(config: Config): Detect;
}

/** Pure, total, linear in the length of the text. Returns its findings in order of position. */
export type Detect = (signals: Signals) => readonly Finding[];

/**
 * Hides the configuration's type from the registry: `prepare` of the result takes the raw value of a
 * pack and parses it, throwing zod's error where `config.safeParse` would have failed.
 */
export function defineDetector<Config>(detector: Detector<Config>): Detector {
  return {
    ...detector,
    prepare: (config) => detector.prepare(detector.config.parse(config)),
  };
}
