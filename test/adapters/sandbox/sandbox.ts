import { makeSandbox, type Sandbox, type SandboxDeps } from "../../../adapters/sandbox/index.ts";
import { makeDigests } from "../../../adapters/system/digests.ts";
import type { MessageView, viewAuditEvent, viewCase } from "../../../adapters/sandbox/views.ts";
import type { ChainReport } from "../../../src/pipeline/audit-report.ts";
import type { OnMessage } from "../../../src/ports/platform.ts";
import { NOW, freshId } from "../../conformance/recordings.ts";
import { FakeRecords } from "../../fakes/records.ts";
import { scriptedVerdict } from "../../fakes/verdicts.ts";
import { makeListeningLog } from "../system/silent-log.ts";

/** A sandbox over records in memory and a scripted judge, not started yet. */
export function openSandbox(changes: Partial<SandboxDeps> = {}, now = () => NOW) {
  const records = new FakeRecords("sandbox", makeDigests("x".repeat(32)), now());
  const log = makeListeningLog();
  const sandbox = makeSandbox({
    store: records,
    decideCase: (input) => records.decideCase(input),
    verifyChain: records.verifyChain,
    clock: { now },
    ids: { next: () => freshId("id"), nonce: () => "nonce" },
    log,
    ...changes,
  });
  const judge: OnMessage = async (message) => {
    records.tick = now();
    return records.record(message, scriptedVerdict(message));
  };
  return { sandbox, records, log, judge };
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

function asking(ask: Ask) {
  const json = async (path: string, init?: RequestInit) => {
    const response = await ask(path, init);
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return {
    read: (path: string) => json(path),
    write: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      json(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}

/** Asks the app without a network. */
export function client(app: Sandbox["app"]) {
  return asking(async (path, init) => app.request(`http://localhost${path}`, init));
}

/** A started sandbox on a free port of this machine. */
export async function serveSandbox() {
  const opened = openSandbox();
  await opened.sandbox.platform.start(opened.judge);
  const listening = await opened.sandbox.listen({ host: "127.0.0.1", port: 0 });
  if (!listening.ok) throw new Error(listening.error.kind);
  const server = listening.value;
  return {
    ...opened,
    server,
    ...asking((path, init) => fetch(new URL(path, server.url), init)),
    close: async () => {
      await opened.sandbox.platform.stop();
      await server.close();
    },
  };
}

/** What answers may hold; a test asserts what it expects. */
export interface Answer {
  readonly ok?: boolean;
  readonly error?: string;
  readonly message?: MessageView;
  readonly messages?: readonly MessageView[];
  readonly channels?: readonly { id: string; name: string }[];
  readonly members?: readonly { id: string; name: string; role: string }[];
  readonly case?: ReturnType<typeof viewCase>;
  readonly cases?: readonly ReturnType<typeof viewCase>[];
  readonly events?: readonly ReturnType<typeof viewAuditEvent>[];
  readonly report?: ChainReport;
}
