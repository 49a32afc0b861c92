import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageRoot } from "../adapters/system/package-root.ts";
import { shippedRules } from "../src/cli/rule-set.ts";
import { generatedDocs } from "./generated-docs.ts";

for (const [path, text] of generatedDocs(await shippedRules())) {
  const file = join(packageRoot(), path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
