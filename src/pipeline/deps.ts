import type { RuleSet } from "../engine/rule.ts";
import type { Clock } from "../ports/clock.ts";
import type { Digests } from "../ports/digests.ts";
import type { History } from "../ports/history.ts";
import type { Ids } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { PlatformPort } from "../ports/platform.ts";
import type { Store } from "../ports/store.ts";

/** What the pipeline thinks with and acts through. Built once, in `src/main.ts`. */
export interface PipelineDeps {
  readonly ruleSet: RuleSet;
  readonly store: Store;
  readonly history: History;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Called after jobs were written: hands them to the queue soon, without being waited for. */
  readonly jobsWritten: () => void;
  /** Called after a job changed the record, so that open pages read it anew. */
  readonly recordChanged: () => void;
  /** The platform of a message by its name; undefined when this process does not hold it. */
  readonly platform: (name: string) => PlatformPort | undefined;
}

/** The keyed fingerprint under which the audit log knows a person. */
export function personOf(
  deps: Pick<PipelineDeps, "digests">,
  platform: string,
  personId: string,
): string {
  return deps.digests.fingerprint("person", `${platform}\n${personId}`);
}
