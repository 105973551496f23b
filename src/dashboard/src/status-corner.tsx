import { frameFigures } from './chart/loop.ts';
import { node } from './wire/node.ts';
import { telemetry } from './wire/telemetry.ts';
import { secondHand } from './words/second-hand.ts';
import { fixed } from './words/number.ts';

/** How well this page itself is doing: in a corner, small, the same on every page. */
export function StatusCorner() {
  // The lag is no signal, since it changes with every frame: the second hand has it read once a second.
  void secondHand.value;
  const frames = frameFigures.value;
  const socket = telemetry.state.value;
  const lag = socket === 'open' ? telemetry.clock.lagMs : null;
  return (
    <dl class="corner" aria-label="This page">
      {frames && <Figure name="drawing" value={`${fixed(frames.fps, 0)} fps · ${fixed(frames.drawMs, 1)} ms`} />}
      {socket !== 'closed' && <Figure name="live" value={socket === 'open' ? `lag ${fixed(lag, 0)} ms` : socket} />}
      <Figure name="node" value={node.value ? `${node.value.name} · clock ${clockWords()}` : 'no answer'} />
    </dl>
  );
}

function clockWords(): string {
  const { offsetMs, offsetErrorMs } = node.value!;
  const sign = offsetMs < 0 ? '−' : '+';
  return `${sign}${fixed(Math.abs(offsetMs), 0)} ± ${fixed(Math.max(1, offsetErrorMs), 0)} ms`;
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
