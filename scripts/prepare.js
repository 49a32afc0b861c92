// Runs at the end of `npm ci`: builds the program, prepares an empty database so that the first start is
// quick, and puts `candor` where npx looks for it. Without development packages (npm ci --omit=dev)
// there is no compiler, and what was built before is used.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, "node_modules", "typescript", "bin", "tsc");

if (existsSync(compiler)) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  run(compiler, "-p", "tsconfig.build.json");
  run(join("dist", "scripts", "prepare-database.js"));
} else {
  console.warn("candor: no compiler here (development packages were left out); nothing was built.");
}
linkCommand();

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

// Not through `bin` of package.json: for a package's own bin npx installs the package into its cache
// at every call, which takes seconds and builds it again. A link in .bin is found first and at once.
function linkCommand() {
  if (!existsSync(join(root, "node_modules"))) return;
  const bin = join(root, "node_modules", ".bin");
  const link = join(bin, "candor");
  mkdirSync(bin, { recursive: true });
  chmodSync(join(root, "bin", "candor.js"), 0o755);
  rmSync(link, { force: true });
  if (process.platform === "win32") {
    writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\candor.js" %*\r\n');
  } else {
    symlinkSync("../../bin/candor.js", link);
  }
}
