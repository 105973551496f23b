import type { RobotSummary } from '../wire/api.ts';

/** How much a robot needs a person: smaller comes first. */
export function urgency(robot: RobotSummary): number {
  if (robot.link === 'lost') {
    return 0;
  }
  if (robot.link === 'unknown') {
    return 1;
  }
  if (robot.link === 'stale') {
    return 2;
  }
  if ((robot.alerts ?? 0) > 0) {
    return 3;
  }
  return robot.link === 'none' ? 4 : 5;
}

/** The robots in the order of the page: needs-attention first, then by id. The list itself is left as it is. */
export function needsAttentionFirst(robots: readonly RobotSummary[]): RobotSummary[] {
  return [...robots].sort((a, b) => urgency(a) - urgency(b) || compareIds(a.id, b.id));
}

/** Robots that match every word typed, by id, model, mode, tag or state. */
export function filterRobots(robots: readonly RobotSummary[], typed: string): RobotSummary[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return robots.filter((robot) => {
    const text = [robot.id, robot.model, robot.mode, robot.link, ...robot.tags].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Ids with numbers sort as people count: arm2 before arm10. */
function compareIds(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });
}
