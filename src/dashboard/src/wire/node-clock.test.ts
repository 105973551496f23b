import { describe, expect, it } from 'vitest';
import { NodeClock } from './node-clock.ts';

describe('node clock', () => {
  it('takes the quickest sample as the offset, and what others need longer as lag', () => {
    const clock = new NodeClock();
    clock.observe(1000, 1103);
    clock.observe(1020, 1121);
    clock.observe(1040, 1180);

    expect(clock.offsetMs).toBe(101);
    expect(clock.lagMs).toBe(39);
    expect(clock.nodeNow(1200)).toBe(1099);
  });

  it('follows a clock that drifts: an offset older than a minute is forgotten', () => {
    const clock = new NodeClock();
    clock.observe(0, 100);
    for (let second = 1; second <= 70; second++) {
      clock.observe(second * 1000, second * 1000 + 150);
    }

    expect(clock.offsetMs).toBe(150);
  });

  it('knows nothing before the first sample', () => {
    const clock = new NodeClock();

    expect([clock.offsetMs, clock.lagMs, clock.nodeNow(5)]).toEqual([null, null, null]);
  });
});
