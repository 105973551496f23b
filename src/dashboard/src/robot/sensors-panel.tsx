import type { RobotDocument, SensorReading, StreamReading } from '../wire/api.ts';
import { grownAge } from '../wire/poll.ts';
import { ageWords, freshness, type Freshness } from '../words/age.ts';
import { count, fixed } from '../words/number.ts';
import { secondHand } from '../words/second-hand.ts';
import { sensorWords } from './sensor-words.ts';

interface SensorsPanelProps {
  document: RobotDocument;
  polledAt: number;
  /** The node does not answer: every value is old. */
  isOld: boolean;
}

/** Every stream of the robot: what it says, how often, how old, and what was turned away and why. */
export function SensorsPanel({ document, polledAt, isOld }: SensorsPanelProps) {
  const sensors = new Map(document.sensors.map((sensor) => [sensor.topic, sensor]));
  const mapped = document.streams.filter((stream) => stream.state !== 'unmapped');
  const unmapped = document.streams.filter((stream) => stream.state === 'unmapped');
  return (
    <section class="panel sensors" aria-label="Sensors and streams">
      <div class="panel-head">
        <h2>Sensors and streams</h2>
      </div>
      <div class={`scroll ${isOld ? 'old' : ''}`} tabIndex={0} role="region" aria-label="Streams">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Newest value</th>
              <th scope="col" class="number">
                Rate [Hz]
              </th>
              <th scope="col" class="number">
                Jitter
              </th>
              <th scope="col" class="number">
                Age
              </th>
              <th scope="col">State</th>
              <th scope="col" class="number">
                Received
              </th>
              <th scope="col" class="number">
                Lost
              </th>
              <th scope="col">Turned away</th>
            </tr>
          </thead>
          <tbody>
            {mapped.map((stream) => (
              <StreamRow key={stream.topic} stream={stream} sensor={sensors.get(stream.topic)} polledAt={polledAt} />
            ))}
          </tbody>
        </table>
      </div>
      {unmapped.length > 0 && <UnmappedTopics streams={unmapped} />}
    </section>
  );
}

interface StreamRowProps {
  stream: StreamReading;
  sensor: SensorReading | undefined;
  polledAt: number;
}

function StreamRow({ stream, sensor, polledAt }: StreamRowProps) {
  const age = grownAge(sensor ? sensor.ageMs : stream.ageMs, polledAt, secondHand.value);
  const state = stateOf(stream, age);
  return (
    <tr data-topic={stream.topic}>
      <th scope="row">
        {sensor?.name ?? nameOf(stream)}
        <span class="aside">
          {stream.topic} · {stream.type}
        </span>
      </th>
      <td class={`reading is-${state}`}>{state === 'none' ? <NoData stream={stream} /> : valueOf(stream, sensor)}</td>
      <td class="number">
        {state === 'none' ? '–' : fixed(stream.rateHz, 1)}
        {stream.expectedHz !== null && <span class="aside">of {fixed(stream.expectedHz, 0)}</span>}
      </td>
      <td class="number">{state === 'none' || stream.jitterMs === null ? '–' : `${fixed(stream.jitterMs, 1)} ms`}</td>
      <td class="number">{ageWords(age)}</td>
      <td>
        <StreamState state={state} problem={stream.problem} />
      </td>
      <td class="number">{stream.received === null ? '–' : count(stream.received)}</td>
      <td class="number">
        <span class={stream.lost > 0 ? 'tone-warning' : ''}>{count(stream.lost)}</span>
        {stream.gaps > 0 && <span class="aside">{count(stream.gaps)} gaps</span>}
      </td>
      <td>
        <Rejections stream={stream} />
      </td>
    </tr>
  );
}

/** The node's own judgement counts; this page only adds what the time since its answer has made older. */
function stateOf(stream: StreamReading, ageMs: number | null): Freshness {
  if (stream.state === 'missing') {
    return 'none';
  }
  const rate = stream.expectedHz ?? stream.rateHz;
  const judged = freshness(ageMs, rate ? 1000 / rate : null);
  return judged === 'fresh' && stream.state === 'stale' ? 'stale' : judged;
}

function nameOf(stream: StreamReading): string {
  return stream.topic.slice(stream.topic.lastIndexOf('/') + 1);
}

function valueOf(stream: StreamReading, sensor: SensorReading | undefined): string {
  return sensor ? sensorWords(stream.type, sensor.value) : 'shown above';
}

function NoData({ stream }: { stream: StreamReading }) {
  return <span class="unknown">{stream.publishers === 0 ? 'no data: nobody publishes this topic' : 'no data'}</span>;
}

function StreamState({ state, problem }: { state: Freshness; problem: string | null }) {
  return (
    <>
      {state === 'fresh' && 'measured'}
      {state === 'stale' && <span class="tone-warning">◐ stale</span>}
      {state === 'none' && <span class="unknown">○ no data</span>}
      {problem && <span class="aside tone-warning">▲ {problem}</span>}
    </>
  );
}

function Rejections({ stream }: { stream: StreamReading }) {
  const reasons = Object.entries(stream.reasons).filter(([, times]) => times > 0);
  if (stream.rejected === 0 && reasons.length === 0) {
    return <span class="quiet">0</span>;
  }
  return (
    <span class={stream.rejected > 0 ? 'tone-warning' : ''}>
      {count(stream.rejected)}
      <span class="aside">{reasons.map(([reason, times]) => `${reason} ${count(times)}`).join(' · ')}</span>
    </span>
  );
}

function UnmappedTopics({ streams }: { streams: StreamReading[] }) {
  return (
    <details class="unmapped">
      <summary>{streams.length === 1 ? '1 more topic' : `${streams.length} more topics`} not taken</summary>
      <ul>
        {streams.map((stream) => (
          <li key={stream.topic}>
            {stream.topic} · {stream.type} <span class="unknown">{stream.problem}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
