import type { LiveScreen } from './live-screen.ts';

/**
 * Loads Ink, which nobody needs without a terminal to draw on, and React as it is for users: that for developers keeps a
 * record of every frame.
 */
export async function loadLiveScreen(stdout: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Promise<LiveScreen> {
  process.env.NODE_ENV ??= 'production';
  const { openLiveScreen } = await import('./live-screen.ts');
  return openLiveScreen(stdout, environment);
}
