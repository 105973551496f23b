import { expect, it } from 'vitest';
import { effortUnit, isOutside, positionUnit, shareOfRange, velocityUnit } from './joint-value.ts';

const knee = { unit: 'rad' as const, lower: -2, upper: 0.1, velocity: 5 };
const slide = { unit: 'm' as const, lower: 0, upper: 0.5, velocity: null };

it('names the units of the joint, and both when there is no model to tell', () => {
  expect([knee, slide, undefined].map(positionUnit)).toEqual(['rad', 'm', 'rad|m']);
  expect([knee, slide, undefined].map(velocityUnit)).toEqual(['rad/s', 'm/s', 'rad/s|m/s']);
  expect([knee, slide, undefined].map(effortUnit)).toEqual(['N·m', 'N', 'N·m|N']);
});

it('tells a position outside the limits, and never without limits', () => {
  expect([-2.1, -1, 0.2, Number.NaN].map((position) => isOutside(position, knee))).toEqual([true, false, true, false]);
  expect(isOutside(99, undefined)).toBe(false);
});

it('places a position between the limits', () => {
  expect([-3, 0, 0.25, 9].map((position) => shareOfRange(position, slide))).toEqual([0, 0, 0.5, 1]);
  expect(shareOfRange(Number.NaN, slide)).toBeNull();
  expect(shareOfRange(1, undefined)).toBeNull();
});
