import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, type RobotSummary } from '../wire/api.ts';
import { nodeTime } from '../wire/node.ts';
import { grownAge, usePoll } from '../wire/poll.ts';
import { ageWords, lastSeenWords, localTime } from '../words/age.ts';
import { LinkBadge, NotYet, ReplayBadge, SyncBadge } from '../words/badges.tsx';
import { fixed } from '../words/number.ts';
import { secondHand } from '../words/second-hand.ts';
import { robotPath } from '../route.ts';
import { Discovered } from './discovered.tsx';
import { filterRobots, needsAttentionFirst, urgency } from './order.ts';

export function FleetPage() {
  const fleet = usePoll(api.robots, 1000);
  const typed = useSignal('');
  useEffect(() => {
    document.title = 'Fleet · TwinActors';
  }, []);
  const { value, at, problem } = fleet.value;
  return (
    <div class="page">
      <div class="heading">
        <h1>Fleet</h1>
        {value && <FleetCounts robots={value} />}
        <label class="filter">
          <span>Filter</span>
          <input
            type="search"
            placeholder="id, model, tag, state"
            value={typed.value}
            onInput={(event) => (typed.value = event.currentTarget.value)}
          />
        </label>
      </div>
      {problem && (
        <p class="banner">
          <span role="status">{problem.message}</span>{' '}
          {value && `This is what it said ${ageWords(Math.max(1000, secondHand.value - at))} ago.`}
        </p>
      )}
      {value?.length === 0 && <EmptyFleet />}
      {value && value.length > 0 && (
        <FleetTable robots={filterRobots(needsAttentionFirst(value), typed.value)} polledAt={at} isOld={!!problem} />
      )}
      {!value && !problem && <p class="quiet">Asking the node…</p>}
      <Discovered />
    </div>
  );
}

function FleetCounts({ robots }: { robots: RobotSummary[] }) {
  const of = (link: string) => robots.filter((robot) => robot.link === link).length;
  const lost = of('lost');
  const stale = of('stale');
  const unknown = of('unknown');
  return (
    <p class="counts" role="status">
      <b>{robots.length}</b> {robots.length === 1 ? 'robot' : 'robots'} · <b>{of('connected')}</b> connected
      {stale > 0 && (
        <span class="tone-warning">
          {' '}
          · <b>{stale}</b> stale
        </span>
      )}
      {unknown > 0 && (
        <span class="tone-warning">
          {' '}
          · <b>{unknown}</b> without answer
        </span>
      )}
      {lost > 0 && (
        <span class="tone-critical">
          {' '}
          · <b>{lost}</b> lost
        </span>
      )}
    </p>
  );
}

function EmptyFleet() {
  return (
    <section class="panel empty">
      <h2>No robots yet</h2>
      <p>Add the first one by its ROS namespace, or let the node simulate one:</p>
      <pre>
        ./twin robots add arm1{'\n'}
        ./twin robots add demo1 --model arm6 --link simulated
      </pre>
      <p>Robots that are seen on the ROS graph are offered below.</p>
    </section>
  );
}

interface FleetTableProps {
  robots: RobotSummary[];
  polledAt: number;
  /** The node does not answer: every value is old. */
  isOld: boolean;
}

function FleetTable({ robots, polledAt, isOld }: FleetTableProps) {
  return (
    <div class={`panel scroll ${isOld ? 'old' : ''}`} tabIndex={0} role="region" aria-label="Robots">
      <table class="fleet">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Robot</th>
            <th scope="col">Model</th>
            <th scope="col">Mode</th>
            <th scope="col" class="number">
              Rate [Hz]
            </th>
            <th scope="col" class="number">
              Data age
            </th>
            <th scope="col">Health</th>
            <th scope="col">Sync</th>
            <th scope="col">Alerts</th>
            <th scope="col">Tags</th>
          </tr>
        </thead>
        <tbody>
          {robots.map((robot) => (
            <FleetRow key={robot.id} robot={robot} polledAt={polledAt} />
          ))}
        </tbody>
      </table>
      {robots.length === 0 && <p class="quiet">No robot matches the filter.</p>}
    </div>
  );
}

function FleetRow({ robot, polledAt }: { robot: RobotSummary; polledAt: number }) {
  const age = grownAge(robot.ageMs, polledAt, secondHand.value);
  const isLost = robot.link === 'lost';
  return (
    <tr class={isLost ? 'lost' : ''} data-robot={robot.id} data-link={robot.link} data-urgency={urgency(robot)}>
      <td>
        <LinkBadge link={robot.link} />
        {isLost && (
          <span class="aside" title={robot.lastSeen ?? undefined}>
            {lastSeenWords(robot.lastSeen, nodeTime())}
          </span>
        )}
      </td>
      <th scope="row">
        <a href={robotPath(robot.id)}>{robot.id}</a> <ReplayBadge isReplay={robot.isReplay} />
      </th>
      <td>{robot.model ?? <span class="unknown">none</span>}</td>
      <td>{robot.mode}</td>
      <td class="number">{isLost ? '–' : fixed(robot.rateHz, 1)}</td>
      <td class="number" title={robot.lastSeen ? localTime(robot.lastSeen, Date.now()) : undefined}>
        {ageWords(age)}
      </td>
      <td>{robot.health === null ? <NotYet /> : `${fixed(robot.health, 0)} %`}</td>
      <td>
        <SyncBadge status={robot.sync} reason={robot.syncReason} />
      </td>
      <td>{robot.alerts ?? <NotYet />}</td>
      <td>
        {robot.tags.map((tag) => (
          <span class="tag" key={tag}>
            {tag}
          </span>
        ))}
      </td>
    </tr>
  );
}
