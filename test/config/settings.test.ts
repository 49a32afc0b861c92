import { describe, expect, test } from "@jest/globals";
import { envExample, readSettings } from "../../src/config/settings.ts";

describe("settings", () => {
  test("have a default for everything that is needed", () => {
    expect(readSettings({})).toMatchObject({
      ok: true,
      value: {
        CANDOR_DATA_DIR: "./data",
        CANDOR_ROLES: ["gateway", "worker", "web"],
        CANDOR_HTTP_HOST: "127.0.0.1",
        CANDOR_HTTP_PORT: 8080,
        LOG_LEVEL: "info",
      },
    });
  });

  test("an empty variable counts as absent", () => {
    expect(readSettings({ CANDOR_HTTP_PORT: "", DISCORD_TOKEN: "" })).toMatchObject({
      ok: true,
      value: { CANDOR_HTTP_PORT: 8080 },
    });
  });

  test.each([
    ["CANDOR_HTTP_PORT", "65536"],
    ["CANDOR_HTTP_PORT", "-1"],
    ["CANDOR_ROLES", "web,web server"],
    ["DISCORD_PROCESSES", "0"],
    ["DISCORD_PROCESSES", "17"],
    ["DISCORD_PROCESSES", "two"],
    ["TELEGRAM_API_ROOT", "ftp://example.org"],
    ["LOG_LEVEL", "INFO"],
    ["SMTP_URL", "https://mail.example.org"],
    ["SMTP_URL", "smtp://"],
    ["SMTP_URL", "smtp://user:25#word@mail.example.org"],
    ["SMTP_URL", "smtp://user:25/word@mail.example.org"],
    ["SMTP_URL", "smtp://user:100%@mail.example.org"],
    ["SMTP_URL", "smtp://mail.example.org/?debug=true"],
    ["WEBHOOK_URL", "ftp://example.org"],
    ["WEBHOOK_URL", "https://user:100%@example.org/notices"],
    ["WEBHOOK_SECRET", "x".repeat(23)],
    ["WEBHOOK_SECRET", `whsec_${"x".repeat(23)}`],
    ["WEBHOOK_SECRET", "whsec_this-is-text-and-no-base64"],
  ])("%s=%j", (name, value) => {
    expect(readSettings({ [name]: value })).toEqual({
      ok: false,
      error: expect.stringMatching(new RegExp(`^${name}: read .*; accepted: `, "u")),
    });
  });

  test("a long wrong value is cut, a secret one is not shown at all", () => {
    const long = readSettings({ LOG_LEVEL: "x".repeat(500) });
    const secret = readSettings({ CANDOR_SECRET: "tooshort" });
    expect(JSON.stringify(long).length).toBeLessThan(250);
    expect(secret).toMatchObject({
      error: "CANDOR_SECRET: read 8 characters (not shown); accepted: at least 32 characters",
    });
  });

  test("several processes need a bot and servers that all of them reach", () => {
    const servers = {
      DISCORD_TOKEN: "t",
      REDIS_URL: "redis://redis",
      DATABASE_URL: "postgres://candor@db/candor",
    };
    const all = readSettings({ ...servers, DISCORD_PROCESSES: "4" });
    expect(all).toMatchObject({ ok: true, value: { DISCORD_PROCESSES: 4 } });
    for (const missing of Object.keys(servers)) {
      expect(readSettings({ ...servers, DISCORD_PROCESSES: "4", [missing]: "" })).toEqual({
        ok: false,
        error: expect.stringMatching(/^DISCORD_PROCESSES: read "4"; accepted: .*DATABASE_URL$/u),
      });
    }
  });

  test("a mail server needs a sender, and the error names it", () => {
    expect(readSettings({ SMTP_URL: "smtp://mail.example.org:25" })).toEqual({
      ok: false,
      error: expect.stringMatching(/^SMTP_FROM: read nothing; accepted: [^\n]*$/u),
    });
  });

  test.each([
    "smtp://mail.example.org",
    "smtps://user%40example.org:p%2Fw%25@mail.example.org:465/",
    "smtp://user@example.org:word@[::1]:2525",
  ])("mail server %s", (SMTP_URL) => {
    const read = readSettings({ SMTP_URL, SMTP_FROM: "candor@example.org" });
    expect(read).toMatchObject({ ok: true, value: { SMTP_URL } });
  });

  test.each([
    "candor@example.org",
    "<candor@example.org>",
    "Candor <candor@example.org>",
    "社区值守 <candor@example.org>",
    '"Candor, night watch" <candor@example.org>',
  ])("sender %s", (SMTP_FROM) => {
    expect(readSettings({ SMTP_FROM })).toMatchObject({ ok: true, value: { SMTP_FROM } });
  });

  test.each([
    "candor",
    "Candor candor@example.org",
    "Candor <candor>",
    "Candor <candor@example.org> and others",
    "Candor, night watch <candor@example.org>",
    "a@example.org, b@example.org",
    "Candor\r\nBcc: b@example.org <candor@example.org>",
    "Candor <candor@example.org\r\nBcc:b@example.org>",
  ])("no sender: %j", (SMTP_FROM) => {
    expect(readSettings({ SMTP_FROM })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^SMTP_FROM: read "/u),
    });
  });

  test.each([
    ["whsec_", Buffer.alloc(24, 7).toString("base64")],
    ["", "any other text, long enough"],
  ])("webhook secret with prefix %j", (prefix, key) => {
    const read = readSettings({ WEBHOOK_SECRET: prefix + key });
    expect(read).toMatchObject({ ok: true, value: { WEBHOOK_SECRET: prefix + key } });
  });

  test(".env.example reads back as the defaults", () => {
    const env = Object.fromEntries(
      envExample()
        .split("\n")
        .filter((line) => /^[A-Z]/u.test(line))
        .map((line) => line.split("=", 2) as [string, string]),
    );
    expect(readSettings(env)).toEqual(readSettings({}));
  });
});
