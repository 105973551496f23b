import { describe, expect, it } from 'vitest';
import type { LinkState, RobotSummary } from '../wire/api.ts';
import { filterRobots, needsAttentionFirst } from './order.ts';

function robot(id: string, link: LinkState, more: Partial<RobotSummary> = {}): RobotSummary {
  const unknown = { model: null, tags: [], mode: 'shadow', health: null, sync: null, syncReason: null, alerts: null };
  return { id, link, ...unknown, ageMs: null, lastSeen: null, rateHz: null, isReplay: false, ...more };
}

describe('fleet order', () => {
  it('puts what needs a person first: lost, without answer, stale, alerts, never linked, then the rest', () => {
    const fleet = [
      robot('a', 'connected'),
      robot('b', 'none'),
      robot('c', 'connected', { alerts: 2 }),
      robot('d', 'stale'),
      robot('e', 'unknown'),
      robot('f', 'lost'),
    ];

    expect(needsAttentionFirst(fleet).map((one) => one.id)).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
  });

  it('counts as people do within the same urgency', () => {
    const fleet = ['arm10', 'Arm2', 'arm1'].map((id) => robot(id, 'connected'));

    expect(needsAttentionFirst(fleet).map((one) => one.id)).toEqual(['arm1', 'Arm2', 'arm10']);
  });

  it('finds robots by every word typed', () => {
    const fleet = [
      robot('arm1', 'connected', { tags: ['cell-1'], model: 'arm6' }),
      robot('arm2', 'lost', { tags: ['cell-1'] }),
      robot('base1', 'connected', { tags: ['hall'] }),
    ];
    const found = (typed: string) => filterRobots(fleet, typed).map((one) => one.id);

    expect(found('')).toEqual(['arm1', 'arm2', 'base1']);
    expect(found('CELL-1 lost')).toEqual(['arm2']);
    expect(found('arm6')).toEqual(['arm1']);
    expect(found('nothing')).toEqual([]);
  });
});
