import { headerBytes, sampleBytes } from './frame.ts';

/** A telemetry frame as the node would send it. */
export function encodeFrame(
  subscription: number,
  sequence: number,
  columns: number,
  samples: { time: number; values: number[] }[],
): DataView {
  const view = new DataView(new ArrayBuffer(headerBytes + samples.length * sampleBytes(columns)));
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint16(2, subscription, true);
  view.setUint32(4, sequence, true);
  view.setUint16(8, samples.length, true);
  view.setUint16(10, columns, true);
  samples.forEach((sample, index) => {
    const offset = headerBytes + index * sampleBytes(columns);
    view.setFloat64(offset, sample.time, true);
    sample.values.forEach((value, column) => view.setFloat32(offset + 8 + 4 * column, value, true));
  });
  return view;
}
