import { MessageType as Type } from "discord.js";

/**
 * What becomes of a message by its type. `judged`: somebody's words, read whoever wrote them but Candor itself:
 * members, other bots and webhooks, which speak for whoever set them up (author role `bot`). `elsewhere`: its
 * words come with an event or a message of their own, and are judged there. `notice`: Discord's own words about
 * what somebody did.
 */
export type Fate = "judged" | "elsewhere" | "notice";

/** Every type that discord.js 14.28 knows; one that Discord adds later counts as a notice. */
export const FATES: Readonly<Record<Type, Fate>> = {
  [Type.Default]: "judged",
  [Type.Reply]: "judged",
  // Answers of bots to commands; those of Candor are its own, and left out.
  [Type.ChatInputCommand]: "judged",
  [Type.ContextMenuCommand]: "judged",
  // The title is judged with the thread, the message that it begins with as itself.
  [Type.ThreadCreated]: "elsewhere",
  [Type.ThreadStarterMessage]: "elsewhere",
  // AutoMod's alert repeats what it blocked, which comes with the event of that.
  [Type.AutoModerationAction]: "elsewhere",
  // The poll was judged when it was asked.
  [Type.PollResult]: "elsewhere",
  // Topics and names that only the server's own team sets, or that belong to group conversations.
  [Type.StageStart]: "notice",
  [Type.StageTopic]: "notice",
  [Type.ChannelNameChange]: "notice",
  [Type.StageEnd]: "notice",
  [Type.StageSpeaker]: "notice",
  [Type.StageRaiseHand]: "notice",
  [Type.RecipientAdd]: "notice",
  [Type.RecipientRemove]: "notice",
  [Type.Call]: "notice",
  [Type.ChannelIconChange]: "notice",
  [Type.ChannelPinnedMessage]: "notice",
  // The name of whoever joined is judged with the event of that.
  [Type.UserJoin]: "notice",
  [Type.GuildBoost]: "notice",
  [Type.GuildBoostTier1]: "notice",
  [Type.GuildBoostTier2]: "notice",
  [Type.GuildBoostTier3]: "notice",
  [Type.ChannelFollowAdd]: "notice",
  [Type.GuildDiscoveryDisqualified]: "notice",
  [Type.GuildDiscoveryRequalified]: "notice",
  [Type.GuildDiscoveryGracePeriodInitialWarning]: "notice",
  [Type.GuildDiscoveryGracePeriodFinalWarning]: "notice",
  [Type.GuildInviteReminder]: "notice",
  [Type.RoleSubscriptionPurchase]: "notice",
  [Type.InteractionPremiumUpsell]: "notice",
  [Type.GuildApplicationPremiumSubscription]: "notice",
  [Type.GuildIncidentAlertModeEnabled]: "notice",
  [Type.GuildIncidentAlertModeDisabled]: "notice",
  [Type.GuildIncidentReportRaid]: "notice",
  [Type.GuildIncidentReportFalseAlarm]: "notice",
  [Type.PurchaseNotification]: "notice",
};

const JUDGED: ReadonlySet<number> = new Set(
  Object.entries(FATES)
    .filter(([, fate]) => fate === "judged")
    .map(([type]) => Number(type)),
);

/** Whether a message is somebody's words at all, and those of nobody but Candor itself. */
export function isSaid(
  message: {
    readonly type: number;
    readonly author: { readonly id: string };
    readonly webhook_id?: string | undefined;
  },
  ownId: string | null,
): boolean {
  // What follows an interaction of ours comes from a webhook with the id of the application.
  const isOwn = ownId !== null && [message.author.id, message.webhook_id].includes(ownId);
  return JUDGED.has(message.type) && !isOwn;
}
