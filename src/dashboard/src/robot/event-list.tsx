import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { api, type TwinEvent } from '../wire/api.ts';
import { usePoll } from '../wire/poll.ts';
import { localTime } from '../words/age.ts';
import { appendEvents, eventDetail, eventTitle } from './event-words.ts';

/** Events kept on the page; older ones stay in the journal. */
const most = 200;

/** What has been decided about the robot, newest first. */
export function EventList({ id }: { id: string }) {
  const known = useSignal<TwinEvent[]>([]);
  const cursor = useRef<string | null>(null);
  const polled = usePoll(async (stopping) => {
    // A page at a time until the newest: a long journal is read through once, and after that only what is new.
    for (;;) {
      const page = await api.events(id, cursor.current, stopping);
      known.value = appendEvents(known.value, page.events, most);
      cursor.current = page.next ?? page.events.at(-1)?.position ?? cursor.current;
      if (page.next === null || page.events.length === 0) {
        return known.value.length;
      }
    }
  }, 1000);
  const events = [...known.value].reverse();
  return (
    <section class="panel events" aria-label="Events">
      <div class="panel-head">
        <h2>Events</h2>
        {polled.value.problem && <span class="quiet">{polled.value.problem.message}</span>}
      </div>
      {events.length === 0 && polled.value.value !== null && <p class="quiet">Nothing has happened yet.</p>}
      <ol tabIndex={0} aria-label="Newest first">
        {events.map((event) => (
          <li key={event.sequence} data-event={event.name}>
            <time dateTime={event.at} title={event.at}>
              {localTime(event.at, Date.now())}
            </time>
            <span>
              {eventTitle(event.name)}
              <span class="aside">{eventDetail(event)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
