import { expect, it } from 'vitest';
import { reconnectDelay } from './backoff.ts';

it('waits between half and the whole of a pause that doubles up to 10 s', () => {
  expect([0, 1, 2, 9, 200].map((attempt) => reconnectDelay(attempt, () => 0))).toEqual([125, 250, 500, 5000, 5000]);
  expect([0, 1, 2, 9, 200].map((attempt) => reconnectDelay(attempt, () => 1))).toEqual([250, 500, 1000, 10e3, 10e3]);
});
