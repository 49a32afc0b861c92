/** Of whom, in one community, and when. */
export interface PersonAsked {
  readonly communityId: string;
  readonly personId: string;
  /** Under which the audit log knows them. */
  readonly fingerprint: string;
  /** Epoch ms: strikes that have expired by then are not among those that count. */
  readonly at: number;
}

/** What is kept of one person: how much erasing them would touch, by kind. */
export interface PersonRecord {
  /** Messages of theirs, each revision. */
  readonly messages: number;
  /** Cases that are about them, or have a message of theirs. */
  readonly cases: number;
  /** Decisions about them, those that were taken back too. */
  readonly decisions: number;
  /** Statements of reasons that they were given. */
  readonly statements: number;
  /** Every strike that is kept, expired and revoked ones too. */
  readonly strikes: number;
  readonly reports: number;
  readonly appeals: number;
  /** What they were told, or are to be told. */
  readonly notices: number;
  /** Notes that they wrote, or on cases about them. */
  readonly notes: number;
  /** What they did for the community: cases held, seen and decided, appeals decided. */
  readonly work: number;
  /** Versions of the policy and duties of rotas that name them. */
  readonly duties: number;
  /** Events of the audit log whose payload is about them. */
  readonly events: number;
  /** Strikes that count, the first to expire first. */
  readonly counting: readonly { readonly points: number; readonly expiresAt: number }[];
  readonly pending: PendingOfPerson;
  /** Epoch ms of what they posted or edited last, or Candor heard of last; null when no message of theirs is kept. */
  readonly postedAt: number | null;
  /**
   * Reports of theirs from before they were erased, of which their keyed fingerprint is kept, and epoch ms
   * until which the last of it is; null for none. Erasing does not touch these.
   */
  readonly erasedReports: { readonly count: number; readonly until: number } | null;
}

/** What is still under way about one person; shadow cases, of which nobody is told, are not among it. */
export interface PendingOfPerson {
  /** Cases that somebody must still decide, appealed ones included. */
  readonly cases: number;
  /** Questions and feedback of theirs that nobody has answered. */
  readonly asked: number;
  /** Reports of theirs that belong to a case and that nobody has decided; others may never be. */
  readonly reports: number;
  readonly appeals: number;
  /** Epoch ms of the newest decision that can be undone or appealed; null when there is none. */
  readonly decidedAt: number | null;
  /** Epoch ms of the newest decision that they made or confirmed and that can be appealed; null when there is none. */
  readonly ownDecidedAt: number | null;
  /** Decisions that they made or confirmed and that are under appeal: whoever decided must not judge that. */
  readonly ownAppealed: number;
}

/** The part of the store that answers somebody who asks what is kept of them. */
export interface PersonRecords {
  personRecord(asked: PersonAsked): Promise<PersonRecord>;
}
