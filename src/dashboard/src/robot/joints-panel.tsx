import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ageWords } from '../words/age.ts';
import { counted } from '../words/number.ts';
import { JointMultiples } from './joint-multiples.tsx';
import { JointOverlay } from './joint-overlay.tsx';
import { JointTable } from './joint-table.tsx';
import type { LiveJoints } from './live-joints.ts';
import { Tabs } from './tabs.tsx';
import { urdfJoints, type UrdfJoint } from './urdf-joints.ts';

const tabs = [
  { name: 'multiples', title: 'Each joint', shown: 'position above velocity, last 30 s' },
  { name: 'overlay', title: 'Overlay', shown: 'last 60 s' },
  { name: 'table', title: 'Table', shown: 'newest values' },
] as const;

/** What the three tabs draw from. */
export interface JointsView {
  live: LiveJoints;
  joints: string[];
  /** Units and limits by joint name; empty without a URDF. */
  model: Map<string, UrdfJoint>;
}

export function JointsPanel({ live, urdf }: { live: LiveJoints; urdf: string | null | undefined }) {
  const chosen = useSignal<(typeof tabs)[number]['name']>('multiples');
  const model = useMemo(() => (urdf ? urdfJoints(urdf) : new Map<string, UrdfJoint>()), [urdf]);
  const history = live.history.value;
  return (
    <section class="panel joints" aria-label="Joints">
      <div class="panel-head">
        <h2>Joints</h2>
        {history && (
          <span class="quiet">
            {counted(history.joints.length, 'joint')}, {tabs.find((tab) => tab.name === chosen.value)?.shown}
          </span>
        )}
        <JointFreshness live={live} />
        <Tabs label="Joints as" tabs={tabs} chosen={chosen} />
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${chosen.value}`}>
        {history && history.joints.length > 0 ? (
          <ChosenTab tab={chosen.value} view={{ live, joints: history.joints, model }} />
        ) : (
          <p class="quiet">{live.refusal.value ?? 'No joint states have arrived.'}</p>
        )}
      </div>
    </section>
  );
}

function ChosenTab({ tab, view }: { tab: (typeof tabs)[number]['name']; view: JointsView }) {
  switch (tab) {
    case 'multiples':
      return <JointMultiples {...view} />;
    case 'overlay':
      return <JointOverlay {...view} />;
    case 'table':
      return <JointTable {...view} />;
  }
}

/** Says when the joints are old; fresh ones need no word. */
function JointFreshness({ live }: { live: LiveJoints }) {
  void live.readout.value;
  const age = live.ageMs();
  switch (live.freshness()) {
    case 'fresh':
      return null;
    case 'stale':
      return <span class="tone-warning">◐ stale, {ageWords(age)} old</span>;
    case 'none':
      return <span class="tone-critical">{age === null ? '✕ no data' : `✕ no data for ${ageWords(age)}`}</span>;
  }
}
