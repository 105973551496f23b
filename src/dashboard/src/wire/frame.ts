// Binary telemetry frame, little endian:
//   u8 kind = 1, u8 version = 1, u16 subscription, u32 sequence, u16 samples, u16 columns, u32 flags,
//   then samples × { f64 milliseconds since the hello's epoch, f32 × columns, zero bytes up to a multiple of 8 }.

/** Receives one sample: `offset` is where its f32 columns begin in `view`. Must not keep the view. */
export interface SampleSink {
  push(timeMs: number, view: DataView, offset: number): void;
}

/** Bytes before the first sample. */
export const headerBytes = 16;

/** Bytes of one sample with this many columns. */
export function sampleBytes(columns: number): number {
  return 8 + 8 * Math.ceil(columns / 2);
}

/** Header fields of a frame. One instance is filled again for every frame, so that reading allocates nothing. */
export class FrameHeader {
  subscription = 0;
  sequence = 0;
  samples = 0;
  columns = 0;

  /** Reads the header; false when these bytes are not a whole frame of a version that we know. */
  read(view: DataView): boolean {
    if (view.byteLength < headerBytes || view.getUint8(0) !== 1 || view.getUint8(1) !== 1) {
      return false;
    }
    this.subscription = view.getUint16(2, true);
    this.sequence = view.getUint32(4, true);
    this.samples = view.getUint16(8, true);
    this.columns = view.getUint16(10, true);
    return view.byteLength >= headerBytes + this.samples * sampleBytes(this.columns);
  }
}

/** Hands every sample of a frame to the sink, oldest first; times get `shiftMs` added. */
export function readSamples(view: DataView, header: FrameHeader, shiftMs: number, sink: SampleSink): void {
  const stride = sampleBytes(header.columns);
  for (let index = 0, offset = headerBytes; index < header.samples; index++, offset += stride) {
    sink.push(view.getFloat64(offset, true) + shiftMs, view, offset + 8);
  }
}

/** Time of the frame's last sample [ms since the hello's epoch]; the frame holds at least one. */
export function newestTime(view: DataView, header: FrameHeader): number {
  return view.getFloat64(headerBytes + (header.samples - 1) * sampleBytes(header.columns), true);
}

/** Frames missing between two sequence numbers that follow each other on the wire; the counter wraps at 2³². */
export function framesBetween(previous: number, next: number): number {
  return (next - previous - 1) >>> 0;
}
