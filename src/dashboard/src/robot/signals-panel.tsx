import type { SignalReading } from '../wire/api.ts';
import { grownAge } from '../wire/poll.ts';
import { ageWords } from '../words/age.ts';
import { fixed } from '../words/number.ts';
import { secondHand } from '../words/second-hand.ts';

interface SignalsPanelProps {
  signals: SignalReading[];
  polledAt: number;
  /** The node does not answer: every value is old. */
  isOld: boolean;
}

/** The values of messages that are mapped to joints and components; nothing when none are. */
export function SignalsPanel({ signals, polledAt, isOld }: SignalsPanelProps) {
  if (signals.length === 0) {
    return null;
  }
  return (
    <section class="panel sensors" aria-label="Signals">
      <div class="panel-head">
        <h2>Signals</h2>
      </div>
      <div class={`scroll ${isOld ? 'old' : ''}`} tabIndex={0} role="region" aria-label="Mapped values">
        <table>
          <thead>
            <tr>
              <th scope="col">Signal</th>
              <th scope="col" class="number">
                Value
              </th>
              <th scope="col" class="number">
                Age
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {signals.map((signal) => (
              <tr key={signal.signal}>
                <th scope="row">
                  {signal.signal}
                  <span class="aside">
                    {signal.topic} · {signal.field}
                  </span>
                </th>
                <td class="number">
                  {fixed(signal.value, 3)} {signal.value === null ? '' : signal.unit}
                </td>
                <td class="number">{ageWords(grownAge(signal.ageMs, polledAt, secondHand.value))}</td>
                <td>
                  {signal.quality === 'measured' && 'measured'}
                  {signal.quality === 'stale' && <span class="tone-warning">◐ stale</span>}
                  {signal.quality === 'missing' && <span class="unknown">○ no data</span>}
                  {signal.problem && <span class="aside tone-warning">▲ {signal.problem}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
