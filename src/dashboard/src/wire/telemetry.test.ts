import { beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame } from './frame.fixture.ts';
import { TelemetrySocket, type TelemetryListener } from './telemetry.ts';

/** A socket whose other end is the test. */
class FakeSocket {
  binaryType = '';
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  isClosed = false;
  readonly sent: Record<string, unknown>[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  greet(epoch = '2026-11-24T08:00:00.000000000Z'): void {
    this.onopen?.();
    this.say({ op: 'hello', id: null, epoch, node: 'node-1' });
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  frame(subscription: number, sequence: number, time: number, values: number[]): void {
    this.onmessage?.({ data: encodeFrame(subscription, sequence, values.length, [{ time, values }]).buffer });
  }
}

class Heard implements TelemetryListener {
  readonly said: string[] = [];

  begin(joints: string[]): void {
    this.said.push(`begin ${joints.join(' ')}`);
  }

  push(timeMs: number, view: DataView, offset: number): void {
    this.said.push(`sample ${new Date(timeMs).toISOString().slice(14)} ${view.getFloat32(offset, true)}`);
  }

  lost(frames: number): void {
    this.said.push(`lost ${frames}`);
  }

  dropped(samples: number): void {
    this.said.push(`dropped ${samples}`);
  }

  refused(message: string): void {
    this.said.push(`refused ${message}`);
  }
}

describe('telemetry socket', () => {
  let opened: FakeSocket[];
  let waits: { milliseconds: number; action: () => void }[];
  let now: number;
  let socket: TelemetrySocket;
  const request = { robot: 'arm1', signals: ['pos' as const], maxHz: 50 };
  const subscribed = { op: 'subscribed', id: 1, robot: 'arm1', signals: ['pos'], joints: ['elbow'] };

  beforeEach(() => {
    opened = [];
    waits = [];
    now = Date.parse('2026-11-24T08:00:10Z');
    socket = new TelemetrySocket({
      open: () => {
        opened.push(new FakeSocket());
        return opened.at(-1) as unknown as WebSocket;
      },
      now: () => now,
      random: () => 1,
      after: (milliseconds, action) => waits.push({ milliseconds, action }),
      cancel: () => (waits = []),
    });
  });

  it('subscribes after the hello and hands over samples in the node’s time', () => {
    const heard = new Heard();
    socket.subscribe(request, heard);
    opened[0]!.greet();
    opened[0]!.say(subscribed);
    opened[0]!.frame(1, 0, 9990, [0.5]);

    expect(opened[0]!.sent).toEqual([{ op: 'subscribe', id: 1, ...request }]);
    expect(heard.said).toEqual(['begin elbow', 'sample 00:09.990Z 0.5']);
  });

  it('says how many frames a gap in the sequence has lost', () => {
    const heard = new Heard();
    socket.subscribe(request, heard);
    opened[0]!.greet();
    opened[0]!.say(subscribed);
    [3, 4, 8].forEach((sequence) => opened[0]!.frame(1, sequence, 1, [0]));
    opened[0]!.say({ op: 'dropped', id: 1, samples: 12 });

    expect(heard.said.filter((word) => !word.startsWith('sample'))).toEqual(['begin elbow', 'lost 3', 'dropped 12']);
  });

  it('comes back with growing pauses, asks again and counts from the new start', () => {
    const heard = new Heard();
    socket.subscribe(request, heard);
    for (let attempt = 0; attempt < 8; attempt++) {
      opened.at(-1)!.onclose!();
      waits.at(-1)!.action();
    }
    const pauses = waits.map((wait) => wait.milliseconds);
    opened.at(-1)!.greet();
    opened.at(-1)!.say(subscribed);
    opened.at(-1)!.frame(1, 90, 1, [0]);

    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(opened.at(-1)!.sent).toHaveLength(1);
    expect(heard.said).toEqual(['begin elbow', 'sample 00:00.001Z 0']);
  });

  it('ignores frames that have another width than announced, until the node has said the new columns', () => {
    const heard = new Heard();
    socket.subscribe(request, heard);
    opened[0]!.greet();
    opened[0]!.say(subscribed);
    opened[0]!.frame(1, 0, 1, [0.5, 0.6]);
    opened[0]!.say({ ...subscribed, joints: ['elbow', 'wrist'] });
    opened[0]!.frame(1, 1, 2, [0.5, 0.6]);

    expect(heard.said).toEqual(['begin elbow', 'begin elbow wrist', 'sample 00:00.002Z 0.5']);
  });

  it('hangs up with the last subscription and does not come back', () => {
    const first = socket.subscribe(request, new Heard());
    const second = socket.subscribe(request, new Heard());
    opened[0]!.greet();
    first();
    expect(opened[0]!.sent.at(-1)).toEqual({ op: 'unsubscribe', id: 1 });
    expect(opened[0]!.isClosed).toBe(false);
    second();

    expect(opened[0]!.isClosed).toBe(true);
    expect(opened[0]!.onclose).toBeNull();
    expect(socket.state.value).toBe('closed');
  });

  it('passes a refusal on to the one who asked, and asks again', () => {
    const heard = new Heard();
    socket.subscribe(request, heard);
    opened[0]!.greet();
    opened[0]!.say({ op: 'error', id: 1, message: 'No robot arm1 is registered.' });
    opened[0]!.say({ op: 'error', id: null, message: 'What was that?' });

    expect(heard.said).toEqual(['refused No robot arm1 is registered.']);
    waits.forEach((wait) => wait.action());
    expect(opened[0]!.sent.map((message) => message.op)).toEqual(['subscribe', 'subscribe']);
  });

  it('does not take the clock from the first frame, which may hold an old sample', () => {
    socket.subscribe(request, new Heard());
    opened[0]!.greet();
    opened[0]!.say(subscribed);
    opened[0]!.frame(1, 0, -180_000, [0]);
    expect(socket.clock.nodeNow(now)).toBeNull();
    opened[0]!.frame(1, 1, 9_995, [0]);

    expect(socket.clock.offsetMs).toBe(5);
  });
});
