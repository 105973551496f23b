import type { LinkState } from '../wire/api.ts';
import { linkWords } from './link.ts';

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

/** A value that this version does not work out: unknown is never shown as good. */
export function NotYet() {
  return (
    <span class="unknown" title="This version does not work this out yet.">
      not yet
    </span>
  );
}
