export { bundle } from "./bundle.ts";
export { takeOverClaims } from "./claims.ts";
export { climb } from "./climb.ts";
export { deliver } from "./deliver.ts";
export { acknowledgedJobs, planClimb } from "./plan-climb.ts";
export { remind, unacknowledge } from "./acknowledged.ts";
export { sweepOverdue } from "./sweep.ts";
