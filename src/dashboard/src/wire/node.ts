import { signal } from '@preact/signals';
import { api } from './api.ts';

/** What the node says of itself, and how far its clock is from this computer's. */
export interface NodeReading {
  name: string;
  version: string;
  /** Node clock minus this computer's clock [ms], known to ± `offsetErrorMs`. */
  offsetMs: number;
  /** Half the time that question and answer took [ms]. */
  offsetErrorMs: number;
}

/** Null until the node has answered, and again while it does not. */
export const node = signal<NodeReading | null>(null);

/** Asks the node at once and then every `periodMs`, until the page is closed. */
export async function followNode(periodMs: number): Promise<void> {
  node.value = await askNode();
  window.setTimeout(() => void followNode(periodMs), periodMs);
}

/** The node's time now [UNIX ms], as far as it is known here: ages of its stamps are counted on its own clock. */
export function nodeTime(): number {
  return Date.now() + (node.value?.offsetMs ?? 0);
}

async function askNode(): Promise<NodeReading | null> {
  try {
    const sent = Date.now();
    const answer = await api.node(AbortSignal.timeout(5000));
    const received = Date.now();
    return {
      name: answer.name,
      version: answer.version,
      offsetMs: Date.parse(answer.now) - (sent + received) / 2,
      offsetErrorMs: (received - sent) / 2,
    };
  } catch {
    return null;
  }
}
