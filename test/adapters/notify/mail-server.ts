import { SMTPServer } from "smtp-server";

/** At which command the server refuses, and with which reply code. */
export interface MailRefusal {
  readonly at: "AUTH" | "MAIL" | "RCPT" | "DATA";
  /** null: no reply comes. */
  readonly reply: number | null;
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire, dots unstuffed. */
  readonly raw: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  refuse(refusal: MailRefusal | null): void;
  /** Resolves at the next command that is refused. */
  refusing(): Promise<void>;
  connections(): number;
  /** Forgets mails and refusals. */
  reset(): void;
  /** As a server does with idle connections. */
  dropConnections(): void;
  close(): Promise<void>;
}

export const LOGIN = { user: "night-watch", password: "example/password:1" } as const;

type Done = (error?: Error | null) => void;

/** A real mail server on loopback that wants a login; its refusals quote the recipient, as real ones do. */
export async function openMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const waiting: (() => void)[] = [];
  let refusal: MailRefusal | null = null;
  const answer = (at: MailRefusal["at"], about: string, done: Done) => {
    if (refusal?.at !== at) {
      done();
      return;
    }
    for (const told of waiting.splice(0)) told();
    const { reply } = refusal;
    if (reply !== null) {
      done(Object.assign(new Error(`refused: ${about}`), { responseCode: reply }));
    }
  };
  const server = new SMTPServer({
    logger: false,
    hideSTARTTLS: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    closeTimeout: 10,
    onAuth: ({ username, password }, _session, done) => {
      const known = username === LOGIN.user && password === LOGIN.password;
      answer("AUTH", String(username), (error) =>
        done(error ?? (known ? null : new Error("unknown login")), { user: username }),
      );
    },
    onMailFrom: ({ address }, _session, done) => answer("MAIL", address, done),
    onRcptTo: ({ address }, _session, done) => answer("RCPT", address, done),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const to = envelope.rcptTo.map(({ address }) => address);
        answer("DATA", `${to.join(" ")} ${raw}`.slice(0, 400).replace(/\s+/gu, " "), (error) => {
          if (!error) mails.push({ from: (envelope.mailFrom || { address: "" }).address, to, raw });
          done(error);
        });
      });
    },
  });
  // A client that cuts its connection is what some tests are about.
  server.on("error", () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : 0,
    mails,
    refuse(next) {
      refusal = next;
    },
    refusing: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    connections: () => server.connections.size,
    reset() {
      mails.length = 0;
      refusal = null;
    },
    dropConnections() {
      for (const connection of server.connections) connection.close();
    },
    close: () =>
      new Promise((resolve) => {
        if (server.server.listening) server.close(resolve);
        else resolve();
      }),
  };
}
