import { z } from "zod";

/** Ids kept; the oldest are forgotten first. Discord tells of a deletion within seconds. */
const MOST = 10_000;
/** So long after a ban that deletes what somebody wrote, what goes of theirs is taken to go with it. */
const PURGE_MS = 10 * 60_000;
const ONE = /^\/channels\/\d+\/messages\/(\d+)$/u;
const MANY = /^\/channels\/\d+\/messages\/bulk-delete$/u;
const BAN = /^\/guilds\/(\d+)\/bans\/(\d+)$/u;
const BANS = /^\/guilds\/(\d+)\/bulk-ban$/u;

const manySchema = z.object({ messages: z.array(z.string()) });
const banSchema = z.object({
  delete_message_seconds: z.number().positive(),
  user_ids: z.array(z.string()).default([]),
});

interface Request {
  readonly method: string;
  readonly route: string;
  readonly body?: unknown;
}

/** What Candor deletes itself: what Discord tells of it is nobody else's doing. */
export class OwnDeletions {
  readonly #messages = new Set<string>();
  /** When the messages of people were last deleted with a ban, by server and person. */
  readonly #purged = new Map<string, number>();
  readonly #now: () => number;

  /** `now` in ms, of any beginning. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** A request is known before it is sent, for its events may come before the answer. */
  begin(request: Request): void {
    for (const id of messagesOf(request)) keep(this.#messages, id);
    for (const key of purgedBy(request)) {
      this.#purged.delete(key);
      this.#purged.set(key, this.#now());
      const [oldest] = this.#purged.keys();
      if (this.#purged.size > MOST && oldest !== undefined) this.#purged.delete(oldest);
    }
  }

  /** The request was refused: who deletes that now is somebody else. */
  refused(request: Request): void {
    for (const id of messagesOf(request)) this.#messages.delete(id);
    for (const key of purgedBy(request)) this.#purged.delete(key);
  }

  has(messageId: string): boolean {
    return this.#messages.has(messageId);
  }

  /** People of a server whose messages go with a ban of Candor's at the moment. */
  purged(guildId: string): readonly string[] {
    const since = this.#now() - PURGE_MS;
    return [...this.#purged]
      .filter(([key, at]) => at >= since && key.startsWith(`${guildId} `))
      .map(([key]) => key.slice(guildId.length + 1));
  }
}

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

/** Server and person of each whose messages a ban deletes. */
function purgedBy({ method, route, body }: Request): readonly string[] {
  const [, guild, person] = (method === "put" ? BAN : BANS).exec(route) ?? [];
  const ban = guild === undefined ? null : banSchema.safeParse(body);
  if (!ban?.success) return [];
  return (person === undefined ? ban.data.user_ids : [person]).map((id) => `${guild} ${id}`);
}
