import { rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../durable-files.ts';

const emptyWithinMs = 1_000;

/** Once the kernel has seen the last process out. What stays is in nobody's way. */
export async function removeGroup(group: string): Promise<void> {
  const deadline = performance.now() + emptyWithinMs;
  for (;;) {
    try {
      return await rmdir(group);
    } catch (error) {
      if (!hasCode(error, 'EBUSY') || performance.now() > deadline) return;
      await delay(20);
    }
  }
}
