import type { ComponentChildren } from 'preact';
import type { RobotDocument } from '../wire/api.ts';
import { grownAge } from '../wire/poll.ts';
import { ageWords } from '../words/age.ts';
import { LinkBadge, NotYet, ReplayBadge, SyncBadge } from '../words/badges.tsx';
import { count, counted, fixed } from '../words/number.ts';
import { secondHand } from '../words/second-hand.ts';
import type { LiveJoints } from './live-joints.ts';

interface RobotHeaderProps {
  id: string;
  document: RobotDocument | null;
  polledAt: number;
  live: LiveJoints | null;
}

/** Who the robot is and how good its data are, in one row. */
export function RobotHeader({ id, document, polledAt, live }: RobotHeaderProps) {
  const robot = document?.robot;
  const lost = document?.streams.reduce((sum, stream) => sum + stream.lost, 0) ?? 0;
  const clock = document?.clock ?? null;
  const clockOffset = clock?.offsetMs ?? document?.clockOffsetMs ?? null;
  return (
    <div class="heading robot-heading">
      <h1>{id}</h1>
      {robot && <LinkBadge link={robot.link} />}
      {robot && <ReplayBadge isReplay={robot.isReplay} />}
      {document && robot && (
        <dl class="facts">
          <Fact name="Model">{robot.model ?? <span class="unknown">none</span>}</Fact>
          <Fact name="Robot link">{document.linkKind}</Fact>
          <Fact name="Mode">{robot.mode}</Fact>
          <Fact name="Joint rate">{robot.link === 'lost' ? '–' : `${fixed(robot.rateHz, 1)} Hz`}</Fact>
          <Fact name="Data age">
            <DataAge robotAgeMs={grownAge(robot.ageMs, polledAt, secondHand.value)} live={live} />
          </Fact>
          <Fact name="Lost on the way">
            <span class={lost > 0 ? 'tone-warning' : ''}>{counted(lost, 'sample')}</span>
          </Fact>
          <Fact name="Lost to this page">
            <ViewerLoss live={live} />
          </Fact>
          <Fact name="Robot clock">
            {clockOffset === null ? '–' : `${signed(clockOffset)} ms`}
            {clock?.driftPpm != null && ` · ${signed(clock.driftPpm)} ± ${fixed(clock.driftUncertaintyPpm, 1)} ppm`}
          </Fact>
          <Fact name="Health">{robot.health === null ? <NotYet /> : `${fixed(robot.health, 0)} %`}</Fact>
          <Fact name="Sync">
            <SyncBadge status={robot.sync} reason={robot.syncReason} />
          </Fact>
          <Fact name="Alerts">{robot.alerts ?? <NotYet />}</Fact>
        </dl>
      )}
    </div>
  );
}

/** The live age four times a second while samples come in, else what the node said, growing. */
function DataAge({ robotAgeMs, live }: { robotAgeMs: number | null; live: LiveJoints | null }) {
  void live?.readout.value;
  const liveAge = live?.ageMs() ?? null;
  return <span data-age>{ageWords(liveAge ?? robotAgeMs)}</span>;
}

function ViewerLoss({ live }: { live: LiveJoints | null }) {
  const frames = live?.lostFrames.value ?? 0;
  const dropped = live?.droppedSamples.value ?? 0;
  return (
    <span class={frames > 0 ? 'tone-warning' : ''}>
      {counted(frames, 'frame')} lost
      {dropped > 0 && `, ${count(dropped)} samples left out`}
    </span>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function signed(milliseconds: number): string {
  return `${milliseconds < 0 ? '−' : '+'}${fixed(Math.abs(milliseconds), 1)}`;
}
