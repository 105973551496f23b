import { FleetPage } from './fleet/fleet-page.tsx';
import { RobotPage } from './robot/robot-page.tsx';
import { followLink, route } from './route.ts';
import { StatusCorner } from './status-corner.tsx';

export function App() {
  return (
    <div onClick={followLink}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Mark />
          TwinActors
        </a>
        <nav aria-label="Pages">
          <a href="/" aria-current={route.value.page === 'fleet' ? 'page' : undefined}>
            Fleet
          </a>
          {route.value.page === 'robot' && (
            <a href={`/robots/${route.value.id}`} aria-current="page">
              {route.value.id}
            </a>
          )}
        </nav>
        <StatusCorner />
      </header>
      <main id="main">
        <Page />
      </main>
    </div>
  );
}

function Page() {
  const shown = route.value;
  switch (shown.page) {
    case 'fleet':
      return <FleetPage />;
    case 'robot':
      return <RobotPage key={shown.id} id={shown.id} />;
    case 'unknown':
      return (
        <section class="panel empty">
          <h1>No such page</h1>
          <p>
            <a href="/">Back to the fleet</a>
          </p>
        </section>
      );
  }
}

/** Two circles that overlap: the robot and its twin. */
function Mark() {
  return (
    <svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">
      <circle cx="9" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
      <circle cx="15" cy="8" r="6" fill="none" stroke="var(--info)" stroke-width="2" />
    </svg>
  );
}
