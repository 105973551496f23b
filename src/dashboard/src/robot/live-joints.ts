import { signal } from '@preact/signals';
import { SampleRing } from '../chart/ring.ts';
import { telemetry, type SignalName, type TelemetryListener } from '../wire/telemetry.ts';
import { freshness, staleAfterMs, type Freshness } from '../words/age.ts';

/** The page shows the last minute. */
export const historyMs = 60_000;

/** Most samples a second that the page asks for: more than one per two screen pixels cannot be seen. */
const maxHz = 50;

/** A minute at the asked rate and a quarter more for jitter. */
const ringSamples = 1.25 * maxHz * (historyMs / 1000);

/** Times a second that numbers on the page change; faster cannot be read. */
const readoutHz = 4;

const signals: SignalName[] = ['pos', 'vel', 'eff'];

/** Joint names of a robot and the ring that holds their last minute: positions, velocities, efforts, signal-major. */
export interface JointHistory {
  joints: string[];
  ring: SampleRing;
}

/** The live joints of one robot: what charts, table and 3D view draw from. */
export class LiveJoints implements TelemetryListener {
  /** Null until the node has named the joints. */
  readonly history = signal<JointHistory | null>(null);
  /** Changes four times a second while the page is open: numbers that read it are written anew. */
  readonly readout = signal(0);
  readonly lostFrames = signal(0);
  readonly droppedSamples = signal(0);
  readonly refusal = signal<string | null>(null);
  private readonly timer: number;
  private readonly unsubscribe: () => void;

  constructor(robot: string) {
    this.unsubscribe = telemetry.subscribe({ robot, signals, maxHz }, this);
    this.timer = window.setInterval(() => this.readout.value++, 1000 / readoutHz);
  }

  dispose(): void {
    this.unsubscribe();
    window.clearInterval(this.timer);
  }

  begin(joints: string[]): void {
    this.refusal.value = null;
    // The node answers at once; when it knows no joint yet, it tells again before the first sample.
    if (joints.length === 0) {
      return;
    }
    const known = this.history.peek()?.joints;
    // After a reconnection the history goes on, with a gap in it.
    if (known?.length === joints.length && known.every((name, index) => name === joints[index])) {
      return;
    }
    this.history.value = { joints, ring: new SampleRing(ringSamples, joints.length * signals.length) };
  }

  push(timeMs: number, view: DataView, offset: number): void {
    this.history.peek()?.ring.push(timeMs, view, offset);
  }

  lost(frames: number): void {
    this.lostFrames.value += frames;
  }

  dropped(samples: number): void {
    this.droppedSamples.value += samples;
  }

  refused(message: string): void {
    this.refusal.value = message;
  }

  /** Age of the newest sample [ms]; null before the first. */
  ageMs(): number | null {
    const newest = this.history.peek()?.ring.newest ?? Number.NaN;
    const now = nodeNow();
    return Number.isNaN(newest) || now === null ? null : Math.max(0, now - newest);
  }

  /** Usual time between samples as they arrive here [ms]: the median of the last 15; null with fewer. */
  periodMs(): number | null {
    const ring = this.history.peek()?.ring;
    if (!ring || ring.length < 16) {
      return null;
    }
    const periods = Array.from({ length: 15 }, (_, back) => {
      const at = ring.end - 1 - back;
      return ring.times[at]! - ring.times[at - 1]!;
    });
    return periods.sort((a, b) => a - b)[7]!;
  }

  freshness(): Freshness {
    return freshness(this.ageMs(), this.periodMs());
  }

  /** Silence longer than this is drawn as a gap [ms]. */
  readonly gapMs = (): number => staleAfterMs(this.periodMs());
}

/** The node's clock [UNIX ms]; null until live samples have told it. */
export function nodeNow(): number | null {
  return telemetry.clock.nodeNow(performance.timeOrigin + performance.now());
}
