/**
 * Times in the domain are milliseconds since 1970 (UTC), so that they can be compared and added to; messages and views carry
 * ISO 8601. `Date` is the clock's door and stays outside, hence the calendar arithmetic here (the days-from-civil method).
 */
const day = 86_400_000;
const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?Z$/;

/** The milliseconds of an ISO 8601 time in UTC, as the contracts' `time` allows it; an error for any other text. */
export function epochMs(iso: string): number {
  const parts = form.exec(iso);
  if (parts === null) throw new Error(`"${iso}" is not an ISO 8601 time in UTC`);
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((p) => Number(p ?? 0));
  const fraction = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  return daysFromCivil(year, month, date) * day + ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
}

/** The ISO 8601 form, with milliseconds, of a time in whole milliseconds. */
export function isoTime(ms: number): string {
  const days = Math.floor(ms / day);
  const rest = ms - days * day;
  const { year, month, date } = civilFromDays(days);
  const clock = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60].map((n) =>
    pad(n, 2),
  );
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}T${clock.join(":")}.${pad(rest % 1000, 3)}Z`;
}

/** A waiting time for people, rounded up so that it is never too short: `23 s`, `4 min`, `2 h`. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}

function daysFromCivil(year: number, month: number, date: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function civilFromDays(days: number): { year: number; month: number; date: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const date = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date };
}
