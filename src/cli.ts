import { statSync } from "node:fs";
import { run } from "./cli/program.ts";

// A variable that is set already keeps its value.
if (statSync(".env", { throwIfNoEntry: false })?.isFile()) process.loadEnvFile();
// `candor … | head`: who reads has seen enough, which is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
process.exitCode = await run(process.argv, process);
