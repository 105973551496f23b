import type { UrdfJoint } from './urdf-joints.ts';

/** Narrowest y range of a position chart [rad or m]: one degree, so that encoder noise at rest looks like rest. */
export const smallestPositionRange = 0.02;

/** Narrowest y range of a velocity chart [rad/s or m/s]. */
export const smallestVelocityRange = 0.05;

/** Unit of a joint's position; both are named when there is no model to tell. */
export function positionUnit(joint: UrdfJoint | undefined): string {
  return joint?.unit ?? 'rad|m';
}

export function velocityUnit(joint: UrdfJoint | undefined): string {
  return joint ? `${joint.unit}/s` : 'rad/s|m/s';
}

export function effortUnit(joint: UrdfJoint | undefined): string {
  if (!joint) {
    return 'N·m|N';
  }
  return joint.unit === 'm' ? 'N' : 'N·m';
}

/** Whether a position lies outside the model's limits; false when there are none. */
export function isOutside(position: number, joint: UrdfJoint | undefined): boolean {
  const below = joint?.lower != null && position < joint.lower;
  const above = joint?.upper != null && position > joint.upper;
  return below || above;
}

/** Where a position lies between the limits, 0..1; null when there are none. */
export function shareOfRange(position: number, joint: UrdfJoint | undefined): number | null {
  if (joint?.lower == null || joint.upper == null || joint.upper <= joint.lower || Number.isNaN(position)) {
    return null;
  }
  return Math.min(1, Math.max(0, (position - joint.lower) / (joint.upper - joint.lower)));
}
