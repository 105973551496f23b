import { render } from 'preact';
import { App } from './app.tsx';
import { followNode } from './wire/node.ts';
import './style.css';

render(<App />, document.getElementById('app')!);

// The clocks of two computers drift apart by milliseconds an hour: every 15 s is often enough.
void followNode(15_000);
