import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import { PassingMemory } from "./passing-memory.ts";
import { snowflake } from "./payloads.ts";
import { madeAt } from "./translate.ts";

/** Ids kept; the oldest are forgotten first. Discord tells of a deletion within seconds. */
const MOST = 10_000;
/** So long after a ban that deletes what somebody wrote, what goes of theirs is taken to go with it. */
const PURGE_MS = 10 * 60_000;
/** How far Discord's clock and this one may differ. */
const CLOCKS_MS = 60_000;
const ONE = /^\/channels\/\d+\/messages\/(\d+)$/u;
const MANY = /^\/channels\/\d+\/messages\/bulk-delete$/u;
const BAN = /^\/guilds\/(\d+)\/bans\/(\d+)$/u;
const BANS = /^\/guilds\/(\d+)\/bulk-ban$/u;

const manySchema = z.object({ messages: z.array(z.string()) });
const banSchema = z.object({
  delete_message_seconds: z.number().positive(),
  user_ids: z.array(z.string()).default([]),
});
const spanSchema = z.tuple([z.number(), z.number()]);

interface Request {
  readonly method: string;
  readonly route: string;
  readonly body?: unknown;
}

interface Purge {
  readonly guildId: string;
  readonly personId: string;
  readonly seconds: number;
}

export interface OwnDeletionParts {
  readonly memory: PlatformMemory;
  readonly log: Log;
  /** Epoch ms. */
  readonly now: () => number;
  /** The keyed fingerprint of somebody by id: what is remembered must not name them. */
  readonly fingerprint: (personId: string) => string;
}

/**
 * What Candor deletes itself: what Discord tells of it is nobody else's doing, also where another process hears of
 * it, or this one after a restart. For a day that is remembered by message, and by person where a ban deletes.
 */
export class OwnDeletions {
  readonly #messages = new Set<string>();
  /** When the messages of people were last deleted with a ban, by server and person. */
  readonly #purged = new Map<string, number>();
  readonly #elapsed: () => number;
  readonly #parts: OwnDeletionParts | null;
  readonly #deleted: PassingMemory | null;
  readonly #purges: PassingMemory | null;

  /** Without `parts` nothing outlives the process. `elapsed` in ms, of any beginning. */
  constructor(parts: OwnDeletionParts | null = null, elapsed = () => performance.now()) {
    this.#parts = parts;
    this.#elapsed = elapsed;
    this.#deleted = parts && new PassingMemory(parts.memory, "deleted", parts.now);
    this.#purges = parts && new PassingMemory(parts.memory, "purged", parts.now);
  }

