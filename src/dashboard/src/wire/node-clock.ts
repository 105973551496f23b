/** How long the smallest delay is remembered [ms]; two halves, so that a drifting clock is followed. */
const memoryMs = 60_000;

/**
 * Follows the node's clock from the stamps of live samples.
 *
 * Every sample says when it was received on the node's clock; when it arrives here, the difference of the two clocks is
 * the clock offset plus the way it took. The smallest difference of the last minute is taken as the offset (it still
 * holds the shortest way, about a millisecond on a local network); what a sample takes on top of it is lag.
 */
export class NodeClock {
  private smallest = Infinity;
  private smallestBefore = Infinity;
  private since = -Infinity;

  /** Lag of the newest sample [ms]; null before the first. */
  lagMs: number | null = null;

  /** Takes a sample with the node's time that arrived at local time `now` [both ms]. */
  observe(nodeMs: number, now: number): void {
    if (now - this.since > memoryMs / 2) {
      this.smallestBefore = this.smallest;
      this.smallest = Infinity;
      this.since = now;
    }
    const difference = now - nodeMs;
    if (difference < this.smallest) {
      this.smallest = difference;
    }
    this.lagMs = difference - Math.min(this.smallest, this.smallestBefore);
  }

  /** Local clock minus node clock [ms]; null before the first sample. */
  get offsetMs(): number | null {
    const offset = Math.min(this.smallest, this.smallestBefore);
    return Number.isFinite(offset) ? offset : null;
  }

  /** The node's time now [ms]; null before the first sample. */
  nodeNow(now: number): number | null {
    const offset = this.offsetMs;
    return offset === null ? null : now - offset;
  }

  forget(): void {
    this.smallest = Infinity;
    this.smallestBefore = Infinity;
    this.since = -Infinity;
    this.lagMs = null;
  }
}
