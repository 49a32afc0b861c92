import { prepareDatabase } from "../adapters/postgres/pglite-folder.ts";

await prepareDatabase();
