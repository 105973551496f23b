import { expect, it } from 'vitest';
import { count, counted, fixed } from './number.ts';

it('shows no number for what is absent, and no sign for what is zero', () => {
  expect([null, undefined, Number.NaN, Infinity].map((value) => fixed(value, 2))).toEqual(['–', '–', '–', '–']);
  expect([-0.0001, -1.5, 1.5].map((value) => fixed(value, 3))).toEqual(['0.000', '−1.500', '1.500']);
});

it('counts in groups of three and in the right grammatical number', () => {
  expect(count(1234567)).toBe('1\u2009234\u2009567');
  expect([counted(0, 'frame'), counted(1, 'frame'), counted(2, 'frame')]).toEqual(['0 frames', '1 frame', '2 frames']);
});
