import { useSignal, type Signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { api, type Branch, type BranchTrajectory, type WhatIfChange } from '../wire/api.ts';
import { usePoll } from '../wire/poll.ts';
import { fixed } from '../words/number.ts';

/** The trajectory of a branch that is being played, over and over. */
export interface PlayedBranch {
  id: string;
  trajectory: BranchTrajectory;
  /** On `performance.now()`'s clock [ms]. */
  startedAt: number;
}

const faults = ['friction-rise', 'bearing-wear', 'motor-overheating', 'backlash', 'encoder-drift'] as const;

/** What would become of the robot if something were other: asked here, compared in a table, played as a second ghost. */
export function WhatIfPanel({ id, urdf, played }: { id: string; urdf: string; played: Signal<PlayedBranch | null> }) {
  const polled = usePoll((stopping) => api.branches(id, stopping), 2000, id);
  const chosen = useSignal<string | null>(null);
  const branches = polled.value.value ?? [];
  const branch = branches.find((one) => one.id === chosen.value) ?? branches[0];
  return (
    <section class="panel what-if" aria-label="What-if">
      <div class="panel-head">
        <h2>What if</h2>
      </div>
      <Question id={id} urdf={urdf} asked={(made) => (chosen.value = made)} />
      {polled.value.problem && <p class="tone-warning">{polled.value.problem.message}</p>}
      {branches.length > 0 && (
        <label class="choice">
          Branch{' '}
          <select value={branch?.id} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {branches.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id} {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {branch && <BranchView id={id} branch={branch} played={played} />}
    </section>
  );
}

function Question({ id, urdf, asked }: { id: string; urdf: string; asked: (branch: string) => void }) {
  const parts = useMemo(() => partsOf(urdf), [urdf]);
  const kind = useSignal('payload');
  const place = useSignal<string | null>(null);
  const amount = useSignal(1);
  const seconds = useSignal(10);
  const problem = useSignal<string | null>(null);
  const places = kind.value === 'payload' ? parts.links : parts.joints;
  const at = places.includes(place.value ?? '') ? place.value! : (places.at(-1) ?? '');
  const ask = (event: Event) => {
    event.preventDefault();
    const change: WhatIfChange =
      kind.value === 'payload'
        ? { payload: { link: at, mass: amount.value } }
        : { faults: [{ component: at, kind: kind.value, severity: amount.value }] };
    const name = `${kind.value} ${amount.value} at ${at}`;
    void api.askWhatIf(id, { name, seconds: seconds.value, change }).then(
      (branch) => {
        problem.value = null;
        asked(branch.id);
      },
      (failure: Error) => (problem.value = failure.message),
    );
  };
  return (
    <form class="question" onSubmit={ask}>
      <select aria-label="What" value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value)}>
        <option value="payload">payload [kg]</option>
        {faults.map((fault) => (
          <option key={fault} value={fault}>
            {fault} [0 to 1]
          </option>
        ))}
      </select>
      <input
        aria-label="How much"
        type="number"
        min="0"
        max={kind.value === 'payload' ? undefined : 1}
        step="any"
        value={amount.value}
        onInput={(event) => (amount.value = event.currentTarget.valueAsNumber)}
      />
      <select aria-label="Where" value={at} onChange={(event) => (place.value = event.currentTarget.value)}>
        {places.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <input
        aria-label="Seconds"
        type="number"
        min="1"
        max="3600"
        value={seconds.value}
        onInput={(event) => (seconds.value = event.currentTarget.valueAsNumber)}
      />{' '}
      s<button type="submit">Compare</button>
      {problem.value && <p class="tone-warning">{problem.value}</p>}
    </form>
  );
}

function BranchView({ id, branch, played }: { id: string; branch: Branch; played: Signal<PlayedBranch | null> }) {
  const isPlayed = played.value?.id === branch.id;
  const problem = useSignal<string | null>(null);
  const play = () => {
    if (isPlayed) {
      played.value = null;
      return;
    }
    void api.branchTrajectory(id, branch.id).then(
      (trajectory) => {
        problem.value = null;
        played.value = { id: branch.id, trajectory, startedAt: performance.now() };
      },
      (failure: Error) => (problem.value = failure.message),
    );
  };
  return (
    <div data-branch={branch.state}>
      {branch.problem && <p class="tone-critical">{branch.problem}</p>}
      {branch.state === 'waiting' && <p class="quiet">It is being worked out.</p>}
      {branch.joints && (
        <>
          <div class="modes">
            <button type="button" aria-pressed={isPlayed} onClick={play}>
              {isPlayed ? 'Hide the branch' : 'Show the branch in 3D'}
            </button>
            {problem.value && <span class="tone-warning">{problem.value}</span>}
          </div>
          <div class="errors-scroll" tabIndex={0} role="region" aria-label="Differences of the branch">
            <table class="differences">
              <thead>
                <tr>
                  <th scope="col">Largest difference</th>
                  <th scope="col">Position</th>
                  <th scope="col">Effort</th>
                  <th scope="col">°C</th>
                  <th scope="col">Apart after</th>
                </tr>
              </thead>
              <tbody>
                {branch.joints.map((joint) => (
                  <tr key={joint.name}>
                    <th scope="row">{joint.name}</th>
                    <td>{fixed(joint.position.largest, 4)}</td>
                    <td>{fixed(joint.effort.largest, 2)}</td>
                    <td>{fixed(joint.temperature.largest, 1)}</td>
                    <td>{joint.position.beyondAt === null ? '–' : `${fixed(joint.position.beyondAt, 2)} s`}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

/** Names of the links and of the movable joints of a URDF. */
function partsOf(urdf: string): { links: string[]; joints: string[] } {
  const robot = new DOMParser().parseFromString(urdf, 'application/xml');
  const names = (selector: string) =>
    [...robot.querySelectorAll(selector)].map((part) => part.getAttribute('name') ?? '');
  return {
    links: names('robot > link'),
    joints: ['revolute', 'continuous', 'prismatic'].flatMap((type) => names(`robot > joint[type="${type}"]`)),
  };
}

/** Which instant of a played branch is shown; it begins anew when it is over. */
export function instantOf(seconds: number[], elapsedMs: number): number {
  const length = seconds.at(-1) ?? 0;
  const now = length > 0 ? (elapsedMs / 1000) % length : 0;
  const next = seconds.findIndex((second) => second >= now);
  return next < 0 ? seconds.length - 1 : next;
}
