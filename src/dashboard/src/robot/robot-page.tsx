import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, ApiProblem, type RobotDocument } from '../wire/api.ts';
import { nodeTime } from '../wire/node.ts';
import { usePoll } from '../wire/poll.ts';
import { ageWords, lastSeenWords, localTime } from '../words/age.ts';
import { secondHand } from '../words/second-hand.ts';
import { EventList } from './event-list.tsx';
import { JointsPanel } from './joints-panel.tsx';
import { LiveGhost } from './live-ghost.ts';
import { LiveJoints } from './live-joints.ts';
import { PosePanel } from './pose-panel.tsx';
import { RobotHeader } from './robot-header.tsx';
import { SensorsPanel } from './sensors-panel.tsx';
import { SignalsPanel } from './signals-panel.tsx';
import { SyncPanel } from './sync-panel.tsx';
import { WhatIfPanel, type PlayedBranch } from './what-if-panel.tsx';

export function RobotPage({ id }: { id: string }) {
  const polled = usePoll((stopping) => api.robot(id, stopping), 1000, id);
  const live = useLive(id, LiveJoints);
  const ghost = useLive(id, LiveGhost);
  const urdf = useUrdf(id);
  const played = useSignal<PlayedBranch | null>(null);
  useEffect(() => {
    document.title = `${id} · TwinActors`;
  }, [id]);
  const { value, at, problem } = polled.value;
  if (problem?.status === 404) {
    return <UnknownRobot id={id} problem={problem} />;
  }
  return (
    <div class="page">
      <RobotHeader id={id} document={value} polledAt={at} live={live.value} />
      {problem && (
        <p class="banner">
          <span role="status">{problem.message}</span>{' '}
          {value && `Its last word on ${id} came ${ageWords(Math.max(1000, secondHand.value - at))} ago.`}
        </p>
      )}
      {value?.robot.link === 'lost' && <LostBanner document={value} />}
      <div class="columns">
        <div class="stack">
          {live.value && <JointsPanel live={live.value} urdf={urdf.value} />}
          {value && <SignalsPanel signals={value.signals} polledAt={at} isOld={problem !== null} />}
          {value && <SensorsPanel document={value} polledAt={at} isOld={problem !== null} />}
        </div>
        <div class="stack side">
          {live.value && ghost.value && (
            <PosePanel live={live.value} ghost={ghost.value} urdf={urdf.value} played={played} />
          )}
          {live.value && ghost.value && <SyncPanel id={id} live={live.value} ghost={ghost.value} />}
          {urdf.value && <WhatIfPanel id={id} urdf={urdf.value} played={played} />}
          <EventList id={id} />
        </div>
      </div>
    </div>
  );
}

/** What is live of the page's robot; null until the component is on the page. */
function useLive<T extends { dispose(): void }>(id: string, kind: new (id: string) => T): ReadonlySignal<T | null> {
  const live = useSignal<T | null>(null);
  useEffect(() => {
    const made = new kind(id);
    live.value = made;
    return () => made.dispose();
  }, [id]);
  return live;
}

/** Text of the robot's URDF: undefined while it is asked for, null when the robot has none. */
function useUrdf(id: string): ReadonlySignal<string | null | undefined> {
  const urdf = useSignal<string | null | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    let timer = 0;
    const ask = () =>
      api.urdf(id, stop.signal).then(
        (text) => (urdf.value = text),
        () => {
          if (!stop.signal.aborted) {
            timer = window.setTimeout(ask, 5000);
          }
        },
      );
    void ask();
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [id]);
  return urdf;
}

function LostBanner({ document }: { document: RobotDocument }) {
  const { lastSeen } = document.robot;
  void secondHand.value;
  return (
    <section class="lost-banner" aria-label="Robot link">
      <span aria-hidden="true" class="glyph">
        ✕
      </span>
      <div>
        <strong role="alert">LOST</strong>
        <span class="since" title={lastSeen ?? undefined}>
          {lastSeenWords(lastSeen, nodeTime())}
          {lastSeen && `, at ${localTime(lastSeen, Date.now())}`}
        </span>
        {document.linkReason && <p>{document.linkReason}</p>}
      </div>
    </section>
  );
}

function UnknownRobot({ id, problem }: { id: string; problem: ApiProblem }) {
  return (
    <section class="panel empty">
      <h1>{id} is not registered</h1>
      <p>{problem.message}</p>
      <pre>./twin robots add {id}</pre>
      <p>
        <a href="/">Back to the fleet</a>
      </p>
    </section>
  );
}
