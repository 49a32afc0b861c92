import { ApplicationFlags, ChannelType, PermissionFlagsBits as Can } from "discord.js";
import type { Policy } from "../../src/engine/policy.ts";
import type { Trouble } from "../../src/ports/server.ts";
import { type Need, NEEDS } from "./foresight.ts";
import type { Channel } from "./payloads.ts";
import { has, permissionsIn, permissionsInChannel, type Realm } from "./permissions.ts";

const VIEW: Need = { name: "View Channels", bits: Can.ViewChannel };

/** What it takes to keep cards up to date in the moderators' channel. */
const NEEDED_FOR_CARDS: readonly Need[] = [VIEW, NEEDS.send, NEEDS.embed, NEEDS.history];

/** What Candor needs on a server whatever its owner asks of it. */
const NEEDED: readonly Need[] = [
  ...NEEDED_FOR_CARDS,
  NEEDS.delete,
  NEEDS.timeout,
  NEEDS.kick,
  NEEDS.ban,
];

/** The two privileged intents; either flag of each grants it, as the bot is verified or not. */
const INTENTS: readonly (readonly [string, number])[] = [
  [
    "Server Members",
    ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited,
  ],
  [
    "Message Content",
    ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited,
  ],
];

/** Names of the privileged intents that an application's flags do not grant, as the developer portal shows them. */
export function missingIntents(flags: number): readonly string[] {
  return INTENTS.filter(([, bits]) => (flags & bits) === 0).map(([name]) => name);
}

/** A server as the gateway or REST has told of it. */
export interface ServerView extends Realm {
  readonly channels: ReadonlyMap<string, Channel>;
}

/** The bot on it; `roles` is null where Discord has not said which it has: nothing is missing for all we know. */
export interface OwnPlace {
  readonly id: string;
  readonly roles: readonly string[] | null;
}

/** What is amiss with a server by what stands in it and what the policy names; pure. */
export function troublesOf(
  server: ServerView,
  own: OwnPlace,
  policy: Pick<Policy, "platform">,
): readonly Trouble[] {
  return [
    ...channelTroubles(server, policy),
    ...(own.roles === null
      ? []
      : permissionTroubles(server, { id: own.id, roles: own.roles }, policy)),
    ...roleTroubles(server, policy),
  ];
}

function channelTroubles(
  { channels }: ServerView,
  { platform: { moderatorChannel: id } }: Pick<Policy, "platform">,
): readonly Trouble[] {
  if (id === undefined) return [{ kind: "no-channel" }];
  return channels.has(id) ? [] : [{ kind: "channel-gone" }];
}

function permissionTroubles(
  server: ServerView,
  own: { readonly id: string; readonly roles: readonly string[] },
  { platform: { moderatorChannel } }: Pick<Policy, "platform">,
): readonly Trouble[] {
  const everywhere = permissionsIn(server, own);
  const missing = NEEDED.filter(({ bits }) => !has(everywhere, bits));
  const troubles = missing.map(
    ({ name }): Trouble => ({ kind: "permission", name, channel: null }),
  );
  const channel = server.channels.get(moderatorChannel ?? "");
  if (!channel) return troubles;
  const there = permissionsInChannel(server, own, channel.permission_overwrites);
  const inChannel = NEEDED_FOR_CARDS.filter(
    ({ bits }) => has(everywhere, bits) && !has(there, bits),
  );
  const shown = `#${channel.name ?? channel.id}`;
  return [
    ...troubles,
    ...inChannel.map(({ name }): Trouble => ({ kind: "permission", name, channel: shown })),
  ];
}

/** Roles are named by id: one that was given another name is the same. */
function roleTroubles(
  { roles }: ServerView,
  { platform }: Pick<Policy, "platform">,
): readonly Trouble[] {
  return GRANTED.flatMap((role) =>
    platform.roles[role]
      .filter((id) => !roles.has(id))
      .map((id): Trouble => ({ kind: "role-gone", role, id })),
  );
}

const GRANTED = ["manager", "moderator", "service", "analyst", "staff", "affiliate"] as const;

/** Names a trouble, the same for as long as it lasts. */
export function keyOf(trouble: Trouble): string {
  switch (trouble.kind) {
    case "permission":
      return `permission/${trouble.name}${trouble.channel === null ? "" : "/in-channel"}`;
    case "role-gone":
      return `role-gone/${trouble.role}/${trouble.id}`;
    case "no-channel":
    case "channel-gone":
    case "intents":
    case "no-words":
    case "outage":
      return trouble.kind;
  }
}

const TEXT: readonly number[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];

/** Channels that can be the moderators'. */
export function canHoldCards({ type }: Pick<Channel, "type">): boolean {
  return TEXT.includes(type);
}
