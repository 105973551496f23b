import { signal } from '@preact/signals';
import { reconnectDelay } from './backoff.ts';
import { FrameHeader, framesBetween, newestTime, readSamples, type SampleSink } from './frame.ts';
import { NodeClock } from './node-clock.ts';

/**
 * A signal of the telemetry socket: every joint's position, velocity or effort; or of the virtual robot, in a
 * subscription of its own, its positions, velocities and the residuals.
 */
export type SignalName = 'pos' | 'vel' | 'eff' | 'vpos' | 'vvel' | 'res';

/** What a viewer asks for. */
export interface TelemetryRequest {
  robot: string;
  signals: SignalName[];
  /** Most samples a second that this viewer wants. */
  maxHz: number;
}

/** Receives one subscription's samples. */
export interface TelemetryListener extends SampleSink {
  /** Columns are signal-major: all joints of the first signal, then all of the second. Called again on any change. */
  begin(joints: string[], signals: SignalName[]): void;
  /** Frames that were sent but never arrived here. */
  lost(frames: number): void;
  /** Samples that the node threw away because this viewer was too slow. */
  dropped(samples: number): void;
  /** The node refused the subscription. */
  refused(message: string): void;
}

/** State of the socket: `waiting` means that the next attempt is scheduled. */
export type SocketState = 'closed' | 'connecting' | 'open' | 'waiting';

/** Pause before a refused subscription is asked for again [ms]. */
const refusedPauseMs = 3000;

interface Subscription {
  request: TelemetryRequest;
  listener: TelemetryListener;
  /** Columns the node announced; 0 until it has answered, and frames of any other width are not for us. */
  columns: number;
  /** -1 until the first frame after a (re)connection: a new connection counts from the start. */
  sequence: number;
}

type Control =
  | { op: 'hello'; epoch: string; node: string }
  | { op: 'subscribed'; id: number; robot: string; signals: SignalName[]; joints: string[] }
  | { op: 'error'; id: number | null; message: string }
  | { op: 'dropped'; id: number; samples: number };

/** The outside world of the socket, so that a test can hold it. */
export interface TelemetrySurroundings {
  open(): WebSocket;
  /** UNIX time [ms], fractions included. */
  now(): number;
  random(): number;
  after(milliseconds: number, action: () => void): number;
  cancel(timer: number): void;
}

/**
 * The page's one telemetry socket. It opens with the first subscription, closes with the last, and comes back by
 * itself with growing pauses. Sample times handed to listeners are UNIX milliseconds on the node's clock.
 */
export class TelemetrySocket {
  readonly state = signal<SocketState>('closed');
  readonly clock = new NodeClock();
  private readonly subscriptions = new Map<number, Subscription>();
  private readonly header = new FrameHeader();
  private socket: WebSocket | null = null;
  private epochMs = Number.NaN;
  private attempt = 0;
  private timer = 0;
  private lastId = 0;

  constructor(private readonly surroundings: TelemetrySurroundings) {}

  /** Starts a subscription and returns the way to end it. */
  subscribe(request: TelemetryRequest, listener: TelemetryListener): () => void {
    const id = this.freeId();
    const subscription: Subscription = { request, listener, columns: 0, sequence: -1 };
    this.subscriptions.set(id, subscription);
    if (this.state.peek() === 'closed') {
      this.connect();
    } else if (this.isGreeted()) {
      this.ask(id, subscription);
    }
    return () => this.unsubscribe(id);
  }

  private unsubscribe(id: number): void {
    if (!this.subscriptions.delete(id)) {
      return;
    }
    if (this.subscriptions.size === 0) {
      this.hangUp();
    } else if (this.isGreeted()) {
      this.socket?.send(JSON.stringify({ op: 'unsubscribe', id }));
    }
  }

  /** Ids are 16 bits wide on the wire and are not used again soon, so that late frames find nobody. */
  private freeId(): number {
    do {
      this.lastId = (this.lastId % 0xffff) + 1;
    } while (this.subscriptions.has(this.lastId));
    return this.lastId;
  }

