import { describe } from "@jest/globals";
import { testCaseProperty } from "./case-property.ts";
import { openMemory, openServer } from "./databases.ts";

describe("cases in PGlite", () => {
  testCaseProperty(openMemory, 10);
});

const url = process.env["DATABASE_URL"];
if (url !== undefined) {
  describe("cases in PostgreSQL", () => {
    testCaseProperty(() => openServer(url), 150);
  });
}
