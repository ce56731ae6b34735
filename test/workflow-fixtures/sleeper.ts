import { sleep, upsertSearchAttributes } from '@temporalio/workflow';

/** Waits, then tells how long its own clock says it took, in ms. */
export async function sleeper(waitMs: number): Promise<number> {
  const startedAt = Date.now();
  upsertSearchAttributes({ SlipwayRegion: ['eu-west', 'us-east'] });
  await sleep(waitMs);
  return Date.now() - startedAt;
}
