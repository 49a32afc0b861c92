import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../adapters/system/package-root.ts";

export const CANDOR = join(packageRoot(), "bin", "candor.js");

/** The environment of a child: this one without Candor's own variables, and quiet. */
export function cleanEnv(changes: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LOG_LEVEL: "error", ...changes };
}

export interface CandorProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>;
  /** Asks it to stop; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built program and waits until it prints its address; throws what it wrote when it ends before that. */
export async function startCandorProcess(
  env: Readonly<Record<string, string>>,
): Promise<CandorProcess> {
  const child = spawn(process.execPath, [CANDOR, "start"], {
    env: cleanEnv(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = `${errors}${chunk.toString()}`.slice(-4000);
  });
  const url = await addressOf(child, () => errors);
  return {
    url,
    pid: child.pid ?? 0,
    kill: () => end(child, "SIGKILL").then(() => undefined),
    stop: () => end(child, "SIGTERM"),
  };
}

async function addressOf(child: ChildProcess, errors: () => string): Promise<string> {
  if (!child.stdout) throw new Error("no standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/u.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error(`candor start ended before it was ready: ${errors()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
  return child.exitCode;
}

/** Runs one command of the built program to its end. */
export async function runCandor(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [CANDOR, ...args], { env: cleanEnv(options.env ?? {}) });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  await once(child, "close");
  return { code: child.exitCode, ...output };
}
