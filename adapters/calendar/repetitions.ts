import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { floatingTime, plainTime } from "./calendar-zone.ts";
import { FileTooComplex, SkipEvent, type StepBudget } from "./skip.ts";

/** BY values of one rule; all days, months and weekdays together are 50. */
const MOST_RULE_VALUES = 60;

/** Steps that it costs to set up a rule: an event can have as many rules as the file has lines. */
const RULE_STEPS = 20;

/**
 * The starts that a rule gives from `first` to `last`, on the clock, in order. UNTIL is left to the
 * caller, who knows the zone it is in. Throws SkipEvent when the rule cannot be read or takes too long.
 */
export function* repetitions(
  rule: ICAL.Recur,
  start: { readonly local: Temporal.PlainDateTime; readonly isDate: boolean },
  range: { readonly first: Temporal.PlainDateTime; readonly last: Temporal.PlainDateTime },
  budget: StepBudget,
): Generator<Temporal.PlainDateTime> {
  const { first, last } = range;
  if (Temporal.PlainDateTime.compare(start.local, last) > 0) return;
  budget.spend(RULE_STEPS);
  const iterator = ruled(() => boundedIterator(rule, start, last, budget));
  const firstDay = dayNumber(first);
  for (;;) {
    const next = ruled(() => iterator.next());
    if (next === null) return;
    if (dayNumber(next) < firstDay) continue;
    const local = plainTime(next);
    if (Temporal.PlainDateTime.compare(local, last) > 0) return;
    if (Temporal.PlainDateTime.compare(local, first) >= 0 && keepsTo(rule, local)) yield local;
  }
}

/** ical.js refuses some rules only when it works them out. */
function ruled<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof SkipEvent || error instanceof FileTooComplex) throw error;
    throw new SkipEvent("bad-rule");
  }
}

/** Of a yearly rule for 30 February, ical.js makes 2 March; RFC 5545, 3.3.10 has such dates ignored. */
function keepsTo({ parts }: ICAL.Recur, { month, day, daysInMonth }: Temporal.PlainDateTime) {
  const { BYMONTH: months, BYMONTHDAY: days } = parts;
  if (months && !months.includes(month)) return false;
  return !days || days.includes(day) || days.includes(day - daysInMonth - 1);
}

/** Orders dates as numbers, which is far cheaper than to make a PlainDateTime of every step. */
function dayNumber(date: { readonly year: number; readonly month: number; readonly day: number }) {
  return (date.year * 100 + date.month) * 100 + date.day;
}

/**
 * ical.js goes on for ever on a rule such as "daily, but on 30 February". This iterator pays for each
 * step from the budget, and gives up behind the last time that is asked for.
 */
function boundedIterator(
  rule: ICAL.Recur,
  start: { readonly local: Temporal.PlainDateTime; readonly isDate: boolean },
  last: Temporal.PlainDateTime,
  budget: StepBudget,
): ICAL.RecurIterator {
  const values = Object.values(rule.parts).flat().length;
  if (!rule.freq || values > MOST_RULE_VALUES) throw new SkipEvent("bad-rule");
  const end = floatingTime(last.add({ days: 1 }));
  rule.until = end;
  // A monthly rule compares every day of a month with every value, a yearly one lays out its year.
  const stepCost = rule.freq === "MONTHLY" ? 1 + 8 * values : 1 + Math.floor(values / 8);
  const yearCost = 1 + 4 * values;

  class BoundedIterator extends ICAL.RecurIterator {
    override check_contracting_rules(): boolean {
      budget.spend(stepCost);
      // Without BY values everything passes; to find that out is most of what a step costs.
      return values === 0 || this.last.compare(end) > 0 || super.check_contracting_rules();
    }

    override increment_year(years: number): void {
      budget.spend(yearCost);
      super.increment_year(years);
    }

    override increment_month(): void {
      budget.spend(stepCost);
      super.increment_month();
    }

    override increment_monthday(days: number): void {
      // Counted out day by day, which matters for intervals of ages only.
      budget.spend(Math.floor(days / 31));
      super.increment_monthday(days);
    }
  }

  return new BoundedIterator({ rule, dtstart: floatingTime(start.local, start.isDate) });
}
