import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Running, startCandor } from "../../../src/main.ts";
import { personOf } from "../../../src/pipeline/deps.ts";

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
const WAIT_MS = 120_000;
const WIDE = { width: 1360, height: 850 };
const NARROW = { width: 390, height: 800 };
const LOCALES = ["en", "zh-CN", "zh-TW"] as const;
/** What Chromium says of a refused post; the page says it in words of its own. */
const REFUSED = /status of 403/u;

let browser: Browser;
let folder: string;
let candor: Running;
let problems: string[];

async function serve(port: number): Promise<void> {
  candor = await startCandor({
    CANDOR_DATA_DIR: folder,
    CANDOR_HTTP_PORT: String(port),
    LOG_LEVEL: "silent",
  });
}

/** A page of its own, in which somebody is chosen. */
async function visit(person: string, locale = "en-US", viewport = WIDE): Promise<Page> {
  const context = await browser.newContext({ locale, viewport });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (line) => {
    if (line.type() === "error" && !REFUSED.test(line.text())) problems.push(line.text());
  });
  await page.goto(candor.url ?? "");
  await page.locator(".link-state.live").waitFor();
  await page.locator("#person").selectOption(person);
  return page;
}

async function post(page: Page, text: string): Promise<void> {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
}

function view(page: Page, name: "chat" | "inbox" | "queue" | "audit"): Promise<void> {
  return page.locator(`.views [data-view=${name}]`).click();
}

/** Opens the first case that waits. */
async function openFirst(page: Page): Promise<void> {
  await page.locator("#open-cases .case .primary").first().click();
  await page.locator("#case .case-head").waitFor();
}

async function decide(page: Page, actions: readonly string[], reason: string): Promise<void> {
  const form = page.locator("#case form.decide");
  for (const box of await form.locator("fieldset input[type=checkbox]").all()) {
    await box.setChecked(actions.includes(await box.inputValue()));
  }
  await form.locator("textarea").last().fill(reason);
  await form.locator("[data-command=decide]").click();
}

