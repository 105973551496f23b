import { expect, test } from 'vitest';
import { instantOf } from './what-if-panel.tsx';

test('a branch is played in its own time and begins anew', () => {
  const seconds = [0.5, 1, 1.5, 2];
  expect(instantOf(seconds, 0)).toBe(0);
  expect(instantOf(seconds, 900)).toBe(1);
  expect(instantOf(seconds, 1999)).toBe(3);
  expect(instantOf(seconds, 2600)).toBe(1);
});
