import { randomBytes } from "node:crypto";
import {
  access,
  chmod,
  constants,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { errorCode } from "./error-code.ts";

/** `code` is the system's error code, such as `EACCES`, `EROFS` or `ENOSPC`. */
export type DataFolderError =
  /** Something that is not a folder stands at the path or above it. */
  | { readonly kind: "not-a-folder"; readonly path: string }
  /** It does not exist and was not to be made. */
  | { readonly kind: "missing"; readonly path: string }
  /** `ENOENT`: the folder it would be made in does not exist either. */
  | { readonly kind: "cannot-create"; readonly path: string; readonly code: string }
  | { readonly kind: "not-readable"; readonly path: string; readonly code: string }
  /** Read-only, or the disk is full. */
  | { readonly kind: "not-writable"; readonly path: string; readonly code: string };

/** `secret` in the data folder is not what Candor writes there: at least 64 hex digits. */
export interface BadSecretFile {
  readonly kind: "bad-secret-file";
  readonly path: string;
}

/** There is no `secret` in the data folder and none may be made. */
export interface NoSecret {
  readonly kind: "no-secret";
  readonly path: string;
}

const SECRET_BYTES = 32;
const SECRET_SHAPE = /^[0-9a-f]{64,}$/u;

/**
 * Looks whether the folder is there and can be written to. With `create` a missing one is made,
 * readable by its owner only; the folder above it must exist, for a path that is wrong higher up is
 * a mistake and not a wish.
 */
export async function openDataFolder(
  path: string,
  options: { readonly create: boolean },
): Promise<Result<void, DataFolderError>> {
  try {
    if (options.create) await makeFolder(path);
    if (!(await stat(path)).isDirectory()) return fail({ kind: "not-a-folder", path });
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOTDIR") return fail({ kind: "not-a-folder", path });
    if (code === "ENOENT" && !options.create) return fail({ kind: "missing", path });
    return fail({ kind: "cannot-create", path, code });
  }
  try {
    await access(path, constants.R_OK | constants.X_OK);
  } catch (error) {
    return fail({ kind: "not-readable", path, code: codeOf(error) });
  }
  // The rights alone say nothing about a read-only mount seen as root, or a full disk.
  const probe = join(path, `.probe-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(probe, "probe", { flag: "wx" });
    await rm(probe);
  } catch (error) {
    return fail({ kind: "not-writable", path, code: codeOf(error) });
  }
  return ok(undefined);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/**
 * The deployment's secret: `given` (`CANDOR_SECRET`) where there is one, else the one in the data
 * folder. With `create` it is generated on first use, readable by its owner only; of processes that
 * generate at once all get the same. Another secret finds no fingerprint of before again: repeated texts
 * and people who are to be erased would no longer match older records.
 */
export async function readSecret(
  folder: string,
  given: string | undefined,
  options: { readonly create: boolean },
): Promise<Result<string, BadSecretFile | NoSecret>> {
  if (given !== undefined) return ok(given);
  const path = join(folder, "secret");
  const found = await readSecretFile(path);
  if (found !== null) return found;
  if (!options.create) return fail({ kind: "no-secret", path });
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  await placeFile(path, `${secret}\n`);
  return (await readSecretFile(path)) ?? fail({ kind: "bad-secret-file", path });
}

async function readSecretFile(path: string): Promise<Result<string, BadSecretFile> | null> {
  try {
    const secret = (await readFile(path, "utf8")).trim();
    if (!SECRET_SHAPE.test(secret)) return fail({ kind: "bad-secret-file", path });
    await chmod(path, 0o600);
    return ok(secret);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Writes a whole file for its owner only, unless there is one. */
async function placeFile(path: string, text: string): Promise<void> {
  const whole = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(whole, text, { flag: "wx", mode: 0o600, flush: true });
  try {
    // A link, unlike a write, is all or nothing: nobody reads half a secret.
    await link(whole, path);
  } catch (error) {
    // File systems without links: there the first start must be one process's.
    if (codeOf(error) !== "EEXIST") await rename(whole, path);
  } finally {
    await rm(whole, { force: true });
  }
}

function codeOf(error: unknown): string {
  return errorCode(error) ?? "unknown";
}
