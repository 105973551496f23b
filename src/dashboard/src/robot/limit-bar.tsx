import { isOutside, shareOfRange } from './joint-value.ts';
import type { UrdfJoint } from './urdf-joints.ts';

/** Where a position lies between its limits; an empty bar when the joint has none or there is no value. */
export function LimitBar({ position, joint }: { position: number; joint: UrdfJoint | undefined }) {
  const share = shareOfRange(position, joint);
  return (
    <span class="limit-bar" aria-hidden="true">
      {share !== null && (
        <span class={isOutside(position, joint) ? 'mark outside' : 'mark'} style={{ left: `${100 * share}%` }} />
      )}
    </span>
  );
}
