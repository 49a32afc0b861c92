#!/usr/bin/env node
// Starts the built program; `npm ci` builds it.
import { existsSync } from "node:fs";

const program = new URL("../dist/src/cli.js", import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write(
    "candor: the program is not built. Run `npm ci` or `npm run build` with development packages.\n",
  );
  process.exitCode = 2;
}
