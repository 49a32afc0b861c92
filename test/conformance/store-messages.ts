import { expect, test } from "@jest/globals";
import {
  CLEAN,
  freshId,
  makeCase,
  makeMessage,
  makeRecording,
  NOW,
  opening,
  record,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part of the store's suite about what was said. */
export function messages(under: Under): void {
  /** Records messages of one channel, a second apart. */
  const say = async (community: string, said: readonly { authorId?: string; id?: string }[]) => {
    const keys: string[] = [];
    for (const [nth, { authorId = "author-1", id }] of said.entries()) {
      const sentAt = NOW + nth * 1000;
      const again = id !== undefined && said.findIndex((each) => each.id === id) < nth;
      const { message } = makeRecording({
        community,
        message: {
          authorId,
          sentAt,
          ...(id !== undefined && { messageId: id }),
          ...(again && { revisedAt: sentAt }),
        },
      });
      await record(under().store, { ...makeRecording({ community }), message });
      keys.push(message.key);
    }
    return keys;
  };

  test("around a message is what was said before and after it in its channel", async () => {
    const { store } = under();
    const community = freshId("c");
    const keys = await say(community, [{}, {}, { id: "it" }, {}, { id: "it" }, {}]);
    await record(
      store,
      makeRecording({ community, message: { channelId: "elsewhere", sentAt: NOW + 2001 } }),
    );
    const around = async (key: string | undefined, each: number) =>
      (await store.around(key ?? "", each)).map((message) => keys.indexOf(message.key));
    expect(await around(keys[2], 1)).toEqual([1, 3]);
    expect(await around(keys[2], 10)).toEqual([0, 1, 3, 5]);
    expect(await around(keys[0], 2)).toEqual([1, 3]);
    expect(await around("no-such-key", 2)).toEqual([]);
  });

  test("what somebody told Candor itself was not said in the channel", async () => {
    const { store } = under();
    const community = freshId("c");
    const [first] = await say(community, [{}, {}]);
    const message = makeMessage(community, { sentAt: NOW + 500 });
    const opens = makeCase(freshId("case"), message, { source: "question" });
    const asked = { ...opening(opens, false, NOW), messageKeys: [], joins: false };
    await store.openCase({ ...asked, written: { message, verdict: CLEAN } });
    expect(await store.around(first ?? "", 5)).toHaveLength(1);
  });

  test("somebody's newest messages come each in its newest revision", async () => {
    const { store } = under();
    const community = freshId("c");
    const keys = await say(community, [
      { id: "edited" },
      {},
      { authorId: "author-2" },
      { id: "edited" },
    ]);
    const recent = async (channelId: string | null, limit: number) =>
      (await store.recentMessages(community, "author-1", channelId, limit)).map(({ key }) =>
        keys.indexOf(key),
      );
    expect(await recent(null, 10)).toEqual([3, 1]);
    expect(await recent("general", 1)).toEqual([3]);
    expect(await recent("elsewhere", 10)).toEqual([]);
    const place = { communityId: community, channelId: "general" };
    expect((await store.findMessage({ ...place, messageId: "edited" }))?.key).toBe(keys[3]);
    expect(await store.findMessage({ ...place, messageId: "nothing" })).toBeNull();
  });

  test("messages of a case come in the order in which they joined, the first ones only", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const made = [0, 1, 2].map((nth) =>
      makeRecording({ community, caseId, message: { sentAt: NOW - nth } }),
    );
    for (const each of made) await record(store, each);
    const kept = made.map(({ message, verdict }) => ({ message, verdict, held: true }));
    expect(await store.caseMessages(caseId, 10)).toEqual(kept);
    expect(await store.caseMessages(caseId, 2)).toEqual(kept.slice(0, 2));
    expect(await store.caseMessages("no-such-case", 2)).toEqual([]);
  });
}
