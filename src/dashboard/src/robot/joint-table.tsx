import type { JointsView } from './joints-panel.tsx';
import { effortUnit, isOutside, positionUnit, velocityUnit } from './joint-value.ts';
import { LimitBar } from './limit-bar.tsx';
import { fixed } from '../words/number.ts';

/** The charts' twin in text: every joint's newest numbers, for screen readers and for reading exact values. */
export function JointTable({ live, joints, model }: JointsView) {
  void live.readout.value;
  const state = live.freshness();
  const ring = live.history.value!.ring;
  const valueOf = (column: number) => (state === 'none' ? Number.NaN : ring.latest(column));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Joint values">
      <table class={`joint-table is-${state}`}>
        <thead>
          <tr>
            <th scope="col">Joint</th>
            <th scope="col" class="number">
              Position
            </th>
            <th scope="col">Between its limits</th>
            <th scope="col" class="number">
              Velocity
            </th>
            <th scope="col" class="number">
              Effort
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {joints.map((name, index) => {
            const joint = model.get(name);
            const position = valueOf(index);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <Cell value={position} digits={4} unit={positionUnit(joint)} />
                <td>
                  <LimitBar position={position} joint={joint} />
                  <span class="aside limits">{limitWords(joint?.lower, joint?.upper)}</span>
                </td>
                <Cell value={valueOf(joints.length + index)} digits={4} unit={velocityUnit(joint)} />
                <Cell value={valueOf(2 * joints.length + index)} digits={2} unit={effortUnit(joint)} />
                <td>{isOutside(position, joint) ? <Outside /> : stateWords[state]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const stateWords = { fresh: 'measured', stale: 'stale', none: 'no data' };

function Outside() {
  return <span class="tone-warning">▲ outside limits</span>;
}

function Cell({ value, digits, unit }: { value: number; digits: number; unit: string }) {
  return (
    <td class="number">
      {fixed(value, digits)} {!Number.isNaN(value) && <small>{unit}</small>}
    </td>
  );
}

function limitWords(lower: number | null | undefined, upper: number | null | undefined): string {
  return lower == null && upper == null ? 'no limits' : `${fixed(lower, 2)} … ${fixed(upper, 2)}`;
}
