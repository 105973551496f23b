import { expect, it } from 'vitest';
import type { TwinEvent } from '../wire/api.ts';
import { appendEvents, eventDetail, eventTitle } from './event-words.ts';

function event(sequence: number, data: TwinEvent['data'] = null): TwinEvent {
  return { position: `p${sequence}`, sequence, at: '2026-11-24T08:00:00Z', name: 'robot.registered', version: 1, data };
}

it('turns stable event names into words', () => {
  expect(eventTitle('joint.limit-exceeded')).toBe('Joint limit exceeded');
});

it('says what an event holds, in one line', () => {
  expect(eventDetail(event(1, { joint: 'elbow', excess: 0.1, reason: null, tags: ['a', 'b'] }))).toBe(
    'joint elbow · excess 0.1 · tags a, b',
  );
  expect(eventDetail(event(1, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i]))))).toHaveLength(
    160,
  );
});

it('leaves out what the page says already, and counts long texts and lists', () => {
  const description = { model: 'arm6', urdf: 'x'.repeat(5321), tags: [], streams: [{ name: 'imu' }] };

  expect(eventDetail(event(1, { robot: 'arm1', at: '2026-11-24T08:00:00Z', description }))).toBe(
    'model arm6 · urdf of 5\u2009321 characters · streams 1',
  );
});

it('keeps only the newest events on the page', () => {
  const known = [1, 2, 3].map((sequence) => event(sequence));

  expect(appendEvents(known, [event(4)], 3).map((one) => one.sequence)).toEqual([2, 3, 4]);
  expect(appendEvents(known, [], 3)).toBe(known);
});
