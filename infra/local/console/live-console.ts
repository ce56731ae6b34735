import { loadLiveScreen } from '../../../cli/live/load-live-screen.ts';
import { plainText } from '../../../domain/progress/plain-text.ts';
import { roomOf } from '../../../cli/live/room.ts';
import type { Console } from './console.ts';
import { consoleFrame } from './console-frame.ts';
import { createLiveState } from './live-state.ts';
import { takeOverStderr } from './take-over-stderr.ts';

/** What goes on is drawn in place; what is over stays above it. */
export async function createLiveConsole(stdout: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Promise<Console> {
  const screen = await loadLiveScreen(stdout, environment);
  const giveBack = takeOverStderr((line) => screen.keep([[{ text: plainText(line), tone: 'quiet' }]]));
  const state = createLiveState();
  screen.draw((room) => consoleFrame(state.sight(Date.now()), room));
  return {
    tell: (event) => screen.keep(state.take(event, roomOf(stdout, environment), Date.now())),
    async close() {
      await screen.close();
      giveBack();
    },
  };
}
