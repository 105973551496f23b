import type { SampleSink } from '../wire/frame.ts';

/**
 * The newest samples of a few columns, in fixed memory.
 *
 * Every sample is written twice, at w and at w + capacity. Whatever part of the history is wanted, there is one
 * contiguous piece of the arrays that holds it, so charts read without copying.
 */
export class SampleRing implements SampleSink {
  /** Sample times [ms]; index with `begin`..`end`. */
  readonly times: Float64Array;
  /** One array per column, indexed like `times`. NaN = no value in that sample. */
  readonly columns: Float32Array[];
  /** Samples ever written. */
  total = 0;
  private write = 0;

  constructor(
    readonly capacity: number,
    columnCount: number,
  ) {
    this.times = new Float64Array(2 * capacity);
    this.columns = Array.from({ length: columnCount }, () => new Float32Array(2 * capacity));
  }

  /** Samples held now. */
  get length(): number {
    return Math.min(this.total, this.capacity);
  }

  /** Index of the oldest sample held. */
  get begin(): number {
    return this.total < this.capacity ? 0 : this.write;
  }

  /** One past the index of the newest sample. */
  get end(): number {
    return this.begin + this.length;
  }

  /** Time of the newest sample [ms]; NaN when there is none. */
  get newest(): number {
    return this.total === 0 ? Number.NaN : this.times[this.end - 1]!;
  }

  /** Newest value of a column; NaN when there is none. */
  latest(column: number): number {
    return this.total === 0 ? Number.NaN : this.columns[column]![this.end - 1]!;
  }

  push(timeMs: number, view: DataView, offset: number): void {
    const at = this.write;
    const mirror = at + this.capacity;
    this.times[at] = timeMs;
    this.times[mirror] = timeMs;
    for (let column = 0; column < this.columns.length; column++) {
      const values = this.columns[column]!;
      const value = view.getFloat32(offset + 4 * column, true);
      values[at] = value;
      values[mirror] = value;
    }
    this.write = (at + 1) % this.capacity;
    this.total++;
  }

  /** Index of the first sample at or after a time [ms]; `end` when there is none. */
  firstFrom(timeMs: number): number {
    let low = this.begin;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle]! < timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of sample number `number` (counted from 0 since the start), or of the oldest one still held. */
  indexOf(number: number): number {
    return this.begin + Math.max(0, number - (this.total - this.length));
  }
}