  /**
   * A request is known before it is sent, for its events may come before the answer. Resolves with what to do where
   * Discord refuses it: who deletes that then is somebody else. Never rejects.
   */
  async begin(request: Request): Promise<() => Promise<void>> {
    const all = messagesOf(request);
    const purges = purgedBy(request);
    if (all.length === 0 && purges.length === 0) return NOTHING;
    // What an earlier try may have carried out stays known: to this one Discord only says that it is gone.
    const fresh = all.filter((id) => !this.#messages.has(id));
    for (const id of fresh) keep(this.#messages, id);
    for (const purge of purges) this.#notePurge(purge);
    const noted = await this.#safely(() => this.#remember(fresh, purges), []);
    return async () => {
      for (const id of fresh) this.#messages.delete(id);
      for (const { guildId, personId } of purges) this.#purged.delete(`${guildId} ${personId}`);
      await this.#safely(() => this.#forget(noted, purges), undefined);
    };
  }

  /**
   * Those of these messages of a server that somebody else deleted. `authorOf` gives the author of a recorded one.
   * Rejects where what is remembered cannot be read.
   */
  async others(
    guildId: string,
    messageIds: readonly string[],
    authorOf: (messageId: string) => Promise<string | null>,
  ): Promise<readonly string[]> {
    const others: string[] = [];
    const hasPurges = (await this.#purges?.of(guildId)) ?? null;
    for (const id of messageIds) {
      if (this.#messages.has(id) || ((await this.#deleted?.of(id)) ?? null) !== null) continue;
      const author = hasPurges === null ? null : await authorOf(id);
      if (author !== null && (await this.#wentWithBan(guildId, author, id))) continue;
      others.push(id);
    }
    return others;
  }

  /** People of a server whose messages go with a ban of Candor's at the moment. */
  purged(guildId: string): readonly string[] {
    const since = this.#elapsed() - PURGE_MS;
    return [...this.#purged]
      .filter(([key, at]) => at >= since && key.startsWith(`${guildId} `))
      .map(([key]) => key.slice(guildId.length + 1));
  }

  #notePurge({ guildId, personId }: Purge): void {
    const key = `${guildId} ${personId}`;
    this.#purged.delete(key);
    this.#purged.set(key, this.#elapsed());
    const [oldest] = this.#purged.keys();
    if (this.#purged.size > MOST && oldest !== undefined) this.#purged.delete(oldest);
  }

  /** Gives the messages that were not remembered before. */
  async #remember(
    messageIds: readonly string[],
    purges: readonly Purge[],
  ): Promise<readonly string[]> {
    const fresh: string[] = [];
    for (const id of messageIds) {
      if (((await this.#deleted?.of(id)) ?? null) !== null) continue;
      fresh.push(id);
      await this.#deleted?.note(id, "");
    }
    const now = this.#parts?.now() ?? 0;
    for (const purge of purges) {
      const span = [now - purge.seconds * 1000, now];
      await this.#purges?.note(purge.guildId, "");
      await this.#purges?.note(this.#keyOf(purge), JSON.stringify(span));
    }
    return fresh;
  }

  async #forget(messageIds: readonly string[], purges: readonly Purge[]): Promise<void> {
    for (const id of messageIds) await this.#deleted?.forget(id);
    for (const purge of purges) await this.#purges?.forget(this.#keyOf(purge));
  }

  async #wentWithBan(guildId: string, personId: string, messageId: string): Promise<boolean> {
    if (!snowflake.safeParse(messageId).success) return false;
    const kept = (await this.#purges?.of(this.#keyOf({ guildId, personId }))) ?? null;
    if (kept === null) return false;
    const [from, to] = spanSchema.parse(JSON.parse(kept));
    const at = madeAt(messageId);
    return at >= from - CLOCKS_MS && at <= to + CLOCKS_MS;
  }

  #keyOf({ guildId, personId }: Pick<Purge, "guildId" | "personId">): string {
    return `${guildId}/${this.#parts?.fingerprint(personId) ?? ""}`;
  }

  /** What protects people must not wait for what only the record says about it. */
  async #safely<T>(act: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await act();
    } catch (err) {
      this.#parts?.log.warn({ err }, "that a deletion is Candor's own was not written down");
      return otherwise;
    }
  }
}

const NOTHING = () => Promise.resolve();

function keep(ids: Set<string>, id: string): void {
  ids.add(id);
  const [oldest] = ids;
  if (ids.size > MOST && oldest !== undefined) ids.delete(oldest);
}

function messagesOf({ method, route, body }: Request): readonly string[] {
  if (method === "delete") {
    const id = ONE.exec(route)?.[1];
    return id === undefined ? [] : [id];
  }
  const many = method === "post" && MANY.test(route) ? manySchema.safeParse(body) : null;
  return many?.data?.messages ?? [];
}

function purgedBy({ method, route, body }: Request): readonly Purge[] {
  const [, guildId, personId] = (method === "put" ? BAN : BANS).exec(route) ?? [];
  const ban = guildId === undefined ? null : banSchema.safeParse(body);
  if (guildId === undefined || !ban?.success) return [];
  const { user_ids: many, delete_message_seconds: seconds } = ban.data;
  const people = personId === undefined ? many : [personId];
  return people.map((each) => ({ guildId, personId: each, seconds }));
}
