import type { Result } from "../engine/result.ts";
import type { ActionError } from "./platform.ts";

/** A command offered beside a notice, as an adapter's button or as a line to type. */
export interface NoticeButton {
  /** In the reader's language. */
  readonly label: string;
  /** What it runs, as typed: `ack #142`. */
  readonly command: string;
}

/** What a person is told, in plain text, in their language and time zone. Never raw personal data: evidence in it is redacted. */
export interface Notice {
  /** The same for every try, so that a receiver can tell a repetition: id of the attempt it belongs to. */
  readonly id: string;
  readonly communityId: string;
  /** null when it is about no single case. */
  readonly caseNumber: number | null;
  readonly title: string;
  readonly lines: readonly string[];
  readonly buttons: readonly NoticeButton[];
  /** Commands that ask for more: only adapters that can open a form offer them. */
  readonly forms?: readonly NoticeButton[];
}

/** Where a notice went, for later reference: the platform's message id, an SMTP message id; null when there is none. */
export interface Delivery {
  readonly ref: string | null;
}

export type Delivered = Result<Delivery, ActionError>;

/** A way to a person that belongs to no chat platform. Passes test/conformance/notifier.ts. */
export interface Notifier {
  readonly way: "email" | "webhook";
  /** `address` is the person's e-mail address for `email`, and their id for `webhook`. */
  send(address: string, notice: Notice): Promise<Delivered>;
  close(): Promise<void>;
}
