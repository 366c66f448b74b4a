const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in words, as docker has them: the largest unit of which there are two or more. */
export function describeDuration(durationMs: number): string {
  const count = (unitMs: number) => Math.floor(durationMs / unitMs);
  if (durationMs < SECOND) return 'Less than a second';
  if (count(SECOND) === 1) return '1 second';
  if (count(SECOND) < 60) return `${count(SECOND)} seconds`;
  if (count(MINUTE) === 1) return 'About a minute';
  if (count(MINUTE) < 60) return `${count(MINUTE)} minutes`;
  const hours = Math.round(durationMs / HOUR);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(durationMs / DAY / 365)} years`;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.23kB`: units of 1,000, so many digits at most. */
export function describeSize(bytes: number, digits = 3): string {
  return describeIn(bytes, 1000, DECIMAL, digits);
}

/** `1.234MiB`: units of 1,024, as for memory. */
export function describeBinarySize(bytes: number, digits = 4): string {
  return describeIn(bytes, 1024, BINARY, digits);
}

function describeIn(bytes: number, step: number, units: readonly string[], digits: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= step && unit < units.length - 1; unit++) value /= step;
  return `${Number(value.toPrecision(digits))}${units[unit]}`;
}

/** `2026-01-31 10:00:00 +0000 UTC`: local time, as Go prints it. */
export function describeTime(timeMs: number): string {
  const date = new Date(timeMs);
  const offset = -date.getTimezoneOffset();
  const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0');
  const local = new Date(timeMs + offset * MINUTE).toISOString().slice(0, 19).replace('T', ' ');
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}${two(offset % 60)}`;
  return `${local} ${zone} ${zoneName(date, offset)}`;
}

function zoneName(date: Date, offset: number): string {
  if (offset === 0) return 'UTC';
  return /\(([A-Z]{2,5})\)/.exec(date.toString())?.[1] ?? `${offset / 60}`;
}

/** Cuts a text that is too long, with an ellipsis as its last character. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
