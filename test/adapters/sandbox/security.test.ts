import { get } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Ground, openGround, serveSandbox } from "./sandbox.ts";

let ground: Ground;
let served: Awaited<ReturnType<typeof serveSandbox>>;

beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());

beforeEach(async () => {
  served = await serveSandbox(ground);
});

afterEach(() => served.close());

/** Asks under another host name, which fetch does not allow. */
function askAs(host: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ port: served.server.port, path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", reject);
  });
}

describe("without a login", () => {
  test("only names of this machine are answered", async () => {
    for (const host of [
      "localhost",
      `127.0.0.1:${served.server.port}`,
      "[::1]:8080",
      "LOCALHOST:1",
    ]) {
      expect(await askAs(host, "/api/state")).toBe(200);
    }
    for (const host of ["evil.example", "127.0.0.1.evil.example", "192.168.1.9"]) {
      expect(await askAs(host, "/api/state")).toBe(421);
    }
    expect(await askAs("10.0.0.7:8080", "/health")).toBe(200);
  });

  test("listening everywhere admits addresses, and still no further name", async () => {
    const everywhere = await served.sandbox.listen({ host: "0.0.0.0", port: 0 });
    if (!everywhere.ok) throw new Error(everywhere.error.kind);
    expect(everywhere.value.url).toBe(`http://localhost:${everywhere.value.port}/`);
    expect(await askAs("192.168.1.9:8080", "/api/state")).toBe(200);
    expect(await askAs("evil.example", "/api/state")).toBe(421);
    await everywhere.value.close();
  });

  test("other sites and other types cannot write", async () => {
    const body = { channel: "general", author: "lin", text: "hi" };
    const own = new URL(served.server.url).origin;
    expect((await served.write("/api/messages", body, { Origin: own })).status).toBe(201);
    for (const origin of ["https://evil.example", "null", `${own}0`]) {
      expect((await served.write("/api/messages", body, { Origin: origin })).status).toBe(403);
    }
    expect(
      (await served.write("/api/messages", body, { "Sec-Fetch-Site": "cross-site" })).status,
    ).toBe(403);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      expect((await served.write("/api/messages", body, { "Content-Type": type })).status).toBe(
        415,
      );
    }
    expect((await served.read("/api/state")).body.messages).toHaveLength(1);
  });

  test("the page comes with a policy, and nothing beside it can be read", async () => {
    const page = await fetch(served.server.url);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await page.text()).not.toMatch(
      /<script(?! type="module" src="app\.js">)|<style|\sstyle=|\son\w+=/u,
    );
    expect((await fetch(new URL("/app.js", served.server.url))).status).toBe(200);
    for (const path of [
      "/nothing",
      "/../package.json",
      "/%2e%2e/http.ts",
      "/.oxlintrc.json",
      "/index.html/",
    ]) {
      expect(await askAs("localhost", path)).toBe(404);
    }
    expect(await served.read("/health")).toEqual({ status: 200, body: { ok: true } });
  });
});

describe("listening", () => {
  test("an address that is taken, not allowed or not there is told apart", async () => {
    const taken = await served.sandbox.listen({ host: "127.0.0.1", port: served.server.port });
    expect(taken).toEqual({ ok: false, error: { kind: "address-in-use" } });
    const elsewhere = await served.sandbox.listen({ host: "203.0.113.1", port: 0 });
    expect(elsewhere).toEqual({ ok: false, error: { kind: "no-such-address" } });
  });
});
