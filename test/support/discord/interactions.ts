import { randomBytes } from "node:crypto";
import type { APIMessage } from "discord.js";
import { refusal } from "./errors.ts";
import { InteractionHandle } from "./interaction-handle.ts";
import { EPHEMERAL } from "./message-bodies.ts";
import {
  composeMessage,
  createMessage,
  deleteMessage,
  type Draft,
  editMessage,
} from "./message-changes.ts";
import { channelPayload, memberPayload } from "./payloads.ts";
import { permissionsIn } from "./permissions.ts";
import type { Channel, Message } from "./world-types.ts";
import type { World } from "./world.ts";

/** Milliseconds in which the first answer has to come. */
const FIRST_ANSWER_MS = 3000;
/** How long a token serves after that. */
const TOKEN_MS = 15 * 60_000;

const SWEEP_AT = 10_000;

export const INTERACTION = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

/** A message that an interaction brought about, or came from. */
export interface Placed {
  readonly message: Message;
  readonly channel: Channel;
  readonly ephemeral: boolean;
}

/** One press, command or form, from the moment it was made. */
export interface Pending {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly userId: string;
  readonly channel: Channel;
  readonly startedAt: number;
  readonly handle: InteractionHandle;
  /** The message whose component was pressed. */
  readonly source: Placed | null;
  readonly name: string | null;
  /** Whether a first answer was taken. */
  answered: boolean;
  /** "@original": what edits of the reply change. */
  original: Placed | null;
  /** Whether the reply is still "thinking". */
  loading: boolean;
  /** Everything that was said in answer, by id. */
  readonly said: Map<string, Placed>;
}

export interface NewInteraction {
  readonly type: number;
  readonly userId: string;
  readonly channel: Channel;
  readonly data: object;
  readonly source?: Placed | null;
  readonly name?: string;
  readonly locale?: string;
}

