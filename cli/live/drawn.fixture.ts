/** Draws until Ctrl-C. */
import { once } from 'node:events';
import { loadLiveScreen } from './load-live-screen.ts';

const screen = await loadLiveScreen(process.stdout, process.env);
screen.keep([[{ text: 'kept' }]]);
screen.draw(() => [[{ text: 'drawn' }], [{ text: 'until Ctrl-C' }]]);
const alive = setInterval(() => undefined, 60_000);
await once(process, 'SIGINT');
clearInterval(alive);
screen.draw(() => [[{ text: 'drawn' }], [{ text: 'at last' }]]);
await screen.close();
