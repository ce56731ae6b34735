import type { BenchStack } from '../stack/bench-stack.ts';

/**
 * Freezes what speaks for a region, its worker and its gateway (SIGSTOP): connections to them are taken and nothing
 * answers, as when the network to a region is cut. Its hosts run on. Answers how it is let go on.
 */
export function darken(stack: BenchStack, region: string): () => void {
  const programs = [`region-worker-${region}`, `gateway-${region}`].map((name) => stack.process(name));
  const send = (signal: NodeJS.Signals): void => {
    for (const program of programs) process.kill(program.pid()!, signal);
  };
  send('SIGSTOP');
  return () => send('SIGCONT');
}
