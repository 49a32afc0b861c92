import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { z } from "zod";
import { packageRoot } from "../system/package-root.ts";

/**
 * Opens PGlite in `folder`, making it first when it is not there. Every acknowledged commit is
 * written out before it is acknowledged, so that a killed process loses nothing; PGlite has no
 * fsync, so a power failure may lose the last seconds.
 *
 * A new folder is unpacked from `preparedFile()` when the build left one (1 s), else made by initdb
 * (4 s, 840 MB). It is made beside its place and renamed, so that a process killed in the middle
 * leaves nothing that looks like a database.
 */
export async function openPgliteFolder(folder: string): Promise<PGlite> {
  if (!existsSync(join(folder, "PG_VERSION"))) await makeFolder(folder);
  return PGlite.create(folder, { relaxedDurability: false });
}

/** In memory, for tests: gone with the process. */
export async function openPgliteMemory(): Promise<PGlite> {
  const prepared = await readPrepared();
  return PGlite.create(prepared ? { loadDataDir: prepared } : {});
}

/** Where the build leaves an empty database; named by PGlite's version, whose file format it has. */
export function preparedFile(): string {
  return join(packageRoot(), "dist", `pgdata-${pgliteVersion()}.tar.gz`);
}

/**
 * Writes `preparedFile()` (about 4.5 MB), a database with whatever `setUp` makes in it. Part of the
 * build; without it the first start takes some seconds longer.
 */
export async function prepareDatabase(setUp: (db: PGlite) => Promise<void>): Promise<string> {
  const db = await PGlite.create();
  try {
    await setUp(db);
    const tar = await db.dumpDataDir("gzip");
    const file = preparedFile();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.partial`, Buffer.from(await tar.arrayBuffer()));
    await rename(`${file}.partial`, file);
    return file;
  } finally {
    await db.close();
  }
}

async function makeFolder(folder: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const prepared = await readPrepared();
  const db = await PGlite.create(partial, prepared ? { loadDataDir: prepared } : {});
  await db.close();
  // Only an empty folder gives way to the rename; anything else in it is somebody's data.
  await rename(partial, folder);
}

async function readPrepared(): Promise<Blob | null> {
  const file = preparedFile();
  if (!existsSync(file)) return null;
  return new Blob([await readFile(file)], { type: "application/x-gzip" });
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const text = readFileSync(join(dirname(entry), "..", "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
