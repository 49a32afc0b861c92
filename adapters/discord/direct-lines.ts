import { Routes } from "discord.js";
import type { Actor, Command } from "../../src/commands/command.ts";
import { badInput, type Reply } from "../../src/commands/reply.ts";
import { LOCALES, type Locale } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import { say } from "../../src/words/say.ts";
import type { DiscordApi } from "./api.ts";
import { groupsOf } from "./command-definitions.ts";
import { sayName } from "./command-names.ts";
import type { DiscordMessage } from "./payloads.ts";
import { messageOf, nonceOf } from "./write.ts";

const WORDS = /^\s*[/／](\S+)(?:\s+(\S+))?/u;

export interface DirectLineParts {
  readonly api: Pick<DiscordApi, "send">;
  readonly log: Log;
  readonly commands: readonly Command[];
  readonly runLine: (actor: Actor, line: string) => Promise<Reply>;
  /** The community that a direct conversation is about; null when it cannot be told. */
  readonly home: () => string | null;
  /** The language in which somebody uses Discord; null where it is not known. */
  readonly localeOf: (userId: string) => Promise<Locale | null>;
}

/**
 * A command that somebody sent the bot as a message of its own, because a notice names it and Discord's own menu of
 * commands was passed by: it is run, or it is said why it cannot be.
 */
export class DirectLines {
  readonly #parts: DirectLineParts;
  /** What commands and groups are called in any language, by their own names. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #groups: ReadonlySet<string>;

  constructor(parts: DirectLineParts) {
    this.#parts = parts;
    this.#groups = new Set(groupsOf(parts.commands).values());
    const own = [...this.#groups, ...parts.commands.map(({ name }) => name)];
    this.#names = new Map(
      own.flatMap((name) => LOCALES.map((locale) => [sayName(locale, name), name] as const)),
    );
  }

  /** Answers a direct message that begins with a slash; every other one is nobody's. Never rejects. */
  async heard({ id, channel_id, author, content }: DiscordMessage): Promise<void> {
    const { api, log } = this.#parts;
    if (author.bot || !WORDS.test(content)) return;
    const communityId = this.#parts.home();
    const reply = await this.#answer(communityId, { id, personId: author.id, content });
    const body = {
      ...messageOf(reply, { communityId }),
      nonce: nonceOf(`line ${id}`),
      enforce_nonce: true,
    };
    const sent = await api.send("post", Routes.channelMessages(channel_id), { body });
    if (!sent.ok) log.warn({ refused: sent.error.kind }, "a direct line was not answered");
  }

  async #answer(
    communityId: string | null,
    said: { readonly id: string; readonly personId: string; readonly content: string },
  ): Promise<Reply> {
    const { localeOf, runLine } = this.#parts;
    const language = await localeOf(said.personId);
    if (communityId === null) return badInput([say(language ?? "en", "discord.which-server")]);
    const actor: Actor = {
      platform: "discord",
      communityId,
      channelId: null,
      id: said.personId,
      language,
      replyTo: null,
      requestId: said.id,
    };
    return runLine(actor, this.#plain(said.content));
  }

  /** `/candor appeal #1`, `/社区助手 申诉 #1` and `/appeal #1` are one line. */
  #plain(content: string): string {
    const [head = "", first = "", second] = WORDS.exec(content) ?? [];
    const named = this.#names.get(first) ?? first;
    if (second === undefined || !this.#groups.has(named)) {
      const upTo = content.indexOf(first) + first.length;
      return `/${named}${content.slice(upTo)}`;
    }
    return `/${this.#names.get(second) ?? second}${content.slice(head.length)}`;
  }
}
