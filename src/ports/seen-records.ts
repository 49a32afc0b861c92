import type { CaseFacts, SeenQuestion } from "../engine/seen/fold.ts";

/**
 * Messages of cases about somebody who was erased: the log no longer says of which case the events were, so that
 * what is left of the record is all there is.
 */
export interface ErasedSeen {
  readonly cases: number;
  readonly messages: number;
  /** Messages that somebody had before them in time, as far as the record still shows. */
  readonly inTime: number;
}

/** The part of the store that says what the audit log does not say about when cases were seen. Reads only. */
export interface SeenRecords {
  /** Those of these cases of the community that are kept. */
  caseFacts(
    communityId: string,
    caseIds: readonly string[],
  ): Promise<ReadonlyMap<string, CaseFacts>>;
  erasedSeen(communityId: string, question: SeenQuestion): Promise<ErasedSeen>;
}
