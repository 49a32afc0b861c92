import { Readable, Writable } from "node:stream";
import { run } from "../../src/cli/program.ts";
import { cleanEnv } from "./candor-process.ts";

/** Runs one command in this process, with streams of its own: as `runCandor`, without the price of a new process. */
export async function runCommand(
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const stdout = new Collector();
  const stderr = new Collector();
  const code = await run(["node", "candor", ...args], {
    stdin: Readable.from([Buffer.from(options.input ?? "")]),
    stdout,
    stderr,
    env: cleanEnv(options.env ?? {}),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Collector extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
