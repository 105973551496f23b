// What the node says over HTTP, in the JSON names of the API. Absent is null, never 0 or NaN; stamps are RFC 3339.

/** State of the connection to a robot; `none` before any data, `unknown` when its twin does not answer. */
export type LinkState = 'connected' | 'stale' | 'lost' | 'none' | 'unknown';

/** How far a value can be trusted. */
export type Quality = 'measured' | 'stale' | 'missing';

/** How well the virtual robot is in step. */
export type SyncStatus = 'excellent' | 'good' | 'warning' | 'poor' | 'disconnected';

/** Why it is not better. */
export type SyncReason = 'no_data' | 'settling' | 'stale' | 'clock' | 'model' | 'off';

/** One row of GET /robots. What the node does not work out yet is null. */
export interface RobotSummary {
  id: string;
  model: string | null;
  tags: string[];
  link: LinkState;
  mode: string;
  /** 0..100, or null while health is not worked out. */
  health: number | null;
  sync: SyncStatus | null;
  syncReason: SyncReason | null;
  /** Number of open alerts. */
  alerts: number | null;
  /** Age of the newest sample of any stream when the node answered [ms]. */
  ageMs: number | null;
  lastSeen: string | null;
  /** Arrival rate of joint states [Hz]. */
  rateHz: number | null;
  /** Whether this is a recording that is played, and no live robot. */
  isReplay: boolean | null;
}

/** GET /robots/{id}. */
export interface RobotDocument {
  robot: RobotSummary;
  linkKind: string;
  /** Why the link is in its state. */
  linkReason: string | null;
  registeredAt: string;
  /** Estimated robot clock minus node clock [ms]. */
  clockOffsetMs: number | null;
  /** The robot's clock over the last two minutes. */
  clock: RobotClock | null;
  sensors: SensorReading[];
  signals: SignalReading[];
  streams: StreamReading[];
}

export interface RobotClock {
  offsetMs: number;
  offsetUncertaintyMs: number | null;
  driftPpm: number | null;
  driftUncertaintyPpm: number | null;
}

/** A value of a message that is mapped to a joint or another component. */
export interface SignalReading {
  signal: string;
  value: number | null;
  unit: string | null;
  topic: string;
  field: string;
  ageMs: number | null;
  quality: Quality;
  /** Why there is no value. */
  problem: string | null;
}

/** GET /robots/{id}/sync. */
export interface SyncReading {
  mode: string;
  /** Null before the first joint state, and when synchronizers are switched off. */
  status: SyncStatus | null;
  reason: SyncReason | null;
  /** Why the virtual robot has lost its robot, for as long as that lasts. */
  failure: string | null;
  /** Mean size of the joints' residuals [rad or m]. */
  positionError: number | null;
  latencyMs: number | null;
  pace: SyncPace | null;
  joints: SyncJoint[];
}

export interface SyncPace {
  askedHz: number;
  achievedHz: number | null;
  jitterMs: Quantiles;
  late: number;
  missed: number;
}

export interface Quantiles {
  p50: number;
  p99: number;
}

export interface SyncJoint {
  name: string;
  /** Size of the residual as a share of the joint's range. */
  normalized: number | null;
  /** Velocity that would bring the joint to the virtual one [rad/s or m/s]; only in mode advise. */
  advice: number | null;
}

/** One of GET /robots/{id}/what-if. */
export interface Branch {
  id: string;
  name: string | null;
  state: 'waiting' | 'done' | 'failed';
  /** Why it failed. */
  problem: string | null;
  /** How far it is from the robot as it is; null until it is worked out. */
  joints: BranchJoint[] | null;
}

export interface BranchJoint {
  name: string;
  /** [rad or m] */
  position: BranchDifference;
  /** Of the drive [N·m or N]. */
  effort: BranchDifference;
  /** Of the motor's winding [°C]. */
  temperature: BranchDifference;
}

/** Branch minus base. */
export interface BranchDifference {
  largest: number;
  /** When its size is beyond the threshold for the first time, since the fork [s]; null when it never is. */
  beyondAt: number | null;
}

/** GET /robots/{id}/what-if/{branch}/trajectory. */
export interface BranchTrajectory {
  /** Instants since the fork [s]. */
  seconds: number[];
  joints: BranchMotion[];
}

export interface BranchMotion {
  name: string;
  /** Positions of the branch, one per instant [rad or m]. */
  branch: number[];
}

/** What is other with a branch. */
export interface WhatIfChange {
  payload?: { link: string; mass: number };
  faults?: { component: string; kind: string; severity: number }[];
}