/** Every interaction there is, with Discord's rules on when it may be answered. */
export class Interactions {
  readonly #world: World;
  readonly #byToken = new Map<string, Pending>();
  readonly #byId = new Map<string, Pending>();
  /** Ephemeral messages, which stand in no channel. */
  readonly #ephemeral = new Map<string, Placed>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Somebody acts: the bot hears of it, and its answers arrive at the handle. */
  begin(asked: NewInteraction): InteractionHandle {
    const world = this.#world;
    const { type, userId, channel } = asked;
    const id = world.ids.next();
    const token = randomBytes(24).toString("base64url");
    const startedAt = world.clock.now();
    const handle = new InteractionHandle(
      { id, token, userId, channelId: channel.id, startedAt },
      () => this.#standing(pending.original),
    );
    const pending: Pending = {
      id,
      token,
      type,
      userId,
      channel,
      startedAt,
      handle,
      source: asked.source ?? null,
      name: asked.name ?? null,
      answered: false,
      original: null,
      loading: false,
      said: new Map(),
    };
    if (this.#byId.size >= SWEEP_AT) this.#sweep();
    this.#byId.set(id, pending);
    this.#byToken.set(token, pending);
    const data = this.#payload(pending, asked);
    world.emit({ name: "INTERACTION_CREATE", guild: channel.guild, channel, data, always: true });
    return handle;
  }

  /** The message with an id, if the member may see it: one in the channel, or an ephemeral one. */
  find(channel: Channel, messageId: string): Placed {
    const hidden = this.#ephemeral.get(messageId);
    if (hidden) return hidden;
    return { message: this.#world.message(channel, messageId), channel, ephemeral: false };
  }

  /** The message from which an interaction came. */
  sourceOf(id: string): Placed | null {
    return this.#byId.get(id)?.source ?? null;
  }

  /** The interaction that a first answer is for, if one may still be given. */
  toAnswer(id: string, token: string): Pending {
    const pending = this.#byId.get(id);
    if (!pending || pending.token !== token) throw refusal("unknownInteraction");
    if (pending.answered) throw this.#refuse(pending, "alreadyAnswered");
    if (this.#world.clock.now() - pending.startedAt > FIRST_ANSWER_MS) {
      throw this.#refuse(pending, "unknownInteraction");
    }
    return pending;
  }

  /** The interaction that a webhook's token belongs to, while it is valid. */
  answeredBy(token: string): Pending {
    const pending = this.#byToken.get(token);
    if (!pending) throw refusal("unknownWebhook");
    if (this.#world.clock.now() - pending.startedAt > TOKEN_MS) {
      throw this.#refuse(pending, "expiredToken");
    }
    if (!pending.answered) throw this.#refuse(pending, "unknownWebhook");
    return pending;
  }

  #refuse(pending: Pending, name: Parameters<typeof refusal>[0]) {
    const wrong = refusal(name);
    pending.handle.noteRefusal(wrong.code);
    return wrong;
  }

  /** Says something in answer: to all in the channel, or to the member alone. */
  say(pending: Pending, draft: Draft): Placed {
    const world = this.#world;
    const ephemeral = ((draft.flags ?? 0) & EPHEMERAL) !== 0;
    const full = { ...draft, ...this.#authorship(pending) } as Draft;
    const { channel } = pending;
    const message = ephemeral
      ? composeMessage(world, channel, world.bot, full)
      : createMessage(world, channel, world.bot, full);
    const placed: Placed = { message, channel, ephemeral };
    if (ephemeral) this.#ephemeral.set(message.id, placed);
    pending.said.set(message.id, placed);
    return placed;
  }

  edit({ message, channel }: Placed, change: Omit<Draft, "at">): void {
    editMessage(this.#world, channel, message, change);
  }

  remove(pending: Pending, placed: Placed): void {
    const { message, channel, ephemeral } = placed;
    if (ephemeral) this.#ephemeral.delete(message.id);
    else deleteMessage(this.#world, channel, message.id);
    pending.said.delete(message.id);
  }

  /** Whether a message is still there for the member to see. */
  stands({ message, channel, ephemeral }: Placed): boolean {
    return ephemeral ? this.#ephemeral.has(message.id) : channel.log.get(message.id) !== undefined;
  }

  #standing(placed: Placed | null): APIMessage | null {
    return placed && this.stands(placed) ? placed.message.data : null;
  }

  /** Forgets everything that can no longer be answered. */
  #sweep(): void {
    const since = this.#world.clock.now() - TOKEN_MS;
    for (const pending of this.#byId.values()) {
      if (pending.startedAt >= since) continue;
      this.#byId.delete(pending.id);
      this.#byToken.delete(pending.token);
    }
  }

  #authorship(pending: Pending): object {
    const { world, type } = { world: this.#world, type: pending.type };
    const user = world.user(pending.userId);
    return {
      application_id: world.applicationId,
      webhook_id: world.applicationId,
      type: type === INTERACTION.command ? 20 : 19,
      interaction_metadata: {
        id: pending.id,
        type,
        user,
        authorizing_integration_owners: {},
        ...(pending.name === null ? {} : { name: pending.name }),
        ...(pending.source ? { interacted_message_id: pending.source.message.id } : {}),
      },
    };
  }

  #payload(pending: Pending, { data, locale }: NewInteraction): object {
    const world = this.#world;
    const { channel, userId } = pending;
    const { guild } = channel;
    const user = world.user(userId);
    const common = {
      id: pending.id,
      application_id: world.applicationId,
      type: pending.type,
      token: pending.token,
      version: 1,
      data,
      channel: channelPayload(world, channel),
      channel_id: channel.id,
      locale: locale ?? "en-US",
      entitlements: [],
      attachment_size_limit: 10_485_760,
      app_permissions: String(channel.guild ? world.botRightsIn(channel) : 0n),
      ...(pending.source ? { message: pending.source.message.data } : {}),
    };
    if (!guild) {
      const owners = { 1: userId };
      return { ...common, user, context: 1, authorizing_integration_owners: owners };
    }
    const member = world.member(guild, userId);
    return {
      ...common,
      guild_id: guild.id,
      guild_locale: guild.locale,
      guild: { id: guild.id, locale: guild.locale, features: [] },
      context: 0,
      authorizing_integration_owners: { 0: guild.id },
      member: {
        ...memberPayload(member),
        permissions: String(permissionsIn(guild, member, channel)),
      },
    };
  }
}
