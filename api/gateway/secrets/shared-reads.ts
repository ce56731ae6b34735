import { together } from '../together.ts';
import type { SecretRead, SecretSource } from './secret-source.ts';

const mostAtOnce = 100_000;

/**
 * Thousands of hosts start the same release at once: what is asked while a secret is being read waits for the next reading of it,
 * which they all share. Nobody is given what was read before they asked.
 */
export function sharedReads(source: SecretSource): SecretSource {
  const readings = new Map<string, ReturnType<typeof together<string, SecretRead>>>();
  return {
    async read(service, name) {
      const key = `${service}/${name}`;
      const reading =
        readings.get(key) ?? together(async () => new Map([[key, await source.read(service, name)]]), mostAtOnce);
      readings.set(key, reading);
      return (await reading.ask(key))!;
    },
  };
}
