import { describe, expect, it } from 'vitest';
import { Scale, tickDigits, ticks } from './scale.ts';

describe('scale', () => {
  it('grows at once, and shrinks only when most of the chart is empty', () => {
    const scale = new Scale(0.1);

    expect(scale.fit(-1, 1)).toBe(true);
    expect([scale.low, scale.high]).toEqual([-1.2, 1.2]);
    expect(scale.fit(-0.6, 0.6)).toBe(false);
    expect(scale.fit(-0.3, 0.3)).toBe(true);
    expect(scale.fit(0, 5)).toBe(true);
    expect([scale.low, scale.high]).toEqual([-0.5, 5.5]);
  });

  it('does not blow up the noise of a robot at rest', () => {
    const scale = new Scale(0.02);
    scale.fit(1.0001, 1.0003);

    expect(scale.high - scale.low).toBeCloseTo(0.024);
  });

  it('stays as it is without values', () => {
    const scale = new Scale(2);

    expect(scale.fit(Infinity, -Infinity)).toBe(false);
    expect([scale.low, scale.high]).toEqual([-1, 1]);
  });

  it('labels round values inside the range', () => {
    expect(ticks(-1.2, 1.2, 5)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(tickDigits(-1.2, 1.2)).toBe(1);
    expect(tickDigits(-0.012, 0.012)).toBe(3);
  });
});
