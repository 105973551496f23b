import { describe, expect, it } from 'vitest';
import { SampleRing } from '../chart/ring.ts';
import { encodeFrame } from './frame.fixture.ts';
import { FrameHeader, framesBetween, newestTime, readSamples, sampleBytes } from './frame.ts';

describe('telemetry frame', () => {
  it('pads samples to whole 8 bytes, so that every time is aligned', () => {
    expect([1, 2, 3, 84].map(sampleBytes)).toEqual([16, 16, 24, 344]);
  });

  it('gives back what was encoded, for odd and even numbers of columns', () => {
    for (const columns of [1, 2, 3]) {
      const samples = [10.5, 20.25].map((time) => ({
        time,
        values: Array.from({ length: columns }, (_, i) => time + i),
      }));
      const view = encodeFrame(7, 41, columns, samples);
      const header = new FrameHeader();
      const ring = new SampleRing(4, columns);

      expect(header.read(view)).toBe(true);
      readSamples(view, header, 1000, ring);

      expect([header.subscription, header.sequence, header.samples, header.columns]).toEqual([7, 41, 2, columns]);
      expect([...ring.times.subarray(ring.begin, ring.end)]).toEqual([1010.5, 1020.25]);
      expect(ring.columns.map((values) => values[ring.begin])).toEqual(samples[0]!.values);
      expect(newestTime(view, header)).toBe(20.25);
    }
  });

  it('carries absent values as NaN', () => {
    const ring = new SampleRing(4, 2);
    const view = encodeFrame(1, 0, 2, [{ time: 1, values: [Number.NaN, 2] }]);
    const header = new FrameHeader();
    header.read(view);

    readSamples(view, header, 0, ring);

    expect(ring.latest(0)).toBeNaN();
    expect(ring.latest(1)).toBe(2);
  });

  it('refuses other kinds and versions, and frames that were cut off', () => {
    const whole = encodeFrame(1, 0, 2, [{ time: 1, values: [1, 2] }]);
    const header = new FrameHeader();
    const otherVersion = new DataView(whole.buffer.slice(0));
    otherVersion.setUint8(1, 2);
    const otherKind = new DataView(whole.buffer.slice(0));
    otherKind.setUint8(0, 9);

    expect(header.read(otherVersion)).toBe(false);
    expect(header.read(otherKind)).toBe(false);
    expect(header.read(new DataView(whole.buffer, 0, whole.byteLength - 1))).toBe(false);
    expect(header.read(new DataView(new ArrayBuffer(3)))).toBe(false);
  });

  it('counts the frames between two sequence numbers, over the wrap of the counter too', () => {
    expect(framesBetween(4, 5)).toBe(0);
    expect(framesBetween(4, 8)).toBe(3);
    expect(framesBetween(0xffff_ffff, 0)).toBe(0);
    expect(framesBetween(0xffff_fffe, 1)).toBe(2);
  });
});
