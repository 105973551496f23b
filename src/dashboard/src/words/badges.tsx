import type { LinkState, SyncReason, SyncStatus } from '../wire/api.ts';
import { linkWords } from './link.ts';
import { syncWords } from './sync.ts';

/** State of a robot link: glyph, word and, only when it is abnormal, colour. */
export function LinkBadge({ link }: { link: LinkState }) {
  const { glyph, word, tone } = linkWords(link);
  return (
    <span class={`state tone-${tone}`}>
      <span aria-hidden="true" class="glyph">
        {glyph}
      </span>
      {word}
    </span>
  );
}

/** Says of a recording that is played that it is no live robot. */
export function ReplayBadge({ isReplay }: { isReplay: boolean | null }) {
  return isReplay ? (
    <span class="tag replay" title="A recording that is played, not a live robot.">
      REPLAY
    </span>
  ) : null;
}

/** How well a twin is in step, with the reason when there is one; unknown before the first data. */
export function SyncBadge({ status, reason }: { status: SyncStatus | null; reason: SyncReason | null }) {
  const { glyph, word, why, tone } = syncWords(status, reason);
  return (
    <span class={`state tone-${tone}`} data-sync={status ?? 'unknown'}>
      <span aria-hidden="true" class="glyph">
        {glyph}
      </span>
      {word}
      {why && <span class="why">, {why}</span>}
    </span>
  );
}

/** A value that this version does not work out: unknown is never shown as good. */
export function NotYet() {
  return (
    <span class="unknown" title="This version does not work this out yet.">
      not yet
    </span>
  );
}
