import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openDataFolder, readSecret } from "../../../adapters/system/data-folder.ts";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "candor-data-"));
});
afterEach(() => rm(base, { recursive: true }));

describe("the data folder", () => {
  test("is made for its owner only, but not the folder above it", async () => {
    const lost = join(base, "a", "b");
    expect(await openDataFolder(lost, { create: true })).toEqual({
      ok: false,
      error: { kind: "cannot-create", path: lost, code: "ENOENT" },
    });
    const folder = join(base, "a");
    expect(await openDataFolder(folder, { create: false })).toEqual({
      ok: false,
      error: { kind: "missing", path: folder },
    });
    expect(await openDataFolder(folder, { create: true })).toEqual({ ok: true, value: undefined });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await openDataFolder(folder, { create: true })).toEqual({ ok: true, value: undefined });
    expect(await readdir(folder)).toEqual([]);
  });

  test("is no file, and lies in none", async () => {
    const file = join(base, "file");
    await writeFile(file, "");
    for (const path of [file, join(file, "under")]) {
      for (const create of [true, false]) {
        const error = { kind: "not-a-folder", path };
        expect(await openDataFolder(path, { create })).toEqual({ ok: false, error });
      }
    }
  });

  test("that cannot be made says so", async () => {
    const path = "/proc/candor-data";
    expect(await openDataFolder(path, { create: true })).toMatchObject({
      ok: false,
      error: { kind: "cannot-create", path },
    });
  });

  // Root writes wherever it likes.
  if (process.getuid?.() !== 0) {
    test("that cannot be written to says so", async () => {
      await chmod(base, 0o500);
      const result = await openDataFolder(base, { create: true });
      await chmod(base, 0o700);
      const error = { kind: "not-writable", path: base, code: "EACCES" };
      expect(result).toEqual({ ok: false, error });
    });
  }

  test("that only looks like one that can be written to says so", async () => {
    const result = await openDataFolder("/proc/self", { create: true });
    expect(result).toMatchObject({
      ok: false,
      error: { kind: "not-writable", path: "/proc/self" },
    });
  });
});

const CREATE = { create: true };

describe("the secret", () => {
  test("is generated once and kept for its owner", async () => {
    const first = await readSecret(base, undefined, CREATE);
    if (!first.ok) throw new Error("no secret");
    expect(first.value).toMatch(/^[0-9a-f]{64}$/u);
    const file = join(base, "secret");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o644);
    expect(await readSecret(base, undefined, CREATE)).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, "utf8")).trim()).toBe(first.value);
  });

  test("is the same for all who generate it at once", async () => {
    const secrets = await Promise.all(
      Array.from({ length: 8 }, () => readSecret(base, undefined, CREATE)),
    );
    expect(new Set(secrets.map((each) => (each.ok ? each.value : "none"))).size).toBe(1);
    expect(await readdir(base)).toEqual(["secret"]);
  });

  test("that was given is used, and nothing is written", async () => {
    expect(await readSecret(base, "given", { create: false })).toEqual({
      ok: true,
      value: "given",
    });
    expect(await readdir(base)).toEqual([]);
  });

  test("that is missing is said to be, where none may be made", async () => {
    const error = { kind: "no-secret", path: join(base, "secret") };
    expect(await readSecret(base, undefined, { create: false })).toEqual({ ok: false, error });
    expect(await readdir(base)).toEqual([]);
  });

  test("of a damaged file is not replaced", async () => {
    const path = join(base, "secret");
    await writeFile(path, "short\n");
    expect(await readSecret(base, undefined, CREATE)).toEqual({
      ok: false,
      error: { kind: "bad-secret-file", path },
    });
  });
});
