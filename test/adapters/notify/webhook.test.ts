import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeWebhook } from "../../../adapters/notify/webhook.ts";
import {
  type Answer,
  NOTICE,
  type NotifierUnderTest,
  type Patience,
  describeNotifier,
} from "../../conformance/notifier.ts";
import { makeListeningLog, silentLog } from "../system/silent-log.ts";
import {
  type ReceivedPost,
  type Respond,
  type WebReceiver,
  openWebReceiver,
} from "./web-receiver.ts";

const NOW = Date.parse("2026-03-02T10:00:00.900Z");
const clock = { now: () => NOW };
const PERSON = "person-7-of-harbour";
const SECRET = "a key made for these tests only";

/** Answers as a careless receiver does, repeating what it was sent. */
function status(code: number, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(code, headers).end(code === 204 ? undefined : JSON.stringify(NOTICE));
  };
}

const RESPONSES: Readonly<Record<Answer, Respond>> = {
  accept: status(204),
  unreachable: status(404),
  forbidden: status(403),
  throttled: status(429),
  unavailable: status(503),
  silence: () => {},
};

async function open({ silenceMs, graceMs }: Patience): Promise<NotifierUnderTest> {
  const receiver = await openWebReceiver();
  const accepted: ReceivedPost[] = [];
  const log = makeListeningLog();
  const url = `http://candor:example-password@127.0.0.1:${receiver.port}/hooks/example-token`;
  const limits = { deadlineMs: silenceMs, graceMs };
  const answer = (kind: Answer) =>
    receiver.respond((response) => {
      const post = receiver.posts.at(-1);
      if (kind === "accept" && post) accepted.push(post);
      RESPONSES[kind](response);
    });
  answer("accept");
  return {
    notifier: makeWebhook({ url, secret: SECRET, clock, log, limits }),
    log,
    address: PERSON,
    secrets: [SECRET, "example-password", "example-token", String(receiver.port)],
    answer,
    busy: () => receiver.nextPost(),
    received: () => accepted.map(readPost),
    connections: () => receiver.connections(),
    shown: (title) => title.toWellFormed(),
    close: () => receiver.close(),
  };
}

interface Payload {
  readonly title: string;
  readonly lines: readonly string[];
  readonly commands: readonly { readonly label: string; readonly command: string }[];
}

function readPost({ headers, body }: ReceivedPost) {
  const { title, lines, commands } = JSON.parse(body) as Payload;
  const typed = commands.map(({ label, command }) => `${label}: ${command}`);
  return {
    token: String(headers["webhook-id"]),
    // A lone surrogate travels as its escape.
    title: title.toWellFormed(),
    text: [...lines, ...typed].join("\n"),
  };
}

describeNotifier("webhook", open);

