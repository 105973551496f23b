import type { TwinEvent } from '../wire/api.ts';
import { count } from '../words/number.ts';

/** "joint.limit-exceeded" → "Joint limit exceeded". */
export function eventTitle(name: string): string {
  const words = name.replaceAll(/[.\-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Facts that the page says already: which robot it is, and when it happened. */
const saidAlready = ['robot', 'at'];

/** A text longer than this, such as a URDF, is only counted. */
const longestText = 60;

/** What an event says beside its name and time, as "key value" pairs; longer than two lines is cut. */
export function eventDetail(event: TwinEvent): string {
  const text = facts(event.data ?? {}).join(' · ');
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

function facts(data: Record<string, unknown>): string[] {
  return Object.entries(data)
    .filter(([key, value]) => value !== null && value !== undefined && !saidAlready.includes(key))
    .flatMap(([key, value]) => {
      if (Array.isArray(value)) {
        return value.length === 0 ? [] : [`${key} ${arrayWords(value)}`];
      }
      if (typeof value === 'object') {
        return facts(value as Record<string, unknown>);
      }
      const text = String(value);
      return text.length > longestText ? [`${key} of ${count(text.length)} characters`] : [`${key} ${text}`];
    });
}

function arrayWords(values: unknown[]): string {
  return values.every((value) => typeof value !== 'object') ? values.join(', ') : `${values.length}`;
}

/** Appends a page of events to those on the screen; only the newest `most` stay. */
export function appendEvents(known: TwinEvent[], page: TwinEvent[], most: number): TwinEvent[] {
  return page.length === 0 ? known : [...known, ...page].slice(-most);
}
