/** The y range of a chart. Jumping axes are hard to read: it grows at once, but shrinks only when far too big. */
export class Scale {
  low: number;
  high: number;
  private isSet = false;

  /** @param smallest Narrowest span shown, so that the noise of a robot at rest does not fill the chart. */
  constructor(private readonly smallest: number) {
    this.low = -smallest / 2;
    this.high = smallest / 2;
  }

  /** Takes the extremes of what is visible; true when the range has changed. */
  fit(lowest: number, highest: number): boolean {
    if (!(lowest <= highest)) {
      return false;
    }
    const span = Math.max(this.smallest, highest - lowest);
    const fits = this.isSet && lowest >= this.low && highest <= this.high;
    // 40 %: data that use less of the chart than this would be hard to read; more would rescale too often.
    if (fits && span >= 0.4 * (this.high - this.low)) {
      return false;
    }
    const middle = (lowest + highest) / 2;
    const before = { low: this.low, high: this.high };
    this.low = middle - 0.6 * span;
    this.high = middle + 0.6 * span;
    this.isSet = true;
    return this.low !== before.low || this.high !== before.high;
  }
}

/** Round values inside a range for labels, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = magnitude * ([1, 2, 5].find((factor) => factor * magnitude >= raw) ?? 10);
  const found: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) {
    found.push(index * step);
  }
  return found;
}

/** Digits after the point that tell neighbouring ticks of a range apart. */
export function tickDigits(low: number, high: number): number {
  return Math.max(0, Math.min(6, 1 - Math.floor(Math.log10((high - low) / 2 || 1))));
}
