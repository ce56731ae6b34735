import syncFs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Lets all programs here believe that the machine was started anew. */
export function pretendBoot(id: string): void {
  const { readFileSync } = syncFs;
  Object.assign(syncFs, {
    readFileSync: (file: string, ...rest: never[]): unknown =>
      file === '/proc/sys/kernel/random/boot_id' ? `${id}\n` : readFileSync(file, ...rest),
  });
  syncBuiltinESMExports();
}
