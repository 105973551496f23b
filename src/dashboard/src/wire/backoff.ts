/** Waiting time before the first attempt to reconnect [ms]; it doubles with every failure. */
const firstMs = 250;

/** No wait is longer than this [ms]: a person in front of the page will not wait more for a restarted node. */
const longestMs = 10_000;

/**
 * How long to wait before attempt number `attempt` (from 0) to reconnect [ms]. Half of it is random, so that the
 * pages that one restart threw out do not all come back in the same instant.
 */
export function reconnectDelay(attempt: number, random: () => number): number {
  const wait = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16));
  return wait * (0.5 + random() / 2);
}
