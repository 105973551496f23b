import { expect, test } from 'vitest';
import { syncWords } from './sync.ts';

test('what is not known is neither good nor bad', () => {
  expect(syncWords(null, 'no_data')).toEqual({
    glyph: '○',
    word: 'Unknown',
    tone: 'unknown',
    why: 'no joint state yet',
  });
});

test('a twin in step is quiet and needs no reason', () => {
  expect(syncWords('excellent', null)).toMatchObject({ word: 'Excellent', tone: 'normal', why: null });
});

test('a bad word says why', () => {
  expect(syncWords('poor', 'model')).toMatchObject({ tone: 'critical', why: 'the robot leaves its model' });
});
