import { describe, expect, test } from "@jest/globals";
import { makeDigests } from "../../adapters/system/digests.ts";
import {
  appendEvent,
  type AuditEvent,
  checkEvent,
  EMPTY_CHAIN,
  type NewAuditEvent,
} from "../../src/engine/audit.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";

const digests = makeDigests("a secret for tests only, 32 characters or more");

function chainOf(count: number): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let i = 1; i <= count; i += 1) {
    const head = events.at(-1) ?? EMPTY_CHAIN;
    const event: NewAuditEvent = {
      type: "case.opened",
      at: i,
      person: "p",
      payload: { case: `c-${i}` },
    };
    events.push(appendEvent(digests, "club", head, event, `nonce-${i}`));
  }
  return events;
}

async function verify(events: readonly AuditEvent[], head = events.at(-1)) {
  return verifyChain(
    {
      auditEvents: async (_community, after, limit) =>
        events.filter((event) => event.seq > after).slice(0, limit),
      auditHeads: async () => new Map(head ? [["club", { seq: head.seq, hash: head.hash }]] : []),
    },
    digests,
    "club",
  );
}

describe("an audit chain", () => {
  test("checks from its first event to its head", async () => {
    const events = chainOf(5);
    expect(await verify(events)).toMatchObject({
      events: 5,
      erasedPayloads: 0,
      problem: null,
      head: { seq: 5 },
    });
    expect(await verify([])).toMatchObject({ events: 0, problem: null });
  });

  test("stays whole when payloads are erased, as far as erasures account for them", async () => {
    const events = chainOf(3).map((event) =>
      event.seq === 2 ? { ...event, payload: null, nonce: null } : event,
    );
    expect(await verify(events)).toMatchObject({
      erasedPayloads: 1,
      problem: { kind: "missing-payloads", missing: 1, erased: 0 },
    });
    const erasure = appendEvent(
      digests,
      "club",
      { seq: 3, hash: events[2]?.hash ?? "" },
      { type: "person.erased", at: 9, person: null, payload: { payloads: 1 } },
      "n",
    );
    expect(await verify([...events, erasure])).toMatchObject({ erasedPayloads: 1, problem: null });
  });

  test("whose recorded head was changed is found", async () => {
    const events = chainOf(3);
    const head = { ...events[2]!, hash: "f".repeat(64) };
    expect(await verify(events, head)).toMatchObject({ problem: { kind: "wrong-head", seq: 3 } });
  });

  test.each<[string, (events: AuditEvent[]) => AuditEvent[], object]>([
    [
      "a changed payload",
      (events) => events.with(1, { ...events[1]!, payload: { case: "c-9" } }),
      { kind: "changed-payload", seq: 2 },
    ],
    [
      "a changed header",
      (events) => events.with(1, { ...events[1]!, at: 99 }),
      { kind: "changed-event", seq: 2 },
    ],
    [
      "a removed event",
      (events) => events.toSpliced(1, 1),
      { kind: "gap", expectedSeq: 2, seq: 3 },
    ],
    [
      "a removed end",
      (events) => events.slice(0, 2),
      { kind: "missing-tail", expectedSeq: 4, seq: 2 },
    ],
    [
      "an event of another chain",
      (events) =>
        events.with(
          2,
          appendEvent(
            digests,
            "club",
            { seq: 2, hash: "0".repeat(64) },
            { type: "case.opened", at: 3, person: null, payload: {} },
            "n",
          ),
        ),
      { kind: "broken-link", seq: 3 },
    ],
  ])("finds %s", async (_what, tamper, problem) => {
    const events = chainOf(4);
    expect(await verify(tamper(events), events.at(-1))).toMatchObject({ problem });
  });

  test("does not depend on the order of a payload's keys", () => {
    const [event] = chainOf(1);
    const payload = { b: 1, a: ["x"], c: null };
    const one = appendEvent(
      digests,
      "club",
      EMPTY_CHAIN,
      { type: "case.shown", at: 1, person: null, payload },
      "n",
    );
    const other = { ...one, payload: { c: null, a: ["x"], b: 1 } };
    expect(checkEvent(digests, EMPTY_CHAIN, other)).toBeNull();
    expect(event?.hash).toMatch(/^[0-9a-f]{64}$/u);
  });
});
