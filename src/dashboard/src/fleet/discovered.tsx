import { useSignal } from '@preact/signals';
import { api, type DiscoveredRobot } from '../wire/api.ts';
import { usePoll } from '../wire/poll.ts';
import { counted } from '../words/number.ts';

/** Robots that are on the ROS graph and that nobody has registered yet. */
export function Discovered() {
  const found = usePoll(api.discovered, 2000);
  const problem = useSignal<string | null>(null);
  const offered = (found.value.value ?? []).filter((robot) => !robot.registered);
  const add = async (id: string) => {
    try {
      await api.addRobot(id);
      problem.value = null;
    } catch (failure) {
      problem.value = `${id} was not added: ${(failure as Error).message}`;
    }
  };
  if (!found.value.value) {
    return null;
  }
  return (
    <section class="panel found" aria-label="Found on the ROS graph">
      <h2>Found on the ROS graph</h2>
      {problem.value && (
        <p class="banner" role="alert">
          {problem.value}
        </p>
      )}
      {offered.length === 0 ? (
        <p class="quiet">Nothing that is not registered already.</p>
      ) : (
        <ul>
          {offered.map((robot) => (
            <Offer key={robot.id} robot={robot} add={add} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Offer({ robot, add }: { robot: DiscoveredRobot; add: (id: string) => Promise<void> }) {
  return (
    <li>
      <b>{robot.id}</b>
      <details>
        <summary>{counted(robot.topics.length, 'topic')}</summary>
        <ul class="topics">
          {robot.topics.map((topic) => (
            <li key={topic.name}>
              {topic.name} <span class="unknown">{topic.type}</span>
            </li>
          ))}
        </ul>
      </details>
      {robot.problem && <span class="tone-warning">{robot.problem}</span>}
      <button type="button" disabled={robot.problem !== null} onClick={() => void add(robot.id)}>
        Add <span class="hidden">{robot.id}</span>
      </button>
    </li>
  );
}
