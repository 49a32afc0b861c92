import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { packageRoot } from "../system/package-root.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** The page by URL path, `/` included. Only what the folder holds can be asked for, so no path can lead elsewhere. */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = join(packageRoot(), "adapters", "sandbox", "page");
  const files = new Map<string, PageFile>();
  for (const name of await readdir(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const file = { type, body: await readFile(join(folder, name), "utf8") };
    files.set(name === "index.html" ? "/" : `/${name}`, file);
  }
  return files;
}
