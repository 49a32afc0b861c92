import { byId, el, fill } from "./dom.js";
import { isInquiry } from "./outcome.js";
import { say } from "./words.js";

const KEPT_AS = "candor.person";
const GUEST = "";
/** Roles that work on cases; the server has the last word. */
const SEE_CASES = ["owner", "manager", "moderator", "service", "analyst"];
const READ_AUDIT = ["owner", "manager", "analyst"];
const MODERATE = ["owner", "manager", "moderator"];
const DECIDE = ["owner", "manager", "moderator", "service"];

let members = [];
let changed = () => {};

/** Prepares the choice of who one is. `onChange` is called when it is somebody else. */
export function startPerson(onChange) {
  changed = onChange;
  const select = byId("person");
  const guest = byId("guest");
  select.addEventListener("change", () => {
    showGuest();
    keep(select.value);
    if (select.value === GUEST) guest.focus();
    changed();
  });
  guest.addEventListener("change", () => changed());
}

/** Takes over who is there; keeps the choice. */
export function loadPeople(all) {
  const first = members.length === 0;
  members = all;
  drawPeople();
  if (first) {
    const kept = remembered();
    if (members.some(({ id }) => id === kept)) byId("person").value = kept;
  }
  showGuest();
}

/** Writes the choice in the current language. */
export function drawPeople() {
  const select = byId("person");
  const { value } = select;
  const had = select.options.length > 0;
  fill(
    select,
    el(
      "optgroup",
      { label: say("groupMembers") },
      members.filter((each) => !works(each)).map(option),
      el("option", { value: GUEST }, say("anotherName")),
    ),
    el("optgroup", { label: say("groupTeam") }, members.filter(works).map(option)),
  );
  if (had) select.value = value;
}

function works({ roles }) {
  return roles.some((role) => SEE_CASES.includes(role));
}

function option({ id, name, role, roles }) {
  const [first] = roles.filter((each) => each !== "member");
  return el("option", { value: id }, say("named", { name, what: say(`role.${first ?? role}`) }));
}

/** The id of a member, the name of a guest, or "" while none is typed. */
export function currentPerson() {
  const { value } = byId("person");
  return value === GUEST ? byId("guest").value.trim() : value;
}

export function currentName() {
  return chosen()?.name ?? byId("guest").value.trim();
}

/** People of the team who decide a case like this, whoever is chosen left out. */
export function colleagues(item) {
  const me = currentPerson();
  const needed = isInquiry(item) ? DECIDE : MODERATE;
  return members.filter(
    ({ id, roles }) => id !== me && roles.some((role) => needed.includes(role)),
  );
}

/** Whether the chosen person works on cases, as far as the page knows. */
export function seesCases() {
  return rolesOf().some((role) => SEE_CASES.includes(role));
}

/** Whether the chosen person reads the audit log, as far as the page knows. */
export function readsAudit() {
  return rolesOf().some((role) => READ_AUDIT.includes(role));
}

/** The time zone in which the chosen person reads; null for that of this device. */
export function zoneOfPerson() {
  return chosen()?.timeZone ?? null;
}

/** Whether the chosen person may decide cases, as far as the page knows. */
export function decidesCases() {
  return rolesOf().some((role) => DECIDE.includes(role));
}

/** Whether the chosen person may act on members, and be the second to decide. */
export function moderates() {
  return rolesOf().some((role) => MODERATE.includes(role));
}

/** A guest is known to the server by name, a member by id. */
export function knownAs({ id, name }) {
  return members.some((member) => member.id === id) ? id : name;
}

function chosen() {
  return members.find(({ id }) => id === byId("person").value);
}

function rolesOf() {
  return chosen()?.roles ?? [];
}

function showGuest() {
  byId("guest").hidden = byId("person").value !== GUEST;
}

// Kept for the tab, so that two tabs can be two people.
function keep(id) {
  try {
    sessionStorage.setItem(KEPT_AS, id);
  } catch {
    // Storage may be switched off; the choice is then made each time.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
