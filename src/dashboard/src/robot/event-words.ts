import type { TwinEvent } from '../wire/api.ts';

/** "joint.limit-exceeded" → "Joint limit exceeded". */
export function eventTitle(name: string): string {
  const words = name.replaceAll(/[.\-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What an event says beside its name, as "key value" pairs; longer than a line is cut with an ellipsis. */
export function eventDetail(event: TwinEvent): string {
  const parts = Object.entries(event.data ?? {})
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const text = parts.join(' · ');
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Appends a page of events to those on the screen; only the newest `most` stay. */
export function appendEvents(known: TwinEvent[], page: TwinEvent[], most: number): TwinEvent[] {
  return page.length === 0 ? known : [...known, ...page].slice(-most);
}
