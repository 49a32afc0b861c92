import type { TeamRole } from "../../engine/roles.ts";

/** Who may change how the community is moderated. */
export const LEADERS: readonly TeamRole[] = ["owner", "manager"];
/** Who moderates members. */
export const MODERATORS: readonly TeamRole[] = [...LEADERS, "moderator"];
/** Who works on cases; the service team on questions and feedback only. */
export const CASE_WORKERS: readonly TeamRole[] = [...MODERATORS, "service"];
/** Who may look at cases. */
export const CASE_READERS: readonly TeamRole[] = [...CASE_WORKERS, "analyst"];
/** Who may look at people. */
export const PEOPLE_READERS: readonly TeamRole[] = [...MODERATORS, "analyst"];
/** Who may read how the community is moderated: its policy, and the audit log. */
export const AUDITORS: readonly TeamRole[] = [...LEADERS, "analyst"];
export const EVERYBODY: readonly TeamRole[] = [...CASE_READERS, "staff", "member"];
