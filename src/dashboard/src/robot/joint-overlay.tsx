import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { traceColour } from '../chart/colours.ts';
import type { JointsView } from './joints-panel.tsx';
import { smallestPositionRange, smallestVelocityRange } from './joint-value.ts';
import { historyMs } from './live-joints.ts';
import { StripView } from './strip-view.tsx';

/** All joints in two charts. Pointing at a name, or focusing it, makes its trace stand out; a press keeps it so. */
export function JointOverlay({ live, joints, model }: JointsView) {
  const pointed = useSignal<number | null>(null);
  const kept = useSignal<number | null>(null);
  const ring = live.history.value!.ring;
  const positions = useMemo(() => joints.map((_, index) => index), [joints]);
  const velocities = useMemo(() => joints.map((_, index) => joints.length + index), [joints]);
  const highlighted = pointed.value ?? kept.value;
  const hasSlides = joints.some((name) => model.get(name)?.unit === 'm');
  const unit = hasSlides || model.size === 0 ? 'rad or m' : 'rad';
  const shared = { ring, spanMs: historyMs, axes: 'full' as const, gapMs: live.gapMs, highlighted };
  return (
    <div class="overlay">
      <h3>
        Position <small>[{unit}]</small>
      </h3>
      <StripView
        {...shared}
        label={`Positions of ${joints.length} joints; their numbers are in the table tab`}
        columns={positions}
        height={240}
        smallestRange={smallestPositionRange}
      />
      <h3>
        Velocity <small>[{hasSlides || model.size === 0 ? 'rad/s or m/s' : 'rad/s'}]</small>
      </h3>
      <StripView
        {...shared}
        label={`Velocities of ${joints.length} joints; their numbers are in the table tab`}
        columns={velocities}
        height={200}
        smallestRange={smallestVelocityRange}
      />
      <ul class="legend" aria-label="Highlight a joint">
        {joints.map((name, index) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={kept.value === index}
              onMouseEnter={() => (pointed.value = index)}
              onMouseLeave={() => (pointed.value = null)}
              onFocus={() => (pointed.value = index)}
              onBlur={() => (pointed.value = null)}
              onClick={() => (kept.value = kept.value === index ? null : index)}
            >
              <span class="swatch" style={{ background: traceColour(index) }} aria-hidden="true" />
              {name}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
