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
    ["TELEGRAM_API_ROOT", "ftp://example.org"],
    ["LOG_LEVEL", "INFO"],
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
