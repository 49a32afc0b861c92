import { isDeepStrictEqual } from "node:util";
import { Routes } from "discord.js";
import { z } from "zod";
import { AWAITED } from "../../src/engine/case/case.ts";
import { originOf } from "../../src/engine/message.ts";
import type { Locale } from "../../src/engine/policy.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Severity } from "../../src/engine/severity.ts";
import type { ActionError, ActionResult } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { CaseView } from "../../src/ports/store.ts";
import { say } from "../../src/words/say.ts";
import type { DiscordApi } from "./api.ts";
import { snowflake } from "./payloads.ts";
import type { GuildSettings } from "./settings.ts";
import { type Field, messageOf, nonceOf, type Saying } from "./write.ts";

/** What it takes to write in the moderators' channel. */
export const TEAM_CHANNEL =
  "View Channel, Send Messages and Embed Links in the moderators' channel";
/** The gravest is the reddest; what nobody has weighed yet is grey. */
const COLOURS: Readonly<Record<Severity, number>> = {
  S1: 0xd92d20,
  S2: 0xf79009,
  S3: 0xfac515,
  S4: 0x98a2b3,
};
const SETTLED = 0x12b76a;
/** A case that changes more often while it is shown has jobs of its own for that. */
const MOST_TURNS = 3;
const UNWEIGHED = 0x667085;

/** Where a card stands, and what it showed last. */
const cardSchema = z.object({
  channel: snowflake,
  message: snowflake,
  round: z.number(),
  decidedAt: z.number().nullable(),
});
type Card = z.infer<typeof cardSchema>;

export interface CardParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
  readonly settings: GuildSettings;
  /** A case as it is now; null where it is gone. */
  readonly read: (caseId: string) => Promise<CaseView | null>;
  /** What a card says, in the community's language, with the buttons of its state. */
  readonly describe: (view: CaseView) => Promise<Saying>;
}

/** One card for each case in the moderators' channel, which changes in place. */
export class CaseCards {
  readonly #parts: CardParts;
  readonly #lanes = new Map<string, Promise<unknown>>();

  constructor(parts: CardParts) {
    this.#parts = parts;
  }

  /** Shows a case as it is in `view`; a view that is older than what the card shows changes nothing. */
  async show(view: CaseView): Promise<ActionResult> {
    const before = this.#lanes.get(view.id) ?? Promise.resolve();
    const turn = before.then(() => this.#show(view));
    // Of one case one after the other: two that begin at once would both post a card.
    const settled = turn.catch(() => undefined);
    this.#lanes.set(view.id, settled);
    try {
      return await turn;
    } finally {
      if (this.#lanes.get(view.id) === settled) this.#lanes.delete(view.id);
    }
  }

  /** Until what the card shows is what is: the case may have changed since `view` was read, and again while it is shown. */
  async #show(view: CaseView): Promise<ActionResult> {
    const { read } = this.#parts;
    let next = (await read(view.id)) ?? view;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const shown = await this.#showOnce(next);
      const now = shown.ok ? await read(view.id) : null;
      if (now === null || isDeepStrictEqual(now, next)) return shown;
      next = now;
    }
    return ok(undefined);
  }

  async #showOnce(view: CaseView): Promise<ActionResult> {
    const { memory, describe, settings } = this.#parts;
    const key = `card/${view.id}`;
    const card = readCard(await memory.recall(key));
    if (card && isOlder(view, card)) return ok(undefined);
    const saying = await describe(view);
    const { language } = await settings.refresh(view.communityId);
    const looks = { colour: colourOf(view), fields: fieldsOf(view, language) };
    const message = messageOf(saying, looks);
    const shown = card ? await this.#change(card, message) : await this.#post(view, message);
    const placed =
      card && !shown.ok && shown.error.kind === "gone" ? await this.#post(view, message) : shown;
    if (!placed.ok) return placed;
    const { round } = view.ladder;
    const kept: Card = { ...placed.value, round, decidedAt: view.decidedAt };
    await memory.remember(key, JSON.stringify(kept));
    return ok(undefined);
  }

  async #change({ channel, message: id }: Card, body: object): Promise<Placed> {
    const { api } = this.#parts;
    const changed = await api.send("patch", Routes.channelMessage(channel, id), {
      body,
      permission: TEAM_CHANNEL,
      yields: "card",
    });
    return changed.ok ? ok({ channel, message: id }) : changed;
  }

  async #post({ id, communityId }: CaseView, message: object): Promise<Placed> {
    const { api, settings } = this.#parts;
    const { moderatorChannel: channel } = (await settings.refresh(communityId)).platform;
    if (channel === undefined) return fail({ kind: "forbidden", permission: TEAM_CHANNEL });
    const body = { ...message, nonce: nonceOf(`card ${id}`), enforce_nonce: true };
    const posted = await api.ask(
      "post",
      Routes.channelMessages(channel),
      z.object({ id: snowflake }),
      { body, permission: TEAM_CHANNEL, yields: "card" },
    );
    return posted.ok ? ok({ channel, message: posted.value.id }) : posted;
  }
}

type Placed = Result<Pick<Card, "channel" | "message">, ActionError>;

function readCard(kept: string | null): Card | null {
  return kept === null ? null : cardSchema.parse(JSON.parse(kept));
}

/** Jobs may come late: what shows a decision is not shown as undecided again in the same round. */
function isOlder({ ladder, decidedAt }: CaseView, card: Card): boolean {
  if (ladder.round !== card.round) return ladder.round < card.round;
  return card.decidedAt !== null && (decidedAt === null || decidedAt < card.decidedAt);
}

function colourOf({ state, severity }: CaseView): number {
  if (state === "decided" || state === "closed") return SETTLED;
  return severity === null ? UNWEIGHED : COLOURS[severity];
}

/** What only Discord can show: a way to the message, and a clock that runs. */
function fieldsOf({ communityId, message, ladder, state }: CaseView, language: Locale): Field[] {
  const { channelId, messageId } = message;
  const stands = originOf(messageId) === null && snowflake.safeParse(messageId).success;
  const link = `https://discord.com/channels/${communityId}/${channelId}/${messageId}`;
  const due = AWAITED.includes(state) ? ladder.nextAt : null;
  return [
    ...(stands
      ? [
          {
            name: say(language, "discord.card.context"),
            value: `[${say(language, "discord.card.link")}](${link})`,
          },
        ]
      : []),
    ...(due === null
      ? []
      : [
          {
            name: say(language, "discord.card.clock"),
            value: `<t:${Math.floor(due / 1000)}:R>`,
          },
        ]),
  ];
}
