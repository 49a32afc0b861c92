import { createHash } from "node:crypto";
import type { Author, Place } from "../../src/engine/message.ts";

export const COMMUNITY: Required<Place> = { id: "sandbox", name: "Sandbox" };

export const CHANNELS: readonly Required<Place>[] = [
  { id: "general", name: "general" },
  { id: "announcements", name: "announcements" },
  { id: "support", name: "support" },
];

/** Someone of the sandbox; the name is always there, as on any chat platform. */
export type Person = Author & { readonly displayName: string };

/** Longest name that a guest or a moderator may take, in UTF-16 units. */
export const MAX_NAME_UNITS = 60;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The people who are always there. `openedAt` is when the sandbox was opened, in epoch ms. */
export function builtInPeople(openedAt: number): readonly Person[] {
  const regular = (days: number) => ({
    joinedAt: openedAt - days * DAY_MS,
    accountCreatedAt: openedAt - 2 * days * DAY_MS,
  });
  return [
    { id: "lin", displayName: "小林 Lin", role: "member", ...regular(400) },
    { id: "ana", displayName: "Ana", role: "member", ...regular(120) },
    {
      id: "newcomer",
      displayName: "新人 Newcomer",
      role: "member",
      joinedAt: openedAt - 5 * MINUTE_MS,
      accountCreatedAt: openedAt - 60 * MINUTE_MS,
    },
    { id: "wang", displayName: "王经理 Wang", role: "staff", ...regular(900) },
    { id: "affiliate", displayName: "推广伙伴 Partner", role: "affiliate", ...regular(60) },
    { id: "bot", displayName: "小助手 Helper", role: "bot", ...regular(300) },
  ];
}

/**
 * A person who took a name of their own: always a member, whatever the name says, and the same
 * person each time the name is used. The id is opaque, as a platform's ids are, because it is kept
 * in the record where the name is not.
 */
export function guest(name: string): Person {
  const same = name.normalize("NFKC").toLowerCase();
  const id = createHash("sha256").update(same).digest("hex").slice(0, 16);
  return { id: `guest-${id}`, displayName: name, role: "member" };
}