(executablePath ? describe : describe.skip)("the page in a browser", () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ARGS });
  }, WAIT_MS);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    problems = [];
    folder = await mkdtemp(join(tmpdir(), "candor-browser-"));
    await serve(0);
  }, WAIT_MS);
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await candor.stop();
    await rm(folder, { recursive: true, force: true });
  }, WAIT_MS);

  test(
    "a leak wakes a moderator, who acknowledges, takes and decides it, and the author is told",
    async () => {
      const author = await visit("lin", "zh-CN");
      const moderator = await visit("sam");
      await view(moderator, "queue");
      await author.locator("[data-example=leak]").click();
      await author.locator(".message .hidden-text").waitFor();
      expect(await author.content()).not.toContain("13900000021");

      await moderator.locator("#unread-count", { hasText: "1" }).waitFor();
      await view(moderator, "inbox");
      const notice = moderator.locator("#notices .notice").first();
      await notice.locator("[data-command^=ack]").click();
      await notice.locator(".reply.done").waitFor();
      await notice.locator("[data-command^=case]").first().click();
      await moderator.locator("#case .owner", { hasText: "Seen by Sam" }).waitFor();
      expect(await moderator.locator("#case .evidence").innerText()).toContain("█");

      await moderator.locator("#case .action-bar [data-command=take]").click();
      await moderator.locator("#case .owner[data-until]", { hasText: "Sam has it" }).waitFor();
      await decide(moderator, ["delete", "warn"], "These are people's own numbers.");
      await moderator.locator("#case .decision-box.uphold").waitFor();
      const told = moderator.locator("#case .ladder .told.delivered", { hasText: "Alert" });
      expect(await told.count()).toBe(3);

      const word = author.locator("#notices .notice", {
        hasText: "These are people's own numbers.",
      });
      await word.waitFor();
      await author.locator(".message .case-link", { hasText: "认定成立" }).waitFor();
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a ban waits for a second moderator, then nobody hears from the person any more",
    async () => {
      const author = await visit("newcomer");
      await post(author, PROMISE);
      const first = await visit("mei", "zh-CN");
      await openFirst(first);
      await decide(first, ["ban"], "不得承诺收益");
      await first.locator("#case .decision-box.proposal").waitFor();
      await first.locator("#case [data-command=reject]").waitFor();
      expect(await first.locator("#case [data-command=confirm]").count()).toBe(0);

      const second = await visit("sam");
      await second.locator("#open-cases .chip.late", { hasText: "second moderator" }).waitFor();
      await openFirst(second);
      await second.locator("#case .decision-box.proposal", { hasText: "Mei proposes" }).waitFor();
      expect(await second.locator("#case .proposal .reason").innerText()).toBe("不得承诺收益");
      await second.locator("#case [data-command=confirm]").click();
      const ban = second.locator("#case .decision-box.uphold .act.done", { hasText: "for good" });
      await ban.waitFor();

      await author.locator("#barred", { hasText: "banned" }).waitFor();
      await post(author, "still here?");
      await author.locator("#text").waitFor();
      expect(await author.locator(".message").count()).toBe(1);
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a member sees no cases and is refused in words; a moderator's command answers in private",
    async () => {
      const page = await visit("ana");
      for (const name of ["queue", "audit"]) {
        expect(await page.locator(`.views [data-view=${name}]`).isVisible()).toBe(false);
      }
      await post(page, "/queue");
      await page.locator("#command-reply .reply.refused").waitFor();
      expect(await page.locator(".message").count()).toBe(0);
      await page.locator("#person").selectOption("mei");
      expect(await page.locator("#command-reply .reply").count()).toBe(0);
      expect(await page.locator(".views [data-view=queue]").isVisible()).toBe(true);
      // How the community is moderated is for those who lead to look into.
      expect(await page.locator(".views [data-view=audit]").isVisible()).toBe(false);
      await page.locator("#person").selectOption("ada");
      expect(await page.locator(".views [data-view=audit]").isVisible()).toBe(true);
      await post(page, "/help");
      await page.locator("#command-reply .reply.done").waitFor();
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a timeout stops posting and says until when, in three languages",
    async () => {
      const page = await visit("ana");
      await post(page, "Guaranteed profits, your capital is 100% protected, 5% per day");
      await page.locator(".message .case-link").waitFor();
      await page.locator("#person").selectOption("sam");
      await openFirst(page);
      await decide(page, ["timeout"], "No promises of profit here.");
      await page.locator("#case .decision-box").waitFor();
      await page.locator("#person").selectOption("ana");
      await page.locator("#barred", { hasText: "You may not write until" }).waitFor();
      await post(page, "may I?");
      await page.locator("#text").waitFor();
      const words = [];
      for (const locale of LOCALES) {
        await page.locator("#language").selectOption(locale);
        words.push((await page.locator("#barred").innerText()).replaceAll(/\d.*\d/gu, "…"));
      }
      expect(words).toEqual([
        expect.stringContaining("You may not write until"),
        expect.stringContaining("不能发言"),
        expect.stringContaining("不能發言"),
      ]);
      expect(await page.locator(".message").count()).toBe(1);
      expect(await page.locator("#text").inputValue()).toBe("may I?");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "what is half typed stays while the case changes, and markup stays text",
    async () => {
      const page = await visit("sam");
      await post(page, `<img src=x onerror="document.title='broken'">`);
      await page.locator(".message .text", { hasText: "<img src=x" }).waitFor();
      await post(await visit("ana"), PROMISE);
      await openFirst(page);
      const reason = page.locator("#case form.decide textarea").last();
      await reason.fill("half a rea");
      const other = await visit("mei");
      await post(other, "/note #1 <b>look</b> at this");
      await page.locator("#case .around li", { hasText: "<b>look</b>" }).waitFor();
      expect(await reason.inputValue()).toBe("half a rea");
      await page.locator("#case form.decide [data-command=decide]").focus();
      await reason.fill(" ");
      await page.locator("#case form.decide [data-command=decide]").click();
      await page.locator("#case form.decide .problem", { hasText: "reason" }).waitFor();
      await reason.fill("x".repeat(1001));
      await page.locator("#case form.decide [data-command=decide]").click();
      await page.locator("#case form.decide .problem", { hasText: "1 characters too" }).waitFor();
      await page.locator("#case form.decide .counter.over", { hasText: "1001 / 1000" }).waitFor();
      expect(await page.locator("#case .decision-box").count()).toBe(0);
      await page.locator("#person").selectOption("ada");
      await view(page, "audit");
      await page.locator("#verify").click();
      await page.locator(".report.good").waitFor();
      expect(await page.title()).toBe("Candor");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a question is answered without a rule or an action, and whoever asked hears it",
    async () => {
      const asker = await visit("ana");
      await post(asker, "/question When does the office open?");
      await asker.locator("#command-reply .reply.done").waitFor();
      const page = await visit("yu", "zh-CN");
      await openFirst(page);
      const form = page.locator("#case form.decide");
      expect(await form.locator("select, input[type=checkbox]").count()).toBe(0);
      await form.locator("[data-command=decide]").click();
      await form.locator(".problem", { hasText: "请先填写答复" }).waitFor();
      await form.locator("textarea").fill("On Friday at nine.");
      await form.locator("[data-command=decide]").click();
      await page.locator("#case .decision-box.answered", { hasText: "On Friday" }).waitFor();
      expect(await page.locator("#case .decision-line").innerText()).toContain("已答复");
      await asker.locator("#notices .notice", { hasText: "On Friday at nine." }).waitFor();
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a false alarm leaves no action that does not go with it, and a hidden message says what is true",
    async () => {
      const author = await visit("lin");
      await author.locator("[data-example=leak]").click();
      const hidden = author.locator(".message .hidden-text");
      await author.locator(".hidden-text", { hasText: "waiting for a moderator" }).waitFor();
      const page = await visit("sam");
      await openFirst(page);
      const box = (kind: string) => page.locator(`#case form.decide input[value=${kind}]`);
      expect(await box("delete").isChecked()).toBe(true);
      await box("dismiss").check();
      for (const kind of ["delete", "warn", "ban", "ask-correction"]) {
        expect(await box(kind).isDisabled()).toBe(true);
        expect(await box(kind).isChecked()).toBe(false);
      }
      expect(await box("restore").isChecked()).toBe(true);
      await box("uphold").check();
      expect(await box("delete").isChecked()).toBe(true);
      await box("delete").uncheck();
      expect(await box("restore").isChecked()).toBe(true);
      await decide(page, ["delete"], "A list of people.");
      await author.locator(".hidden-text", { hasText: "Deleted after" }).waitFor();
      await page.locator("#case [data-command=undo]").click();
      await page.locator("#case .chip.state-reopened").waitFor();
      const focused = "document.activeElement.dataset.command";
      await page.waitForFunction(`${focused} === "take"`);
      await author.locator(".hidden-text", { hasText: "waiting for a moderator" }).waitFor();
      expect(await hidden.count()).toBe(1);
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "shadow mode stands on every page at once, and long replies are scrolled by keyboard",
    async () => {
      const member = await visit("ana");
      const owner = await visit("olivia");
      expect(await member.locator("#mode").isVisible()).toBe(false);
      await post(owner, "/shadow on");
      await member.locator("#mode", { hasText: "Shadow mode" }).waitFor();
      await owner.reload();
      await owner.locator("#mode").waitFor();
      await post(owner, "/help");
      const lines = owner.locator("#command-reply .reply-lines.more-below");
      await lines.focus();
      await owner.keyboard.press("End");
      await owner.locator("#command-reply .reply-lines:not(.more-below)").waitFor();
      await post(owner, "/shadow off");
      await member.locator("#mode").waitFor({ state: "hidden" });
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a narrow page fits in every view and language, which is remembered",
    async () => {
      const page = await visit("chen", "zh-TW", NARROW);
      await view(page, "chat");
      await post(await visit("ana"), `${PROMISE} ${"long".repeat(300)}`);
      await page.locator(".verdict.flagged").waitFor();
      for (const locale of LOCALES) {
        await page.locator("#language").selectOption(locale);
        for (const name of ["chat", "inbox", "queue", "audit"] as const) {
          await view(page, name);
          expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
        }
        await view(page, "queue");
        await openFirst(page);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
        const pane = "document.getElementById('case')";
        expect(await page.evaluate(`${pane}.scrollWidth - ${pane}.clientWidth`)).toBe(0);
        await page.locator("#back").click();
      }
      await page.reload();
      await page.locator("#audit-title", { hasText: "稽核紀錄" }).waitFor({ state: "attached" });
      expect(await page.locator("#person").inputValue()).toBe("chen");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "whoever is erased leaves the pages that stand open, and what others were typing stays",
    async () => {
      const asked = "is the zebra yours?";
      await post(await visit("lin"), "a zebra crossed the road");
      const page = await visit("yu");
      await page.locator(".message", { hasText: "zebra" }).waitFor();
      await post(await visit("lin"), `/question ${asked}`);
      await view(page, "inbox");
      await page.locator("#notices .notice", { hasText: asked }).waitFor();
      await view(page, "queue");
      await openFirst(page);
      expect(await page.content()).toContain(asked);
      await page.locator("#text").fill("half a thought");
      const { store, digests } = candor.base;
      const event = { type: "person.erased", at: Date.now(), person: null, payload: {} } as const;
      await store.erasePerson("sandbox", "lin", personOf({ digests }, "sandbox", "lin"), event);
      await page.locator(".message", { hasText: "zebra" }).waitFor({ state: "detached" });
      await page.locator("#notices .notice", { hasText: asked }).waitFor({ state: "detached" });
      await page.locator("#case", { hasText: asked }).waitFor({ state: "detached" });
      expect(await page.content()).not.toContain("zebra");
      expect(await page.locator("#text").inputValue()).toBe("half a thought");
      expect(problems).toEqual([]);
    },
    WAIT_MS,
  );

  test(
    "a server that comes back finds the page again, with what was being typed and what was told",
    async () => {
      const page = await visit("mei");
      await post(page, PROMISE);
      await view(page, "inbox");
      await page.locator("#announcements .notice-line").first().waitFor();
      await page.locator("#text").fill("half a thought");
      const { port } = new URL(candor.url ?? "");
      await candor.stop();
      await page.locator(".link-state.lost").waitFor();
      await serve(Number(port));
      await page.locator(".link-state.live").waitFor();
      await page.locator("#chat-empty").waitFor();
      expect(await page.locator("#text").inputValue()).toBe("half a thought");
      await page.locator("#text").press("Enter");
      await page.locator(".message", { hasText: "half a thought" }).waitFor();
      await page.reload();
      await view(page, "inbox");
      await page.locator("#announcements .notice", { hasText: "Case #1" }).waitFor();
    },
    WAIT_MS,
  );
});
