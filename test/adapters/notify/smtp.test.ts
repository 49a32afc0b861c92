import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { makeEmail } from "../../../adapters/notify/smtp.ts";
import type { Notifier } from "../../../src/ports/notifier.ts";
import {
  type Answer,
  NOTICE,
  type NotifierUnderTest,
  type Patience,
  describeNotifier,
} from "../../conformance/notifier.ts";
import { makeListeningLog, silentLog } from "../system/silent-log.ts";
import { LOGIN, type MailRefusal, type MailServer, openMailServer } from "./mail-server.ts";
import { decodeWords, readMail } from "./read-mail.ts";

const FROM = "Candor <candor@example.org>";
const ADDRESS = "lin.wei@example.net";

function addressOf(port: number): string {
  return `smtp://${LOGIN.user}:${encodeURIComponent(LOGIN.password)}@127.0.0.1:${port}`;
}

const REFUSALS: Readonly<Record<Answer, MailRefusal | null>> = {
  accept: null,
  unreachable: { at: "RCPT", reply: 550 },
  forbidden: { at: "AUTH", reply: 535 },
  throttled: { at: "RCPT", reply: 452 },
  unavailable: { at: "RCPT", reply: 451 },
  silence: { at: "RCPT", reply: null },
};

/** What a mail program shows of a title, by the rules of the adapter's docstrings. */
function shown(title: string): string {
  const line = title
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll("=?", "= ?");
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

async function open({ silenceMs, graceMs }: Patience): Promise<NotifierUnderTest> {
  const server = await openMailServer();
  const log = makeListeningLog();
  const url = addressOf(server.port);
  const limits = { socketMs: silenceMs, graceMs };
  return {
    notifier: makeEmail({ url, from: FROM, log, limits }),
    log,
    address: ADDRESS,
    secrets: [url, LOGIN.user, LOGIN.password, encodeURIComponent(LOGIN.password), "example.net"],
    answer: (answer) => server.refuse(REFUSALS[answer]),
    busy: () => server.refusing(),
    received: () =>
      server.mails.map(({ raw }) => {
        const { headers, body } = readMail(raw);
        const title = decodeWords(headers.get("subject")?.[0] ?? "");
        return { token: headers.get("message-id")?.[0] ?? "", title, text: body };
      }),
    connections: async () => server.connections(),
    shown,
    close: () => server.close(),
  };
}

describeNotifier("e-mail", open);

describe("e-mail", () => {
  let server: MailServer;
  let email: Notifier;
  beforeAll(async () => {
    server = await openMailServer();
    email = makeEmail({ url: addressOf(server.port), from: FROM, log: silentLog });
  });
  beforeEach(() => server.reset());
  afterAll(async () => {
    await email.close();
    await server.close();
  });

  test("goes to one mailbox, says that no human wrote it, and gives its Message-ID back", async () => {
    const sent = await email.send(ADDRESS, NOTICE);
    expect(server.mails).toMatchObject([{ from: "candor@example.org", to: [ADDRESS] }]);
    const { headers } = readMail(server.mails[0]?.raw ?? "");
    expect(headers.get("from")).toEqual([FROM]);
    expect(headers.get("to")).toEqual([ADDRESS]);
    expect(headers.get("auto-submitted")).toEqual(["auto-generated"]);
    expect(headers.get("message-id")).toEqual(["<notice-case-142-rung-1-person-7@example.org>"]);
    expect(sent).toEqual({ ok: true, value: { ref: headers.get("message-id")?.[0] } });
  });

  test("a body is the title, the lines and the commands", async () => {
    await email.send(ADDRESS, NOTICE);
    expect(readMail(server.mails[0]?.raw ?? "").body).toBe(
      [
        "Case #142 waits for a decision",
        "",
        "A promise of profit in #general",
        "频道:公告;严重程度:高",
        ".",
        "Due at 18:30",
        "",
        "Acknowledge: /ack #142",
        "接手: /take #142",
        "",
      ].join("\n"),
    );
  });

  test("a Chinese subject and sender read back, in ASCII on the wire", async () => {
    const from = "社区值守 <candor@example.org>";
    const chinese = makeEmail({ url: addressOf(server.port), from, log: silentLog });
    const title = "第 142 号案件已等待三十分钟,请尽快处理:公告频道出现承诺收益的内容";
    await chinese.send(ADDRESS, { ...NOTICE, title });
    await chinese.close();
    const raw = server.mails[0]?.raw ?? "";
    const { headers } = readMail(raw);
    expect(raw).toMatch(/^[\t\r\n\u0020-\u007e]*$/u);
    expect(decodeWords(headers.get("subject")?.[0] ?? "")).toBe(title);
    expect(decodeWords(headers.get("from")?.[0] ?? "")).toBe(from);
  });

  test("no field of a notice adds a header or a line", async () => {
    const injected = "x\r\nBcc: everybody@example.org\r\n\r\nForged: /ban all";
    await email.send(ADDRESS, {
      ...NOTICE,
      id: injected,
      communityId: injected,
      title: injected,
      lines: [injected, "\u0000"],
      buttons: [{ label: injected, command: injected }],
    });
    const { headers, body } = readMail(server.mails[0]?.raw ?? "");
    expect(server.mails[0]?.to).toEqual([ADDRESS]);
    expect([...headers.keys()].toSorted()).toEqual([
      "auto-submitted",
      "content-transfer-encoding",
      "content-type",
      "date",
      "from",
      "message-id",
      "mime-version",
      "subject",
      "to",
    ]);
    expect(body.split("\n").filter((line) => /^(?:Bcc|Forged)/u.test(line))).toEqual([]);
  });

  test.each([
    "",
    "nobody",
    "a@example.net, b@example.net",
    "a@example.net\r\nRCPT TO:<b@example.net>",
    "Lin <lin@example.net>",
    "a b@example.net",
    "a@example.net\u0000",
    `${"a".repeat(250)}@example.net`,
  ])("no mail goes to %j", async (address) => {
    expect(await email.send(address, NOTICE)).toEqual({
      ok: false,
      error: { kind: "unreachable" },
    });
    expect(server.mails).toHaveLength(0);
  });

  test("busy on connections that were used before is still busy", async () => {
    await Promise.all([email.send(ADDRESS, NOTICE), email.send(ADDRESS, NOTICE)]);
    server.refuse({ at: "RCPT", reply: 421 });
    expect(await email.send(ADDRESS, NOTICE)).toEqual({
      ok: false,
      error: { kind: "throttled", retryAfterMs: 60_000 },
    });
  });

  test("a wrong password is refused by the server", async () => {
    const url = addressOf(server.port).replace("example", "another");
    const stranger = makeEmail({ url, from: FROM, log: silentLog });
    expect(await stranger.send(ADDRESS, NOTICE)).toEqual({
      ok: false,
      error: { kind: "forbidden", permission: "SMTP login" },
    });
    await stranger.close();
  });

  test("a connection that the server dropped in between is replaced", async () => {
    await email.send(ADDRESS, NOTICE);
    server.dropConnections();
    expect(await email.send(ADDRESS, NOTICE)).toMatchObject({ ok: true });
    expect(server.mails).toHaveLength(2);
  });
});

describe("a mail server that refuses", () => {
  const busy = { kind: "throttled", retryAfterMs: 60_000 };
  const unavailable = { kind: "unavailable", cause: expect.anything() };
  test.each<[MailRefusal["at"], number, object]>([
    ["AUTH", 535, { kind: "forbidden", permission: "SMTP login" }],
    ["AUTH", 454, { ...unavailable, cause: expect.objectContaining({ status: 454 }) }],
    ["AUTH", 421, busy],
    ["MAIL", 421, busy],
    ["MAIL", 451, unavailable],
    ["MAIL", 503, unavailable],
    ["MAIL", 530, { kind: "forbidden", permission: "SMTP login" }],
    ["MAIL", 553, { kind: "forbidden", permission: "SMTP_FROM" }],
    ["RCPT", 421, busy],
    ["RCPT", 450, busy],
    ["RCPT", 550, { kind: "unreachable" }],
    ["RCPT", 553, { kind: "unreachable" }],
    ["DATA", 451, unavailable],
    ["DATA", 452, busy],
    ["DATA", 554, { kind: "unreachable" }],
  ])("%s with %d", async (at, reply, error) => {
    const server = await openMailServer();
    server.refuse({ at, reply });
    const email = makeEmail({ url: addressOf(server.port), from: FROM, log: silentLog });
    expect(await email.send(ADDRESS, NOTICE)).toEqual({ ok: false, error });
    expect(server.mails).toHaveLength(0);
    await email.close();
    await server.close();
  });
});
