import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { packageRoot } from "../../adapters/system/package-root.ts";
import { generatedDocs } from "../../scripts/generated-docs.ts";
import { shippedRuleSet } from "../support/rules.ts";

const docs = generatedDocs(await shippedRuleSet());

test.each([...docs])("%s is what the program says (npm run docs)", async (path, text) => {
  expect(await readFile(join(packageRoot(), path), "utf8")).toBe(text);
});

test("docs/rules holds no page of a pack that is gone", async () => {
  const pages = await readdir(join(packageRoot(), "docs", "rules"));
  expect(pages.map((page) => `docs/rules/${page}`).toSorted()).toEqual(
    [...docs.keys()].filter((path) => path.startsWith("docs/rules/")).toSorted(),
  );
});
