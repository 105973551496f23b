import type { JointsView } from './joints-panel.tsx';
import { LimitBar } from './limit-bar.tsx';
import { isOutside, positionUnit, smallestPositionRange, smallestVelocityRange, velocityUnit } from './joint-value.ts';
import { StripView } from './strip-view.tsx';
import { fixed } from '../words/number.ts';

/** A cell is too narrow for the whole minute: this much still shows each swing of a joint [ms]. */
const spanMs = 30_000;

/** Up to this many joints fit a window with charts of twice the height. */
const fewJoints = 9;

/** Small multiples: one cell a joint, position above velocity, all on the same time axis. */
export function JointMultiples(view: JointsView) {
  return (
    <ul class="multiples">
      {view.joints.map((joint, index) => (
        <JointCell key={joint} view={view} index={index} />
      ))}
    </ul>
  );
}

function JointCell({ view, index }: { view: JointsView; index: number }) {
  const { live, joints, model } = view;
  const ring = live.history.value!.ring;
  const name = joints[index]!;
  const scale = joints.length <= fewJoints ? 2 : 1;
  const shared = { ring, spanMs, axes: 'sparse' as const, gapMs: live.gapMs };
  return (
    <li class="joint" data-joint={name}>
      <CellReadout view={view} index={index} />
      <StripView
        {...shared}
        label={`Position of ${name} [${positionUnit(model.get(name))}]; its numbers are in the table tab`}
        columns={[index]}
        height={46 * scale}
        smallestRange={smallestPositionRange}
      />
      <StripView
        {...shared}
        label={`Velocity of ${name} [${velocityUnit(model.get(name))}]; its numbers are in the table tab`}
        columns={[joints.length + index]}
        height={30 * scale}
        smallestRange={smallestVelocityRange}
      />
    </li>
  );
}

/** Name and numbers of a joint, written four times a second. */
function CellReadout({ view, index }: { view: JointsView; index: number }) {
  const { live, joints, model } = view;
  void live.readout.value;
  const name = joints[index]!;
  const joint = model.get(name);
  const state = live.freshness();
  const ring = live.history.value!.ring;
  const position = state === 'none' ? Number.NaN : ring.latest(index);
  const velocity = state === 'none' ? Number.NaN : ring.latest(joints.length + index);
  const outside = isOutside(position, joint);
  return (
    <div class={`readout is-${state}`}>
      <h3 title={name}>{name}</h3>
      {state === 'none' ? (
        <span class="unknown">no data</span>
      ) : (
        <>
          {outside && <span class="outside tone-warning">▲ outside limits</span>}
          <span class={`value ${outside ? 'tone-warning' : ''}`} data-position>
            {fixed(position, 3)} <small>{positionUnit(joint)}</small>
          </span>
          <span class="value second">
            {fixed(velocity, 3)} <small>{velocityUnit(joint)}</small>
          </span>
        </>
      )}
      <LimitBar position={position} joint={joint} />
    </div>
  );
}
