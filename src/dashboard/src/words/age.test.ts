import { describe, expect, it } from 'vitest';
import { ageWords, freshness, lastSeenWords } from './age.ts';

describe('freshness', () => {
  it('turns stale after three periods, but not for the jitter of this page', () => {
    expect(freshness(299, 10)).toBe('fresh');
    expect(freshness(301, 10)).toBe('stale');
    expect(freshness(2900, 1000)).toBe('fresh');
    expect(freshness(3100, 1000)).toBe('stale');
  });

  it('is no data after five seconds, or five periods of a slow stream', () => {
    expect(freshness(5001, 10)).toBe('none');
    expect(freshness(30_001, 10_000)).toBe('stale');
    expect(freshness(50_001, 10_000)).toBe('none');
  });

  it('never takes an unknown age for a good one', () => {
    expect(freshness(null, 10)).toBe('none');
    expect(freshness(Number.NaN, 10)).toBe('none');
  });
});

describe('ages in words', () => {
  it('uses the unit that a person would', () => {
    const ages = [8.4, 2440, 31_900, 3 * 60e3 + 5, 5.5 * 3600e3, 50 * 3600e3, null];

    expect(ages.map(ageWords)).toEqual(['8 ms', '2.4 s', '31 s', '3 min', '5 h', '2 d', '–']);
  });

  it('says when a robot was last seen', () => {
    const now = Date.parse('2026-11-24T08:03:10Z');

    expect(lastSeenWords('2026-11-24T08:00:05.123456789Z', now)).toBe('last seen 3 min ago');
    expect(lastSeenWords('2026-11-24T08:03:11.5Z', now)).toBe('last seen 1.0 s ago');
    expect(lastSeenWords(null, now)).toBe('never seen');
  });
});
