import { describeHistory } from "../../conformance/history.ts";
import { describeStore } from "../../conformance/store.ts";
import { historyOver, openMemory, openServer, storeOver } from "./databases.ts";

describeStore("PGlite", () => storeOver(openMemory));
describeHistory("PGlite", () => historyOver(openMemory));

const url = process.env["DATABASE_URL"];
if (url !== undefined) {
  describeStore("PostgreSQL", () => storeOver(() => openServer(url)));
  describeHistory("PostgreSQL", () => historyOver(() => openServer(url)));
}
