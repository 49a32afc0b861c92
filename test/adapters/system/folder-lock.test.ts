import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type FolderLock, lockFolder } from "../../../adapters/system/folder-lock.ts";

const hasProc = existsSync("/proc/self/stat");
let folder: string;
let lockFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-lock-"));
  lockFile = join(folder, "candor.lock");
});
afterEach(() => rm(folder, { recursive: true }));

async function leave(holder: object, ageMs = 0): Promise<void> {
  await writeFile(lockFile, JSON.stringify(holder));
  const at = new Date(Date.now() - ageMs);
  await utimes(lockFile, at, at);
}

const here = { host: hostname(), since: 1_700_000_000_000, started: "1", token: "t" };
const elsewhere = { ...here, pid: 1, host: "another-machine" };

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("the lock of a folder", () => {
  test("is held by one, who is named to the others, until it is released", async () => {
    const first = await lockFolder(folder);
    if (!first.ok) throw new Error("not locked");
    const { since } = JSON.parse(await readFile(lockFile, "utf8")) as { since: number };
    const second = await lockFolder(folder);
    const holder = expect.objectContaining({ pid: process.pid, host: hostname(), since });
    expect(second).toEqual({ ok: false, error: { kind: "held", path: lockFile, holder } });
    await first.value.release();
    await first.value.release();
    expect(await readdir(folder)).toEqual([]);
    const third = await lockFolder(folder);
    expect(third.ok).toBe(true);
    if (third.ok) await third.value.release();
  });

  test("left by a dead process does not block", async () => {
    await leave({ ...here, pid: await deadPid() });
    expect((await lockFolder(folder)).ok).toBe(true);
  });

  if (hasProc) {
    test("whose number another process has by now does not block", async () => {
      await leave({ ...here, pid: process.ppid });
      expect((await lockFolder(folder)).ok).toBe(true);
    });

    test("of an earlier life of this process's number does not block", async () => {
      await leave({ ...here, pid: process.pid });
      expect((await lockFolder(folder)).ok).toBe(true);
    });
  }

  test("of another machine holds while its heart beats", async () => {
    await leave(elsewhere);
    const beat = setInterval(() => void utimes(lockFile, new Date(), new Date()), 20);
    const result = await lockFolder(folder, { staleMs: 5000 });
    clearInterval(beat);
    const holder = expect.objectContaining({ host: "another-machine", pid: 1 });
    expect(result).toMatchObject({ ok: false, error: { holder } });
  });

  test("of another machine is taken over once its heart has stopped", async () => {
    await leave(elsewhere, 60_000);
    expect((await lockFolder(folder)).ok).toBe(true);
  });

  test("that no one can read is waited for, then taken over", async () => {
    await writeFile(lockFile, "");
    expect((await lockFolder(folder, { staleMs: 100 })).ok).toBe(true);
  });

  test("left by a dead process goes to exactly one of many", async () => {
    await leave({ ...here, pid: await deadPid() });
    const results = await Promise.all(Array.from({ length: 12 }, () => lockFolder(folder)));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["candor.lock"]);
  });

  test("left in the middle of a takeover does not block", async () => {
    const dead = JSON.stringify({ ...here, pid: await deadPid() });
    await writeFile(`${lockFile}.takeover`, dead);
    await leave({ ...here, pid: await deadPid(), token: "u" });
    expect((await lockFolder(folder)).ok).toBe(true);
    expect(await readdir(folder)).toEqual(["candor.lock"]);
  });

  test("that somebody took is told to the one who had it", async () => {
    const told = new Promise<FolderLock>((resolve, reject) => {
      const first = lockFolder(folder, {
        heartbeatMs: 5,
        onLost: () => void first.then(keep, reject),
      });
      const keep = (result: Awaited<typeof first>) => {
        if (result.ok) resolve(result.value);
      };
      first.then(() => leave(elsewhere)).catch(reject);
    });
    await (await told).release();
    expect(await readFile(lockFile, "utf8")).toContain("another-machine");
  });
});
