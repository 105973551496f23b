import { signal } from '@preact/signals';

/** Draws one frame; `now` is the time of the frame on `performance.now()`'s clock [ms]. */
export type Painter = (now: number) => void;

/** Pause between pictures when the person asked for less motion [ms]: 2 Hz, no scrolling. */
const calmPauseMs = 500;

/** What the status corner shows. */
export interface FrameFigures {
  fps: number;
  /** Mean time spent drawing a frame [ms]. */
  drawMs: number;
}

/** Newest frame figures, once a second; null while nothing is drawn. */
export const frameFigures = signal<FrameFigures | null>(null);

const painters = new Set<Painter>();
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
let isRunning = false;
let lastPaint = 0;
let countedSince = 0;
let counted = 0;
let spentMs = 0;

/** Draws on every animation frame until the returned function is called. */
export function onFrame(painter: Painter): () => void {
  painters.add(painter);
  if (!isRunning) {
    isRunning = true;
    countedSince = performance.now();
    counted = 0;
    spentMs = 0;
    requestAnimationFrame(frame);
  }
  return () => painters.delete(painter);
}

function frame(now: number): void {
  if (painters.size === 0) {
    isRunning = false;
    frameFigures.value = null;
    return;
  }
  requestAnimationFrame(frame);
  const begin = performance.now();
  if (!calm.matches || now - lastPaint >= calmPauseMs) {
    lastPaint = now;
    for (const painter of painters) {
      painter(now);
    }
  }
  counted++;
  spentMs += performance.now() - begin;
  if (begin - countedSince >= 1000) {
    frameFigures.value = { fps: (counted * 1000) / (begin - countedSince), drawMs: spentMs / counted };
    countedSince = begin;
    counted = 0;
    spentMs = 0;
  }
}