describe("webhook", () => {
  let receiver: WebReceiver;
  beforeEach(async () => {
    receiver = await openWebReceiver();
  });
  afterEach(() => receiver.close());

  async function send(options: { secret?: string; login?: string; path?: string } = {}) {
    const { secret, login = "", path = "/hook" } = options;
    const url = `http://${login}127.0.0.1:${receiver.port}${path}`;
    const webhook = makeWebhook({ url, secret, clock, log: silentLog });
    const sent = await webhook.send(PERSON, NOTICE);
    await webhook.close();
    return { sent, post: receiver.posts[0] };
  }

  test("posts the notice as JSON", async () => {
    const { sent, post } = await send({ path: "/hook?team=2" });
    expect(sent).toEqual({ ok: true, value: { ref: null } });
    expect(post?.path).toBe("/hook?team=2");
    expect(post?.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": NOTICE.id,
      "webhook-timestamp": "1772445600",
    });
    expect(JSON.parse(post?.body ?? "")).toEqual({
      type: "candor.notice",
      id: NOTICE.id,
      community: "harbour",
      case: 142,
      person: PERSON,
      title: NOTICE.title,
      lines: NOTICE.lines,
      commands: NOTICE.buttons,
    });
  });

  const base64 = Buffer.from("any 24 bytes will do here").toString("base64");
  test.each([
    ["text", SECRET, Buffer.from(SECRET)],
    ["base64 behind whsec_", `whsec_${base64}`, Buffer.from(base64, "base64")],
  ])("signs with %s, as Standard Webhooks has it", async (_form, secret, key) => {
    const { post } = await send({ secret });
    const signed = `${NOTICE.id}.1772445600.${post?.body}`;
    const signature = createHmac("sha256", key).update(signed).digest("base64");
    expect(post?.headers["webhook-signature"]).toBe(`v1,${signature}`);
  });

  test("signs nothing without a secret", async () => {
    const { post } = await send();
    expect(post?.headers).not.toHaveProperty("webhook-signature");
  });

  test("a login in the address becomes Basic authentication", async () => {
    const { sent, post } = await send({ login: "user%40example.org:p%2Fw@" });
    expect(sent.ok).toBe(true);
    expect(post?.headers.authorization).toBe(`Basic ${btoa("user@example.org:p/w")}`);
  });

  test.each<[number, object]>([
    [401, { kind: "forbidden", permission: "webhook" }],
    [403, { kind: "forbidden", permission: "webhook" }],
    [404, { kind: "unreachable" }],
    [410, { kind: "gone" }],
    [400, { kind: "unavailable", cause: expect.objectContaining({ status: 400 }) }],
    [500, { kind: "unavailable", cause: expect.objectContaining({ status: 500 }) }],
  ])("%d", async (code, error) => {
    receiver.respond(status(code));
    expect((await send()).sent).toEqual({ ok: false, error });
  });

  test.each([301, 302, 303, 307, 308])("a redirect with %d is not followed", async (code) => {
    receiver.respond(status(code, { location: "/elsewhere" }));
    const { sent } = await send();
    expect(sent).toMatchObject({
      ok: false,
      error: { kind: "unavailable", cause: { status: code } },
    });
    expect(receiver.posts).toHaveLength(1);
  });

  test.each([
    ["17", 17_000],
    ["0", 1000],
    ["86400", 3_600_000],
    ["9".repeat(400), 3_600_000],
    ["Mon, 02 Mar 2026 10:02:00 GMT", 119_100],
    ["Mon, 02 Mar 2026 09:00:00 GMT", 1000],
    ["Tue, 02 Mar 2027 10:00:00 GMT", 3_600_000],
    ["-5", 60_000],
    ["soon", 60_000],
    ["Monday, whenever", 60_000],
  ])("Retry-After: %s", async (header, retryAfterMs) => {
    receiver.respond(status(429, { "retry-after": header }));
    const { sent } = await send();
    expect(sent).toEqual({ ok: false, error: { kind: "throttled", retryAfterMs } });
  });

  test("an endless answer is cut, and its status stands", async () => {
    let written = 0;
    const ended = new Promise<void>((resolve) => {
      receiver.respond((response) => {
        response.writeHead(200);
        response.on("close", resolve);
        const more = () => {
          while (!response.destroyed && response.write("x".repeat(1024))) written += 1024;
        };
        response.on("drain", more);
        more();
      });
    });
    expect((await send()).sent.ok).toBe(true);
    await ended;
    // What fits into the buffers of both sides' sockets; an endless answer would pass any bound.
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  test("an answer that breaks off is the answer that its status gave", async () => {
    receiver.respond((response) => {
      response.writeHead(202, { "content-length": "500" });
      response.write("{", () => response.destroy());
    });
    expect((await send()).sent.ok).toBe(true);
  });

  test("a connection that breaks off before the answer is unavailable", async () => {
    receiver.respond((response) => {
      response.destroy();
    });
    expect((await send()).sent).toMatchObject({
      ok: false,
      error: { kind: "unavailable", cause: { code: "ECONNRESET" } },
    });
  });
});