  private isGreeted(): boolean {
    return this.state.peek() === 'open' && !Number.isNaN(this.epochMs);
  }

  private connect(): void {
    this.state.value = 'connecting';
    this.epochMs = Number.NaN;
    const socket = this.surroundings.open();
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => (this.state.value = 'open');
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => {
      if (typeof message.data === 'string') {
        this.control(JSON.parse(message.data) as Control);
      } else {
        this.frame(message.data);
      }
    };
    // An error is always followed by a close, which is where we come back from.
    socket.onclose = () => this.comeBack();
    this.socket = socket;
  }

  private comeBack(): void {
    this.socket = null;
    this.state.value = 'waiting';
    const wait = reconnectDelay(this.attempt++, this.surroundings.random);
    this.timer = this.surroundings.after(wait, () => this.connect());
  }

  private hangUp(): void {
    this.surroundings.cancel(this.timer);
    if (this.socket) {
      this.socket.onclose = null;
      this.socket.onmessage = null;
      this.socket.close();
      this.socket = null;
    }
    this.clock.forget();
    this.attempt = 0;
    this.state.value = 'closed';
  }

  private control(message: Control): void {
    switch (message.op) {
      case 'hello':
        // It may be another node, with another clock. Until here the old clock ran on, so that ages kept growing.
        this.clock.forget();
        this.epochMs = Date.parse(message.epoch);
        this.attempt = 0;
        for (const [id, subscription] of this.subscriptions) {
          this.ask(id, subscription);
        }
        break;
      case 'subscribed': {
        const subscription = this.subscriptions.get(message.id);
        if (subscription) {
          subscription.columns = message.joints.length * message.signals.length;
          subscription.listener.begin(message.joints, message.signals);
        }
        break;
      }
      case 'dropped':
        this.subscriptions.get(message.id)?.listener.dropped(message.samples);
        break;
      case 'error':
        if (message.id !== null) {
          this.refused(message.id, message.message);
        }
        break;
    }
  }

  /** A robot that is not there yet may come: what was refused is asked again, as long as this connection lasts. */
  private refused(id: number, reason: string): void {
    const subscription = this.subscriptions.get(id);
    if (!subscription) {
      return;
    }
    subscription.listener.refused(reason);
    const asked = this.socket;
    this.surroundings.after(refusedPauseMs, () => {
      if (this.socket === asked && this.subscriptions.get(id) === subscription && subscription.columns === 0) {
        this.ask(id, subscription);
      }
    });
  }

  private ask(id: number, subscription: Subscription): void {
    subscription.columns = 0;
    subscription.sequence = -1;
    this.socket?.send(JSON.stringify({ op: 'subscribe', id, ...subscription.request }));
  }

  /** The browser hands over a new buffer for each frame; one view on it is all that is allocated here. */
  private frame(buffer: ArrayBuffer): void {
    const view = new DataView(buffer);
    const header = this.header;
    if (!header.read(view)) {
      return;
    }
    const subscription = this.subscriptions.get(header.subscription);
    if (!subscription || header.samples === 0) {
      return;
    }
    const missing = subscription.sequence < 0 ? null : framesBetween(subscription.sequence, header.sequence);
    subscription.sequence = header.sequence;
    if (missing !== null && missing > 0) {
      subscription.listener.lost(missing);
    }
    if (header.columns !== subscription.columns) {
      return;
    }
    readSamples(view, header, this.epochMs, subscription.listener);
    // A subscription's first frame may hold a sample that was old already; only the live ones tell the time.
    if (missing !== null) {
      this.clock.observe(newestTime(view, header) + this.epochMs, this.surroundings.now());
    }
  }
}

/** The socket of this page. */
export const telemetry = new TelemetrySocket({
  open: () => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    return new WebSocket(`${scheme}//${location.host}/ws/v1/telemetry`, 'twinactors.v1');
  },
  now: () => performance.timeOrigin + performance.now(),
  random: () => Math.random(),
  after: (milliseconds, action) => window.setTimeout(action, milliseconds),
  cancel: (timer) => window.clearTimeout(timer),
});
