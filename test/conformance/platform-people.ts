import { expect, test } from "@jest/globals";
import type { Notice } from "../../src/ports/notifier.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import { accepted, DONE, GONE, type Under } from "./platform-under-test.ts";
import { HOUR, NOW } from "./recordings.ts";

/** Done now or before: both are the end of it. */
function expectDone(result: { readonly ok: boolean; readonly error?: { readonly kind: string } }) {
  expect(result.ok ? "gone" : result.error?.kind).toBe("gone");
}

export function sanctions(under: Under): void {
  const WHY = "#1 looked at";

  test("a timeout keeps a member silent until its end, is not shortened, and is lifted", async () => {
    const { platform, barOf } = under();
    const { communityId, authorId: memberId } = await accepted(under());
    const target = { communityId, memberId };
    const until = NOW + 2 * HOUR;
    expect(await barOf(memberId)).toBeNull();
    for (const each of [until, until, NOW + HOUR]) {
      expect(await platform.timeoutMember(target, each, WHY)).toEqual(DONE);
      expect(await barOf(memberId)).toEqual({ kind: "timed-out", until });
    }
    for (let time = 0; time < 2; time += 1) {
      expectDone(await platform.liftTimeout(target));
      expect(await barOf(memberId)).toBeNull();
    }
  });

  test("a ban keeps a member out, for a time or for ever, is not shortened, and is lifted once", async () => {
    const { platform, barOf } = under();
    const { communityId, authorId: memberId } = await accepted(under());
    const target = { communityId, memberId };
    const day = NOW + 24 * HOUR;
    const ends = [
      [day, day],
      [NOW + HOUR, day],
      [null, null],
      [day, null],
    ] as const;
    for (const [asked, until] of ends) {
      expectDone(await platform.banMember(target, asked, WHY));
      expect(await barOf(memberId)).toEqual({ kind: "banned", until });
      expect(await platform.member(target)).toEqual({ ok: true, value: null });
    }
    expect(await platform.unbanMember(target)).toEqual(DONE);
    expect(await barOf(memberId)).toBeNull();
    expect(await platform.unbanMember(target)).toEqual(GONE);
  });

  test("a member who is kicked is no longer of the community", async () => {
    const { platform, barOf } = under();
    const { communityId, authorId: memberId } = await accepted(under());
    for (let time = 0; time < 2; time += 1) {
      expectDone(await platform.kickMember({ communityId, memberId }, WHY));
      expect(await barOf(memberId)).toEqual({ kind: "removed" });
      const found = await platform.member({ communityId, memberId });
      expect(found).toEqual({ ok: true, value: null });
    }
  });

  test("the language of whoever is shown the door is known as before", async () => {
    const { platform } = under();
    const { communityId, authorId: memberId } = await accepted(under());
    const target = { communityId, memberId };
    const before = await platform.languageOf(target);
    expectDone(await platform.kickMember(target, WHY));
    expect(await platform.languageOf(target)).toBe(before);
    expectDone(await platform.banMember(target, null, WHY));
    expect(await platform.languageOf(target)).toBe(before);
    expect(await platform.languageOf({ communityId, memberId: "no-such-member" })).toBeNull();
  });

  test("whoever was shown the door has a name as before", async () => {
    const { platform } = under();
    const { communityId, authorId: memberId } = await accepted(under());
    const target = { communityId, memberId };
    const before = await platform.nameOf(target);
    expect(before).not.toBeNull();
    expectDone(await platform.banMember(target, null, WHY));
    expect(await platform.nameOf(target)).toBe(before);
    expect(await platform.nameOf({ communityId, memberId: "no-such-member" })).toBeNull();
  });

  test("nobody can be silenced who is not there", async () => {
    const { platform } = under();
    const { communityId } = await accepted(under());
    const target = { communityId, memberId: "no-such-member" };
    expect(await platform.timeoutMember(target, NOW + HOUR, WHY)).toEqual(GONE);
    expect(await platform.kickMember(target, WHY)).toEqual(GONE);
    expectDone(await platform.liftTimeout(target));
    expectDone(await platform.unbanMember(target));
  });

  test("an official answer stands under its message, once for each id", async () => {
    const { platform, answers } = under();
    const target = await accepted(under());
    for (const id of ["answer-1", "answer-1", "answer-2"]) {
      expect(await platform.publish(target, id, `the ${id}`)).toEqual(DONE);
    }
    expect(await answers(target)).toEqual(["the answer-1", "the answer-2"]);
    const unknown = { ...target, messageId: "no-such-message" };
    expect(await platform.publish(unknown, "answer-3", "x")).toEqual(GONE);
  });
}

function notice(communityId: string, id: string): Notice {
  const title = `title of ${id}`;
  return { id, communityId, caseNumber: 1, title, lines: ["a line"], buttons: [] };
}

export function notices(under: Under): void {
  test("a person and the moderators' channel get each notice once", async () => {
    const { platform, inbox, communityId, moderatorId } = under();
    await accepted(under());
    const person = { communityId, memberId: moderatorId };
    for (const id of ["notice-1", "notice-1", "notice-2"]) {
      expect(await platform.direct(person, notice(communityId, id))).toMatchObject({ ok: true });
      expect(await platform.announce(communityId, notice(communityId, id))).toMatchObject({
        ok: true,
      });
    }
    const titles = ["title of notice-1", "title of notice-2"];
    expect(await inbox(moderatorId)).toEqual(titles);
    expect(await inbox(CHANNEL)).toEqual(titles);
  });

  test("somebody who is not there cannot be reached", async () => {
    const { platform, communityId } = under();
    await accepted(under());
    const stranger = { communityId, memberId: "no-such-member" };
    expect(await platform.direct(stranger, notice(communityId, "notice-1"))).toEqual({
      ok: false,
      error: { kind: "unreachable" },
    });
  });
}

export function people(under: Under): void {
  test("members are known with their roles, and the team is whoever has one", async () => {
    const { platform, moderatorId } = under();
    const { communityId, authorId } = await accepted(under());
    const read = async (memberId: string) => {
      const found = await platform.member({ communityId, memberId });
      return found.ok ? found.value : null;
    };
    const [author, moderator] = [await read(authorId), await read(moderatorId)];
    expect(author).toMatchObject({ id: authorId, rights: [] });
    expect(moderator).toMatchObject({ id: moderatorId });
    expect(moderator?.roles).toContain("moderator");
    expect(moderator?.rank).toBeGreaterThan(author?.rank ?? Number.POSITIVE_INFINITY);
    expect(moderator?.rights).toContain("delete-messages");
    expect(await read("no-such-member")).toBeNull();
    const team = await platform.team(communityId);
    const ids = team.ok ? team.value.map(({ id }) => id) : [];
    expect(ids).toContain(moderatorId);
    expect(ids).not.toContain(authorId);
    expect(await platform.team("no-such-community")).toEqual({ ok: true, value: [] });
  });
}
