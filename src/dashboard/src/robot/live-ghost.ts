import { signal } from '@preact/signals';
import { SampleRing } from '../chart/ring.ts';
import { telemetry, type SignalName, type TelemetryListener } from '../wire/telemetry.ts';
import { nodeNow, type JointHistory } from './live-joints.ts';

/** Poses a second that the page asks for: as often as the 3D view is drawn. */
const maxHz = 30;

/** The error strip shows the last half minute. */
export const ghostMs = 30_000;

const ringSamples = 1.25 * maxHz * (ghostMs / 1000);

/** A virtual robot that has not moved on for this long is not shown [ms]. */
const goneAfterMs = 1000;

const signals: SignalName[] = ['vpos', 'res'];

/** The virtual robot of one robot, live: what the ghost and the error strip draw from. */
export class LiveGhost implements TelemetryListener {
  /** Joint names, and their positions and residuals of the last half minute, signal-major; null until named. */
  readonly history = signal<JointHistory | null>(null);
  private readonly unsubscribe: () => void;

  constructor(robot: string) {
    this.unsubscribe = telemetry.subscribe({ robot, signals, maxHz }, this);
  }

  dispose(): void {
    this.unsubscribe();
  }

  begin(joints: string[]): void {
    const known = this.history.peek()?.joints;
    if (joints.length > 0 && known?.join() !== joints.join()) {
      this.history.value = { joints, ring: new SampleRing(ringSamples, joints.length * signals.length) };
    }
  }

  push(timeMs: number, view: DataView, offset: number): void {
    this.history.peek()?.ring.push(timeMs, view, offset);
  }

  // The ghost is a look at now: what did not arrive is not missed.
  lost(): void {}

  dropped(): void {}

  refused(): void {}

  /** Whether the virtual robot moves on. */
  isLive(): boolean {
    const newest = this.history.peek()?.ring.newest ?? Number.NaN;
    const now = nodeNow();
    return now !== null && now - newest < goneAfterMs;
  }
}
