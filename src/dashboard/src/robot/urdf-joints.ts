/** What the page needs to know of a joint from the URDF: its unit and its limits. */
export interface UrdfJoint {
  /** Prismatic joints move in m, all others in rad. */
  unit: 'rad' | 'm';
  /** Position limits [unit]; null for a continuous joint. */
  lower: number | null;
  upper: number | null;
  /** Highest allowed speed [unit/s]; null when not given. */
  velocity: number | null;
}

/** The joints of a URDF by name; empty when the text is not XML. */
export function urdfJoints(xml: string): Map<string, UrdfJoint> {
  const robot = new DOMParser().parseFromString(xml, 'application/xml');
  const joints = new Map<string, UrdfJoint>();
  for (const joint of robot.querySelectorAll('robot > joint')) {
    const limit = joint.querySelector('limit');
    const isContinuous = joint.getAttribute('type') === 'continuous';
    joints.set(joint.getAttribute('name') ?? '', {
      unit: joint.getAttribute('type') === 'prismatic' ? 'm' : 'rad',
      lower: isContinuous ? null : numberOf(limit, 'lower'),
      upper: isContinuous ? null : numberOf(limit, 'upper'),
      velocity: numberOf(limit, 'velocity'),
    });
  }
  return joints;
}

function numberOf(element: Element | null, name: string): number | null {
  const value = Number.parseFloat(element?.getAttribute(name) ?? '');
  return Number.isFinite(value) ? value : null;
}
