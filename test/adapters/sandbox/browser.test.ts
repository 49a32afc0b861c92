import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Listening } from "../../../adapters/sandbox/index.ts";
import type { OnMessage } from "../../../src/ports/platform.ts";
import { openSandbox } from "./sandbox.ts";

const executablePath = process.env["CHROMIUM_PATH"];
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const WAIT_MS = 60_000;

let browser: Browser;
let opened: ReturnType<typeof openSandbox>;
let server: Listening;
let problems: string[];

/** Records, and carries out at once what a queue would carry out soon. */
const moderate: OnMessage = async (message) => {
  const { sandbox, records, judge } = opened;
  const handled = await judge(message);
  const target = {
    communityId: message.community.id,
    channelId: message.channel.id,
    messageId: message.id,
  };
  if (handled.verdict.decision === "hold") {
    await sandbox.platform.hideMessage(target);
    const word = handled.verdict.findings[0]?.reason ?? "";
    await sandbox.platform.nudgeAuthor({ ...target, authorId: message.author.id }, word);
  }
  const view = handled.case && (await records.findCase(handled.case.id));
  if (view) await sandbox.platform.showCase(view);
  return handled;
};

async function serve(port: number): Promise<void> {
  opened = openSandbox({}, Date.now);
  await opened.sandbox.platform.start(moderate);
  const listening = await opened.sandbox.listen({ host: "127.0.0.1", port });
  if (!listening.ok) throw new Error(listening.error.kind);
  server = listening.value;
}

async function stop(): Promise<void> {
  await opened.sandbox.platform.stop();
  await server.close();
}

async function visit(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (line) => {
    if (line.type() === "error") problems.push(line.text());
  });
  await page.goto(server.url);
  await page.locator(".link-state.live").waitFor();
  return page;
}

async function post(page: Page, text: string): Promise<void> {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

(executablePath ? describe : describe.skip)("the page in a browser", () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ARGS });
  }, WAIT_MS);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    problems = [];
    await serve(0);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stop();
  });

  test(
    "a promise is flagged under the message, decided in the queue, and found in the log",
    async () => {
      const page = await visit({ locale: "zh-CN", viewport: { width: 1360, height: 850 } });
      await post(page, PROMISE);
      const message = page.locator(".message").first();
      await message.locator(".verdict.flagged[open]").waitFor();
      expect(await message.locator("mark").allTextContents()).toEqual(["稳赚不赔"]);
      expect(await message.locator(".text").textContent()).toBe(PROMISE);
      expect(await message.locator(".verdict").innerText()).toMatch(
        /S1[^]*不实承诺[^]*广告法25\(1\)/u,
      );

      const card = page.locator("#open-cases .case").first();
      await card.locator("textarea").fill("核实过，是");
      await post(page, "guaranteed profits for everybody");
      await page.locator("#open-cases .case").nth(1).waitFor();
      expect(await card.locator("textarea").inputValue()).toBe("核实过，是");

      await card.locator("[data-outcome=uphold]").click();
      expect(await card.locator("[role=alert]").textContent()).toBe("请先填写处理人的名字。");
      await page.locator("#moderator").fill("梅");
      await card.locator("[data-outcome=uphold]").click();
      const decided = page.locator("#decided-cases .case").first();
      await decided.waitFor();
      expect(await decided.innerText()).toMatch(/梅 已认定违规[^]*核实过，是/u);

      await page.locator(".views [data-view=audit]").click();
      await page.locator(".event", { hasText: "个案已决定" }).waitFor();
      await page.locator("#verify").click();
      await page.locator(".report.good").waitFor();
      expect(await page.locator("#report").textContent()).toContain("已核对 5 个事件");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a leak leaves the page, and markup in a message stays text",
    async () => {
      const page = await visit({ locale: "en-US", viewport: { width: 1360, height: 850 } });
      await post(page, `<img src=x onerror="document.title='broken'">`);
      await page.locator(".message .text", { hasText: "<img src=x" }).waitFor();
      await page.locator("[data-example=leak]").click();
      await page.locator(".message .hidden-text").waitFor();
      expect(await page.locator(".message .nudge").innerText()).toContain("小林 Lin");
      expect(await page.content()).not.toContain("555-0141");
      expect(await page.locator("#open-cases blockquote").innerText()).toContain("█");
      expect(await page.title()).toBe("Candor");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a narrow page fits, and the chosen language is remembered",
    async () => {
      const page = await visit({ locale: "en-US", viewport: { width: 390, height: 800 } });
      await post(page, `${PROMISE} ${"long".repeat(300)}`);
      await page.locator(".verdict.flagged").waitFor();
      for (const view of ["chat", "queue", "audit"]) {
        await page.locator(`.views [data-view=${view}]`).click();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      }
      expect(await page.locator("#audit-title").textContent()).toBe("Audit log");
      await page.locator("#language").click();
      expect(await page.locator("#audit-title").textContent()).toBe("审计日志");
      await page.reload();
      await page.locator(".link-state.live", { hasText: "实时" }).waitFor();
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a server that comes back finds the page again, with what was being typed",
    async () => {
      const page = await visit({ locale: "en-US", viewport: { width: 1360, height: 850 } });
      await post(page, "before the restart");
      await page.locator(".message", { hasText: "before the restart" }).waitFor();
      await page.locator("#text").fill("half a thought");
      const { port } = server;
      await stop();
      await page.locator(".link-state.lost").waitFor();
      await serve(port);
      await page.locator(".link-state.live").waitFor();
      await page.locator("#chat-empty").waitFor();
      expect(await page.locator("#text").inputValue()).toBe("half a thought");
      await page.locator("#text").press("Enter");
      await page.locator(".message", { hasText: "half a thought" }).waitFor();
    },
    WAIT_MS,
  );
});
