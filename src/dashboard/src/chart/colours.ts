/** Colours that canvases need, taken from the page's style sheet so that both follow the theme. */
export interface Colours {
  plot: string;
  grid: string;
  ink: string;
  dim: string;
  faded: string;
  gap: string;
  isDark: boolean;
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
let known: Colours | null = null;
let version = 0;

dark.addEventListener('change', () => {
  known = null;
  version++;
});

export function colours(): Colours {
  if (known === null) {
    const style = getComputedStyle(document.documentElement);
    const of = (name: string) => style.getPropertyValue(name).trim();
    known = {
      plot: of('--plot'),
      grid: of('--grid'),
      ink: of('--ink'),
      dim: of('--dim'),
      faded: of('--faded'),
      gap: of('--gap'),
      isDark: dark.matches,
    };
  }
  return known;
}

/** Grows whenever the theme changes: what was drawn with an older number has the wrong colours. */
export function coloursVersion(): number {
  return version;
}

/** A quiet colour for one of many traces. Hues are a golden angle apart, so that neighbours differ most. */
export function traceColour(index: number): string {
  const lightness = (colours().isDark ? 62 : 36) + (index % 3) * 7;
  return `hsl(${Math.round((index * 137.508) % 360)} 30% ${lightness}%)`;
}
