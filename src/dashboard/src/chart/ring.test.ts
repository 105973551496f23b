import { describe, expect, it } from 'vitest';
import { SampleRing } from './ring.ts';

function filled(capacity: number, samples: number): SampleRing {
  const ring = new SampleRing(capacity, 2);
  const view = new DataView(new ArrayBuffer(8));
  for (let index = 0; index < samples; index++) {
    view.setFloat32(0, index, true);
    view.setFloat32(4, -index, true);
    ring.push(10 * index, view, 0);
  }
  return ring;
}

describe('sample ring', () => {
  it('is one contiguous piece in order, whatever it has turned over', () => {
    for (let samples = 0; samples <= 17; samples++) {
      const ring = filled(5, samples);
      const expected = Array.from({ length: Math.min(5, samples) }, (_, i) => samples - Math.min(5, samples) + i);

      expect([...ring.times.subarray(ring.begin, ring.end)]).toEqual(expected.map((index) => 10 * index));
      expect([...ring.columns[0]!.subarray(ring.begin, ring.end)]).toEqual(expected);
    }
  });

  it('knows its newest sample, and that it has none', () => {
    expect(filled(5, 0).newest).toBeNaN();
    expect(filled(5, 0).latest(0)).toBeNaN();
    expect(filled(5, 13).newest).toBe(120);
    expect(filled(5, 13).latest(1)).toBe(-12);
  });

  it('finds the first sample at or after a time', () => {
    const ring = filled(5, 13);

    expect(ring.times[ring.firstFrom(95)]).toBe(100);
    expect(ring.times[ring.firstFrom(100)]).toBe(100);
    expect(ring.firstFrom(-1)).toBe(ring.begin);
    expect(ring.firstFrom(121)).toBe(ring.end);
  });

  it('finds a sample by its number, or the oldest that is still there', () => {
    const ring = filled(5, 13);

    expect(ring.times[ring.indexOf(11)]).toBe(110);
    expect(ring.times[ring.indexOf(2)]).toBe(80);
  });
});
