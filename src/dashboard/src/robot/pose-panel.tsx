import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { colours, coloursVersion } from '../chart/colours.ts';
import { onFrame } from '../chart/loop.ts';
import type { RobotView } from '../view3d/view.ts';
import { ageWords } from '../words/age.ts';
import { counted } from '../words/number.ts';
import type { LiveGhost } from './live-ghost.ts';
import type { LiveJoints } from './live-joints.ts';
import { instantOf, type PlayedBranch } from './what-if-panel.tsx';

interface PosePanelProps {
  live: LiveJoints;
  ghost: LiveGhost;
  urdf: string | null | undefined;
  played: Signal<PlayedBranch | null>;
}

/** The robot in 3D, and the virtual robot as a ghost where it is elsewhere. The code that draws it is large, so it is fetched only here and after the first paint. */
export function PosePanel({ live, ghost, urdf, played }: PosePanelProps) {
  const host = useRef<HTMLDivElement>(null);
  const missing = useSignal(0);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    if (!urdf) {
      return;
    }
    let dispose: (() => void) | null = null;
    let isGone = false;
    void import('../view3d/view.ts')
      .then((module) => {
        if (!isGone) {
          const view = new module.RobotView(host.current!, urdf);
          missing.value = view.missingMeshes;
          dispose = follow(view, live, ghost, played);
        }
      })
      .catch((failure: unknown) => (problem.value = `The 3D view cannot be drawn: ${String(failure)}`));
    return () => {
      isGone = true;
      dispose?.();
    };
  }, [urdf, live, ghost]);
  return (
    <section class="panel pose" aria-label="Pose in 3D">
      <div class="panel-head">
        <h2>Pose</h2>
        <PoseAge live={live} />
      </div>
      {urdf === null && <p class="quiet">The robot has no URDF, so there is nothing to draw.</p>}
      {problem.value && <p class="banner">{problem.value}</p>}
      {urdf && !problem.value && (
        <div
          class="view3d"
          ref={host}
          role="img"
          aria-label="The robot's pose in 3D; the joint positions are in the table tab"
        />
      )}
      {missing.value > 0 && (
        <p class="aside">
          {counted(missing.value, 'mesh file')} not drawn: boxes, cylinders and spheres are, and sticks for the rest.
        </p>
      )}
    </section>
  );
}

/** Keeps the view at the newest joint positions until the returned function is called. */
function follow(view: RobotView, live: LiveJoints, ghost: LiveGhost, played: Signal<PlayedBranch | null>): () => void {
  let dressed = '';
  const stop = onFrame((now) => {
    const isLive = live.freshness() !== 'none';
    const dress = `${coloursVersion()} ${isLive}`;
    if (dress !== dressed) {
      dressed = dress;
      view.dress(colours().plot, colours().grid, isLive);
    }
    const history = live.history.peek();
    if (history) {
      for (let index = 0; index < history.joints.length; index++) {
        view.pose(history.joints[index]!, history.ring.latest(index));
      }
    }
    const shadow = ghost.isLive() ? ghost.history.peek() : null;
    view.showGhost(shadow !== null);
    if (shadow) {
      for (let index = 0; index < shadow.joints.length; index++) {
        view.poseGhost(shadow.joints[index]!, shadow.ring.latest(index));
      }
    }
    const branch = played.peek();
    view.showBranch(branch !== null);
    if (branch) {
      const at = instantOf(branch.trajectory.seconds, performance.now() - branch.startedAt);
      for (const joint of branch.trajectory.joints) {
        view.poseBranch(joint.name, joint.branch[at] ?? Number.NaN);
      }
    }
    view.paint(now);
  });
  return () => {
    stop();
    view.dispose();
  };
}

function PoseAge({ live }: { live: LiveJoints }) {
  void live.readout.value;
  const state = live.freshness();
  if (state === 'fresh') {
    return <span class="quiet">live</span>;
  }
  const age = live.ageMs();
  return (
    <span class={state === 'stale' ? 'tone-warning' : 'tone-critical'}>
      {age === null ? '✕ no pose yet: drawn at zero' : `pose of ${ageWords(age)} ago`}
    </span>
  );
}
