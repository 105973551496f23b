import { signal } from '@preact/signals';

/** `performance.now()`, once a second [ms]: reading it in a component keeps the ages on the page growing. */
export const secondHand = signal(performance.now());

window.setInterval(() => (secondHand.value = performance.now()), 1000);
