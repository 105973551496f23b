import type { SyncReason, SyncStatus } from '../wire/api.ts';
import type { LinkWords } from './link.ts';

const words: Record<SyncStatus, LinkWords> = {
  excellent: { glyph: '●', word: 'Excellent', tone: 'normal' },
  good: { glyph: '●', word: 'Good', tone: 'normal' },
  warning: { glyph: '◐', word: 'Warning', tone: 'warning' },
  poor: { glyph: '▲', word: 'Poor', tone: 'critical' },
  disconnected: { glyph: '✕', word: 'Disconnected', tone: 'warning' },
};

const reasons: Record<SyncReason, string> = {
  no_data: 'no joint state yet',
  settling: 'too few samples yet',
  stale: 'samples are late',
  clock: 'the robot’s clock is odd',
  model: 'the robot leaves its model',
  off: 'switched off',
};

/** A status word with its reason. What is not known is said so, never shown as good. */
export function syncWords(status: SyncStatus | null, reason: SyncReason | null): LinkWords & { why: string | null } {
  const known = status === null ? null : words[status];
  return {
    ...(known ?? { glyph: '○', word: 'Unknown', tone: 'unknown' as const }),
    why: reason === null ? null : (reasons[reason] ?? reason),
  };
}
