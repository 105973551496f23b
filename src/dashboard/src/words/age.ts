/** Older than this, a value is not shown any more, only that there is none [ms]. */
const noDataMs = 5000;

/** A stream slower than 1 Hz gets this many periods instead: a battery that reports every 10 s is not gone after 5. */
const noDataPeriods = 5;

/**
 * Sample periods after which a value counts as stale. One late sample is jitter and two are a hiccup; at three, the
 * value on the screen is no longer the robot's.
 */
const stalePeriods = 3;

/** The way through socket and drawing is not the robot's doing: below this age nothing is called stale [ms]. */
const graceMs = 300;

/** How far a value may still be shown as the robot's: as it is, marked stale, or not at all. */
export type Freshness = 'fresh' | 'stale' | 'none';

/** Judges an age [ms] against the period between samples [ms]; an unknown age is no data. */
export function freshness(ageMs: number | null, periodMs: number | null): Freshness {
  if (ageMs === null || Number.isNaN(ageMs) || ageMs > Math.max(noDataMs, noDataPeriods * (periodMs ?? 0))) {
    return 'none';
  }
  return ageMs > staleAfterMs(periodMs) ? 'stale' : 'fresh';
}

/** Age from which a value is stale [ms], for samples that come every `periodMs`; 1 s when that is not known. */
export function staleAfterMs(periodMs: number | null): number {
  return Math.max(graceMs, periodMs === null ? 1000 : stalePeriods * periodMs);
}

/** An age in the words of the page: "8 ms", "2.4 s", "3 min", "5 h", "2 d"; "–" when unknown. */
export function ageWords(ageMs: number | null): string {
  if (ageMs === null || Number.isNaN(ageMs)) {
    return '–';
  }
  const age = Math.max(0, ageMs);
  if (age < 1000) {
    return `${Math.round(age)} ms`;
  }
  const seconds = age / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 60) {
    return `${Math.floor(seconds)} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min`;
  }
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** "last seen 3 min ago" from an RFC 3339 stamp; "never seen" without one. */
export function lastSeenWords(lastSeen: string | null, nowMs: number): string {
  const seen = lastSeen === null ? Number.NaN : Date.parse(lastSeen);
  return Number.isNaN(seen) ? 'never seen' : `last seen ${ageWords(Math.max(1000, nowMs - seen))} ago`;
}

/** Local time of day of an RFC 3339 stamp, with the date when it is not today's. */
export function localTime(stamp: string, nowMs: number): string {
  const time = new Date(stamp);
  const clock = time.toLocaleTimeString(undefined, { hour12: false });
  const isToday = time.toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock : `${time.toLocaleDateString()} ${clock}`;
}
