import { useEffect, useRef } from 'preact/hooks';
import { onFrame } from '../chart/loop.ts';
import { Strip, type StripOptions } from '../chart/strip.ts';
import { nodeNow } from './live-joints.ts';

interface StripViewProps extends StripOptions {
  /** What the picture shows, for those who do not see it. */
  label: string;
  highlighted?: number | null;
}

/** A strip chart in the page, painted on every frame while it is there. */
export function StripView({ label, highlighted = null, ...options }: StripViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const strip = useRef<Strip | null>(null);
  useEffect(() => {
    const made = new Strip(host.current!, options);
    strip.current = made;
    const stop = onFrame(() => {
      const now = nodeNow();
      if (now !== null) {
        made.paint(now);
      }
    });
    return () => {
      stop();
      made.dispose();
    };
  }, [options.ring, options.height, options.spanMs, options.columns.join()]);
  useEffect(() => {
    if (strip.current && strip.current.highlighted !== highlighted) {
      strip.current.highlighted = highlighted;
      strip.current.redraw();
    }
  }, [highlighted]);
  return <div class="strip" role="img" aria-label={label} ref={host} />;
}
