import { signal } from '@preact/signals';

/** What the address says is on the page. */
export type Route = { page: 'fleet' } | { page: 'robot'; id: string } | { page: 'unknown' };

export function parseRoute(path: string): Route {
  if (path === '/' || path === '') {
    return { page: 'fleet' };
  }
  const robot = /^\/robots\/([A-Za-z][A-Za-z0-9_~-]*)\/?$/.exec(path);
  return robot ? { page: 'robot', id: robot[1]! } : { page: 'unknown' };
}

/** Robot ids hold nothing that an address would have to escape. */
export function robotPath(id: string): string {
  return `/robots/${id}`;
}

export const route = signal<Route>(parseRoute(location.pathname));

window.addEventListener('popstate', () => (route.value = parseRoute(location.pathname)));

/** Lets ordinary clicks on links of this page change the route instead of loading the page again. */
export function followLink(event: MouseEvent): void {
  const link = (event.target as Element).closest?.('a');
  const isOrdinary = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isOrdinary || link.origin !== location.origin || link.target || link.hasAttribute('download')) {
    return;
  }
  const next = parseRoute(link.pathname);
  if (next.page === 'unknown') {
    return;
  }
  event.preventDefault();
  history.pushState(null, '', link.href);
  route.value = next;
  window.scrollTo(0, 0);
}
