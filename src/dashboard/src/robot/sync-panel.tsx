import { useSignal } from '@preact/signals';
import { api, type SyncReading } from '../wire/api.ts';
import { usePoll } from '../wire/poll.ts';
import { SyncBadge } from '../words/badges.tsx';
import { count, fixed } from '../words/number.ts';
import { ghostMs, type LiveGhost } from './live-ghost.ts';
import type { LiveJoints } from './live-joints.ts';
import { StripView } from './strip-view.tsx';

/** Residuals within a thousandth look like rest [rad or m]. */
const smallestResidualRange = 0.002;

/** A bar is full at a twentieth of the joint's range. */
const fullBar = 0.05;

const modes = ['shadow', 'advise', 'mirror'] as const;

/** How far the virtual robot is from the physical one, why, and how well its ticks keep their time. */
export function SyncPanel({ id, live, ghost }: { id: string; live: LiveJoints; ghost: LiveGhost }) {
  const polled = usePoll((stopping) => api.sync(id, stopping), 1000, id);
  const { value, problem } = polled.value;
  const history = ghost.history.value;
  return (
    <section class="panel sync" aria-label="Virtual robot">
      <div class="panel-head">
        <h2>Virtual robot</h2>
        {value && !problem && <SyncBadge status={value.status} reason={value.reason} />}
      </div>
      {value?.failure && <p class="tone-critical">▲ Lost the robot: {value.failure}</p>}
      {problem && <p class="tone-warning">{problem.message}</p>}
      {value && (
        <>
          <SyncFacts sync={value} />
          <Modes id={id} mode={value.mode} />
        </>
      )}
      {value?.status && history && (
        <StripView
          label="Residual of every joint over the last 30 s; the numbers are in the list below"
          ring={history.ring}
          columns={history.joints.map((_, index) => history.joints.length + index)}
          spanMs={ghostMs}
          height={64}
          smallestRange={smallestResidualRange}
          axes="sparse"
          gapMs={live.gapMs}
        />
      )}
      {value?.status && history && <JointErrors sync={value} live={live} ghost={ghost} />}
    </section>
  );
}

function SyncFacts({ sync }: { sync: SyncReading }) {
  const { pace } = sync;
  return (
    <dl class="facts">
      <Fact name="Mean error">{fixed(sync.positionError, 4)}</Fact>
      <Fact name="Latency">{sync.latencyMs === null ? '–' : `${fixed(sync.latencyMs, 1)} ms`}</Fact>
      <Fact name="Rate">{pace ? `${fixed(pace.achievedHz, 1)} of ${fixed(pace.askedHz, 0)} Hz` : '–'}</Fact>
      <Fact name="Jitter p50, p99">
        {pace ? `${fixed(pace.jitterMs.p50, 2)}, ${fixed(pace.jitterMs.p99, 2)} ms` : '–'}
      </Fact>
      <Fact name="Late, missed">{pace ? `${count(pace.late)}, ${count(pace.missed)}` : '–'}</Fact>
    </dl>
  );
}

/** Where corrections go. Command is not offered: nothing in this version can move a robot. */
function Modes({ id, mode }: { id: string; mode: string }) {
  const problem = useSignal<string | null>(null);
  const choose = (chosen: string) =>
    api.setMode(id, chosen).then(
      () => (problem.value = null),
      (failure: Error) => (problem.value = failure.message),
    );
  return (
    <div class="modes" role="group" aria-label="Mode">
      {modes.map((name) => (
        <button type="button" key={name} aria-pressed={mode === name} onClick={() => void choose(name)}>
          {name}
        </button>
      ))}
      {problem.value && <span class="tone-warning">{problem.value}</span>}
    </div>
  );
}

/** One line a joint: residual as a bar and a number, and in mode advise what would correct it. */
function JointErrors({ sync, live, ghost }: { sync: SyncReading; live: LiveJoints; ghost: LiveGhost }) {
  void live.readout.value;
  const history = ghost.history.value!;
  return (
    <div class="errors-scroll" tabIndex={0} role="region" aria-label="Residual of each joint">
      <ul class="errors">
        {sync.joints.map((joint) => {
          const index = history.joints.indexOf(joint.name);
          const residual = index < 0 ? Number.NaN : history.ring.latest(history.joints.length + index);
          const share = Math.min(1, (joint.normalized ?? 0) / fullBar);
          return (
            <li key={joint.name} data-joint={joint.name}>
              <span class="name" title={joint.name}>
                {joint.name}
              </span>
              <span class="error-bar" aria-hidden="true">
                <span class={share >= 1 ? 'full' : ''} style={{ width: `${100 * share}%` }} />
              </span>
              <span class="value">{fixed(residual, 4)}</span>
              {joint.advice !== null && (
                <span class="value" title="Velocity that would bring the joint to the virtual one">
                  → {fixed(joint.advice, 3)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
