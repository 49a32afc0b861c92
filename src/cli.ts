import { existsSync } from "node:fs";
import { run } from "./cli/program.ts";

// A variable that is set already keeps its value.
if (existsSync(".env")) process.loadEnvFile();
process.exitCode = await run(process.argv, process);
