import type { AuthorRole } from "../../src/engine/message.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/engine/policy.ts";
import type { RoleGrants } from "./guilds.ts";

/** A change of policy, also by another process, is in force here within this time. */
const FRESH_MS = 5000;

interface Kept {
  readonly policy: Policy;
  readonly at: number;
}

/** What policies ask of their servers, at hand without waiting: messages are handed over in order. */
export class GuildSettings {
  readonly #policyOf: (guildId: string) => Promise<Policy | null>;
  readonly #now: () => number;
  readonly #onGrants: (guildId: string) => void;
  readonly #kept = new Map<string, Kept>();

  /** `onGrants` is called when a policy that was known gives other roles a role in the team. */
  constructor(
    policyOf: (guildId: string) => Promise<Policy | null>,
    now: () => number,
    onGrants: (guildId: string) => void,
  ) {
    this.#policyOf = policyOf;
    this.#now = now;
    this.#onGrants = onGrants;
  }

  /** Reads a policy anew when it is not fresh; a database that is away leaves what was known. */
  async refresh(guildId: string): Promise<Policy> {
    const kept = this.#kept.get(guildId);
    if (kept && this.#now() - kept.at < FRESH_MS) return kept.policy;
    const policy = (await this.#policyOf(guildId)) ?? DEFAULT_POLICY;
    this.#kept.set(guildId, { policy, at: this.#now() });
    if (kept && grantsKey(kept.policy) !== grantsKey(policy)) this.#onGrants(guildId);
    return policy;
  }

  /** Reads a policy anew, however fresh it is: whoever has just changed it looks at what came of it. */
  async renew(guildId: string): Promise<Policy> {
    const kept = this.#kept.get(guildId);
    if (kept) this.#kept.set(guildId, { ...kept, at: Number.NEGATIVE_INFINITY });
    return this.refresh(guildId);
  }

  /** The policy as last read. */
  known(guildId: string): Policy {
    return this.#kept.get(guildId)?.policy ?? DEFAULT_POLICY;
  }

  forget(guildId: string): void {
    this.#kept.delete(guildId);
  }
}

function grantsKey(policy: Policy): string {
  return JSON.stringify(grantsOf(policy));
}

export function grantsOf({ platform: { roles } }: Policy): RoleGrants {
  const { affiliate: _, ...grants } = roles;
  return grants;
}

/** How the company sees an author: by their roles on the server, and by what the policy says of its team. */
export function roleOf(policy: Policy, authorId: string, roles: readonly string[]): AuthorRole {
  const { staff, affiliate } = policy.platform.roles;
  const listed = policy.team.some(({ id, role }) => id === authorId && role === "staff");
  if (listed || staff.some((id) => roles.includes(id))) return "staff";
  return affiliate.some((id) => roles.includes(id)) ? "affiliate" : "member";
}
