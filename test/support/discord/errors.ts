/** Discord's own answers: status, code and words. Words are for people; code is what programs read. */
const KNOWN = {
  notFound: [404, 0, "404: Not Found"],
  unauthorized: [401, 0, "401: Unauthorized"],
  methodNotAllowed: [405, 0, "405: Method Not Allowed"],
  outage: [503, 0, "upstream connect error or disconnect/reset before headers"],
  unknownApplication: [404, 10002, "Unknown Application"],
  unknownChannel: [404, 10003, "Unknown Channel"],
  unknownGuild: [404, 10004, "Unknown Guild"],
  unknownMember: [404, 10007, "Unknown Member"],
  unknownMessage: [404, 10008, "Unknown Message"],
  unknownOverwrite: [404, 10009, "Unknown Permission Overwrite"],
  unknownRole: [404, 10011, "Unknown Role"],
  unknownUser: [404, 10013, "Unknown User"],
  unknownEmoji: [400, 10014, "Unknown Emoji"],
  unknownWebhook: [404, 10015, "Unknown Webhook"],
  unknownBan: [404, 10026, "Unknown Ban"],
  unknownInteraction: [404, 10062, "Unknown interaction"],
  unknownCommand: [404, 10063, "Unknown application command"],
  slowMode: [429, 20016, "This action cannot be performed due to slowmode rate limit"],
  maximumPins: [400, 30003, "Maximum number of pins reached (250)"],
  alreadyAnswered: [400, 40060, "Interaction has already been acknowledged."],
  cannotEditOthers: [403, 50005, "Cannot edit a message authored by another user"],
  missingAccess: [403, 50001, "Missing Access"],
  wrongChannelType: [403, 50024, "Cannot execute action on this channel type"],
  cannotMessageUser: [403, 50007, "Cannot send messages to this user"],
  emptyMessage: [400, 50006, "Cannot send an empty message"],
  missingPermissions: [403, 50013, "Missing Permissions"],
  bulkDeleteCount: [
    400,
    50016,
    "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete.",
  ],
  systemMessage: [403, 50021, "Cannot execute action on a system message"],
  expiredToken: [401, 50027, "Invalid Webhook Token"],
  tooOldToBulkDelete: [400, 50034, "A message provided was too old to bulk delete"],
  threadArchived: [400, 50083, "Thread is archived"],
  noMutualGuild: [403, 50278, "Cannot send messages to this user due to having no mutual guilds"],
  threadExists: [400, 160004, "A thread has already been created for this message"],
  replyNeedsHistory: [403, 160002, "Cannot reply without permission to read message history"],
} as const satisfies Record<string, readonly [number, number, string]>;

export type RefusalName = keyof typeof KNOWN;

/** The shape in which Discord tells which field is wrong. */
export interface FieldErrors {
  [field: string]: FieldErrors | readonly { readonly code: string; readonly message: string }[];
}

/** Thrown by whatever handles a request; becomes the answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: FieldErrors | null;
  constructor(status: number, code: number, message: string, errors: FieldErrors | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
  get body(): object {
    const { code, message, errors } = this;
    return errors === null ? { message, code } : { message, code, errors };
  }
}

export function refusal(name: RefusalName): Refusal {
  const [status, code, message] = KNOWN[name];
  return new Refusal(status, code, message);
}

/** 400 with code 50035: one field, named by its path, breaks a rule. */
export function invalidForm(path: readonly string[], code: string, message: string): Refusal {
  let errors: FieldErrors = { _errors: [{ code, message }] };
  for (const step of path.toReversed()) errors = { [step]: errors };
  return new Refusal(400, 50035, "Invalid Form Body", errors);
}