export interface DiscoveredRobot {
  id: string;
  topics: { name: string; type: string }[];
  registered: boolean;
  /** Why it cannot be registered under this id. */
  problem: string | null;
}

export interface SensorReading {
  name: string;
  topic: string;
  type: string;
  stamp: string | null;
  receivedAt: string | null;
  ageMs: number | null;
  quality: Quality;
  /** The message as nested objects in ROS field names, or null before the first one. */
  value: Record<string, unknown> | null;
}

export interface StreamReading {
  topic: string;
  type: string;
  /** Null for a topic that nobody counts. */
  received: number | null;
  rejected: number;
  lost: number;
  rateHz: number | null;
  expectedHz: number | null;
  jitterMs: number | null;
  ageMs: number | null;
  /** `unmapped` is a topic of the robot that no stream takes. */
  state: 'measured' | 'stale' | 'missing' | 'unmapped';
  /** Counts by reason: rejections, and oddities that cost no sample. */
  reasons: Record<string, number>;
  publishers: number;
  /** Arrivals later than three mean periods after the one before. */
  gaps: number;
  /** Samples left out by the rate cap. */
  thinned: number;
  /** Mismatched quality of service, or why the topic is unmapped. */
  problem: string | null;
}

export interface TwinEvent {
  /** Cursor over the journal: handed back, never computed with. */
  position: string;
  /** Number of the event in the robot's own stream. */
  sequence: number;
  at: string;
  name: string;
  version: number;
  data: Record<string, unknown> | null;
}

export interface EventPage {
  events: TwinEvent[];
  /** Cursor of the next page; null when this one is the newest. */
  next: string | null;
}

/** GET /node. */
export interface NodeDocument {
  name: string;
  version: string;
  /** The node's clock, RFC 3339. */
  now: string;
  /** State of the ROS 2 side in one line for people. */
  ros2: string;
}

/** A refusal of the node (RFC 9457 problem details), or `status` 0 when the node was not reached. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const root = '/api/v1';

export const api = {
  robots: (stopping: AbortSignal) => get<RobotSummary[]>('/robots', stopping),
  robot: (id: string, stopping: AbortSignal) => get<RobotDocument>(`/robots/${id}`, stopping),
  sync: (id: string, stopping: AbortSignal) => get<SyncReading>(`/robots/${id}/sync`, stopping),
  async setMode(id: string, mode: string): Promise<void> {
    await refuseProblems(await post(`/robots/${id}/mode`, { mode }));
  },
  branches: (id: string, stopping: AbortSignal) => get<Branch[]>(`/robots/${id}/what-if`, stopping),
  branchTrajectory: (id: string, branch: string) =>
    get<BranchTrajectory>(`/robots/${id}/what-if/${branch}/trajectory`, new AbortController().signal),
  async askWhatIf(id: string, question: { name: string; seconds: number; change: WhatIfChange }): Promise<Branch> {
    const answer = await refuseProblems(await post(`/robots/${id}/what-if`, question));
    return (await answer.json()) as Branch;
  },
  discovered: (stopping: AbortSignal) => get<DiscoveredRobot[]>('/robots/discovered', stopping),
  events: (id: string, after: string | null, stopping: AbortSignal) =>
    get<EventPage>(`/robots/${id}/events${after === null ? '' : `?after=${encodeURIComponent(after)}`}`, stopping),
  node: (stopping: AbortSignal) => get<NodeDocument>('/node', stopping),
  /** The robot's URDF, or null when it has none. */
  async urdf(id: string, stopping: AbortSignal): Promise<string | null> {
    const answer = await send(`/robots/${id}/urdf`, { signal: stopping });
    if (answer.status === 404) {
      return null;
    }
    return (await refuseProblems(answer)).text();
  },
  async addRobot(id: string): Promise<void> {
    await refuseProblems(await post('/robots', { id }));
  },
};

async function get<T>(path: string, stopping: AbortSignal): Promise<T> {
  const answer = await refuseProblems(await send(path, { signal: stopping }));
  return (await answer.json()) as T;
}

function post(path: string, body: object): Promise<Response> {
  return send(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

async function send(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(root + path, request);
  } catch (failure) {
    if (request.signal?.aborted) {
      throw failure;
    }
    throw new ApiProblem(0, 'The node does not answer.');
  }
}

async function refuseProblems(answer: Response): Promise<Response> {
  if (answer.ok) {
    return answer;
  }
  const problem = (await answer.json().catch(() => null)) as { title?: string; detail?: string } | null;
  const words = problem?.detail ?? problem?.title ?? answer.statusText;
  throw new ApiProblem(answer.status, words || `The node answered ${answer.status}.`);
}
