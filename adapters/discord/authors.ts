import { Routes } from "discord.js";
import type { DiscordApi } from "./api.ts";
import { type DiscordMessage, type Member, memberSchema } from "./payloads.ts";

/** Authors of a server who are asked for before they are forgotten. */
const MOST = 500;

/** Who wrote messages of one server that came without their roles, as those of REST do. */
export class Authors {
  readonly #api: Pick<DiscordApi, "ask">;
  readonly #guildId: string;
  /** null where they are members no more. */
  readonly #known = new Map<string, Member | null>();

  constructor(api: Pick<DiscordApi, "ask">, guildId: string) {
    this.#api = api;
    this.#guildId = guildId;
  }

  /** A message with its author's roles, as far as it takes any. Throws when Discord does not answer. */
  async withMember(message: DiscordMessage): Promise<DiscordMessage> {
    const { author, webhook_id: webhook, member: known } = message;
    if (known !== undefined || webhook !== undefined || author.bot === true) return message;
    const member = await this.#memberOf(author.id);
    return member ? { ...message, member } : message;
  }

  /** Ids of somebody's roles; none where they are no member. Throws when Discord does not answer. */
  async rolesOf(personId: string): Promise<readonly string[]> {
    return (await this.#memberOf(personId))?.roles ?? [];
  }

  forget(): void {
    this.#known.clear();
  }

  async #memberOf(personId: string): Promise<Member | null> {
    const known = this.#known.get(personId);
    if (known !== undefined || this.#known.size >= MOST) return known ?? null;
    const found = await this.#api.ask(
      "get",
      Routes.guildMember(this.#guildId, personId),
      memberSchema,
    );
    if (!found.ok && found.error.kind !== "gone" && found.error.kind !== "forbidden") {
      throw new Error(`Discord did not show an author: ${found.error.kind}`);
    }
    const member = found.ok ? found.value : null;
    this.#known.set(personId, member);
    return member;
  }
}
