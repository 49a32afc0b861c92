import type { Message } from "../../src/engine/message.ts";
import { describePlatform } from "../conformance/platform.ts";
import { NOW, freshId } from "../conformance/recordings.ts";
import { FakePlatform } from "./platform.ts";

describePlatform("the fake platform", async () => {
  const platform = new FakePlatform();
  platform.addMember("club", {
    id: "mo",
    roles: ["moderator"],
    rank: 1,
    rights: ["delete-messages", "timeout-members"],
  });
  const messageOf = (id: string, channelId: string, text: string): Message => ({
    id,
    platform: platform.name,
    community: { id: "club" },
    channel: { id: channelId },
    author: { id: "ana", role: "member" },
    text,
    sentAt: NOW,
    mentions: [],
    links: [],
    attachments: [],
  });
  return {
    platform,
    communityId: "club",
    channels: ["general", "support"],
    send(channelId, text) {
      const messageId = freshId("message");
      const acknowledged = platform.post(messageOf(messageId, channelId, text));
      return { channelId, messageId, authorId: "ana", acknowledged };
    },
    deliverAgain: (sent, text) => platform.post(messageOf(sent.messageId, sent.channelId, text)),
    seen: async (channelId) =>
      platform.messages(channelId).map(({ message, hidden, nudge }) => ({
        messageId: message.id,
        text: hidden ? null : message.text,
        nudge,
      })),
    seenCase: async (caseId) => platform.cases.get(caseId)?.state ?? null,
    moderatorId: "mo",
    barOf: async (memberId) => platform.barOf({ communityId: "club", memberId }),
    inbox: async (person) => platform.inbox("club", person).map(({ title }) => title),
    answers: async ({ channelId, messageId }) =>
      platform
        .messages(channelId)
        .filter(({ message }) => message.id === messageId)
        .flatMap(({ answers }) => [...answers.values()]),
    close: () => platform.stop(),
  };
});
