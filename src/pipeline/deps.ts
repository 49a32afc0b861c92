import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import type { RuleSet } from "../engine/rule.ts";
import type { Clock } from "../ports/clock.ts";
import type { Digests } from "../ports/digests.ts";
import type { Ids } from "../ports/ids.ts";
import { UnretriableError } from "../ports/jobs.ts";
import type { Log } from "../ports/log.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { PlatformPort } from "../ports/platform.ts";
import type { Store } from "../ports/store.ts";

/** What the pipeline thinks with and acts through. Built once, in `src/main.ts`. */
export interface PipelineDeps {
  readonly ruleSet: RuleSet;
  readonly store: Store;
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
  /** Ways to a person beside the chat platform, those that the deployment has set up. */
  readonly notifiers: ReadonlyMap<Notifier["way"], Notifier>;
}

/** The keyed fingerprint under which the audit log knows a person. */
export function personOf(
  deps: Pick<PipelineDeps, "digests">,
  platform: string,
  personId: string,
): string {
  return deps.digests.fingerprint("person", `${platform}\n${personId}`);
}

/**
 * 32 hex digits of an id that follows from a person. Keyed: once they are erased, nobody who guesses whom
 * can prove it by the id, which may stand in a public export.
 */
export function personalId(
  deps: Pick<PipelineDeps, "digests">,
  basis: readonly (string | number)[],
): string {
  return deps.digests.fingerprint("id", JSON.stringify(basis)).slice(0, 32);
}

/** The policy in force in a community. */
export async function policyOf(
  deps: Pick<PipelineDeps, "store">,
  communityId: string,
): Promise<Policy> {
  return (await deps.store.policyOf(communityId)) ?? DEFAULT_POLICY;
}

/** The platform by its name. Throws, so that the job is not tried again here, when this process does not hold it. */
export function platformOf(deps: Pick<PipelineDeps, "platform">, name: string): PlatformPort {
  const platform = deps.platform(name);
  if (!platform) throw new UnretriableError(`this process does not hold platform ${name}`);
  return platform;
}
