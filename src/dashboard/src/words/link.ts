import type { LinkState } from '../wire/api.ts';

/** A state is never told by colour alone: it has a glyph and a word, too. */
export interface LinkWords {
  glyph: string;
  word: string;
  /** How loud it is; a normal state is quiet. */
  tone: 'normal' | 'warning' | 'critical' | 'unknown';
}

const words: Record<LinkState, LinkWords> = {
  connected: { glyph: '●', word: 'Connected', tone: 'normal' },
  stale: { glyph: '◐', word: 'Stale', tone: 'warning' },
  lost: { glyph: '✕', word: 'Lost', tone: 'critical' },
  none: { glyph: '○', word: 'None', tone: 'unknown' },
  unknown: { glyph: '?', word: 'No answer', tone: 'warning' },
};

export function linkWords(link: LinkState): LinkWords {
  return words[link] ?? words.unknown;
}
