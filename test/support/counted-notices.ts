import { z } from "zod";
import { openWebReceiver } from "../adapters/notify/web-receiver.ts";

/** A notice as it arrived outside: whoever sends it again is heard again. */
export interface HeardNotice {
  readonly id: string;
  readonly person: string;
  /** null: a summary. */
  readonly caseNumber: number | null;
  /** Cases that it tells of. */
  readonly cases: number;
  readonly at: number;
}

const posted = z.object({
  id: z.string(),
  person: z.string(),
  case: z.number().nullable(),
  title: z.string(),
});

/** A web server that counts the notices it is sent. */
export async function openCountedNotices() {
  const receiver = await openWebReceiver();
  const heard: HeardNotice[] = [];
  receiver.respond((response) => {
    const notice = posted.parse(JSON.parse(receiver.posts.at(-1)?.body ?? "{}"));
    const { id, person, case: caseNumber, title } = notice;
    const cases = caseNumber === null ? Number(/\d+/u.exec(title)?.[0]) : 1;
    heard.push({ id, person, caseNumber, cases, at: Date.now() });
    response.writeHead(204).end();
  });
  return {
    url: `http://127.0.0.1:${receiver.port}/notices`,
    heard,
    /** Of how many cases somebody has heard. */
    casesOf(person: string): number {
      const own = new Map(heard.filter((each) => each.person === person).map((n) => [n.id, n]));
      return [...own.values()].reduce((sum, { cases }) => sum + cases, 0);
    },
    close: () => receiver.close(),
  };
}

export type CountedNotices = Awaited<ReturnType<typeof openCountedNotices>>;

/** So long a notice that was sent may wait to be noted on a busy machine. */
const NOTED_WITHIN_MS = 10_000;
/** So much later than it was sent a notice may be heard there. */
const HEARD_WITHIN_MS = 500;

/**
 * Second sends of a notice. One is `excused` when something broke between the first send and its note: then
 * nobody can know that it was sent, and silence would be worse. `broke` are epoch ms.
 */
export function secondSends(
  heard: readonly HeardNotice[],
  broke: readonly number[],
): { readonly excused: number; readonly others: readonly string[] } {
  const first = new Map<string, number>();
  const others: string[] = [];
  let excused = 0;
  for (const { id, person, at } of heard) {
    const before = first.get(`${person} ${id}`);
    first.set(`${person} ${id}`, at);
    if (before === undefined) continue;
    const isCutOff = (time: number) =>
      before <= time + HEARD_WITHIN_MS && time < at && time - before < NOTED_WITHIN_MS;
    if (broke.some(isCutOff)) {
      excused += 1;
    } else {
      others.push(
        `${person} ${id}: ${new Date(before).toISOString()}, ${new Date(at).toISOString()}`,
      );
    }
  }
  return { excused, others };
}
