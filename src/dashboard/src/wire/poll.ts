import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiProblem } from './api.ts';

/** The newest answer of a route that is asked again and again. */
export interface Polled<T> {
  /** The last good answer; kept while the node does not answer, so look at `problem` too. */
  value: T | null;
  /** When that answer arrived, on `performance.now()`'s clock [ms]. */
  at: number;
  /** Why the last question failed; null when it was answered. */
  problem: ApiProblem | null;
}

const nothing: Polled<never> = { value: null, at: 0, problem: null };

/**
 * Asks now and then every `periodMs` after an answer, while the component is on the page. Questions never overlap: a
 * slow node is asked less often. `key` names what is asked; when it changes, the old answer is forgotten.
 */
export function usePoll<T>(
  ask: (stopping: AbortSignal) => Promise<T>,
  periodMs: number,
  key = '',
): ReadonlySignal<Polled<T>> {
  const polled = useSignal<Polled<T>>(nothing);
  useEffect(() => {
    const stop = new AbortController();
    polled.value = nothing;
    let timer = 0;
    const round = async () => {
      try {
        const value = await ask(stop.signal);
        polled.value = { value, at: performance.now(), problem: null };
      } catch (failure) {
        if (stop.signal.aborted) {
          return;
        }
        const problem = failure instanceof ApiProblem ? failure : new ApiProblem(0, String(failure));
        polled.value = { ...polled.value, problem };
      }
      if (!stop.signal.aborted) {
        timer = window.setTimeout(round, periodMs);
      }
    };
    void round();
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [key, periodMs]);
  return polled;
}

/** An answer of a route that is asked every second is taken as now until it is this old [ms]. */
const overdueMs = 1500;

/** An age the node told us [ms]; once its next answer is overdue, the time since then is added. Null stays null. */
export function grownAge(ageMs: number | null, polledAt: number, now: number): number | null {
  const since = now - polledAt;
  return ageMs === null || since < overdueMs ? ageMs : ageMs + since;
}
