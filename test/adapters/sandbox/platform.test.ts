import { expect, test } from "@jest/globals";
import { Chat } from "../../../adapters/sandbox/chat.ts";
import type { SandboxPlatform } from "../../../adapters/sandbox/platform.ts";
import { describePlatform } from "../../conformance/platform.ts";
import { NOW, freshId } from "../../conformance/recordings.ts";
import { client, openSandbox } from "./sandbox.ts";

describePlatform("the sandbox", async () => {
  const { sandbox } = openSandbox();
  const { read, write } = client(sandbox.app);
  const post = async (clientId: string, channel: string, text: string) => {
    const { status } = await write("/api/messages", { clientId, channel, author: "ana", text });
    return status === 201;
  };
  return {
    platform: sandbox.platform,
    communityId: "sandbox",
    channels: ["general", "support"],
    send(channelId, text) {
      const messageId = freshId("message");
      const acknowledged = post(messageId, channelId, text);
      return { channelId, messageId, authorId: "ana", acknowledged };
    },
    deliverAgain: (sent, text) => post(sent.messageId, sent.channelId, text),
    seen: async (channelId) => {
      const { body } = await read("/api/state");
      return (body.messages ?? [])
        .filter(({ channel }) => channel === channelId)
        .map(({ id, text, nudge }) => ({ messageId: id, text, nudge }));
    },
    seenCase: async (caseId) => {
      const mark = (sandbox.platform as SandboxPlatform).board.find(caseId);
      return mark ? { state: mark.state, rung: mark.rung } : null;
    },
    close: () => sandbox.platform.stop(),
  };
});

test("a channel keeps its newest messages, and those on their way", () => {
  const chat = new Chat(3);
  const add = (id: string) => {
    chat.add({
      id,
      channelId: "general",
      author: { id: "ana", displayName: "Ana", role: "member" },
      text: id,
      sentAt: NOW,
      replyTo: null,
    });
  };
  add("under-way");
  for (const id of ["a", "b", "c", "d"]) {
    add(id);
    chat.change("general", id, { status: "judged" });
  }
  expect(chat.messages().map(({ id }) => id)).toEqual(["under-way", "c", "d"]);
  expect(chat.change("general", "a", { hidden: true })).toBeUndefined();
});
