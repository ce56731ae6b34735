import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import type { SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { freezeInTurn } from './frozen-region.ts';

test('a worker that can not be frozen, or has died while it was, keeps no other case from freezing', async () => {
  const worker = spawn('sleep', ['600']);
  await once(worker, 'spawn');
  let pid: number | null = null;
  const freeze = freezeInTurn({ process: () => ({ pid: () => pid }) as SupervisedProcess });
  await expect(freeze('eu-west')).rejects.toThrow('region-worker-eu-west does not run');

  pid = worker.pid!;
  const thaw = await freeze('eu-west');
  const died = once(worker, 'exit');
  worker.kill('SIGKILL');
  await died;
  expect(thaw).toThrow('ESRCH');

  await expect(freeze('eu-west')).rejects.toThrow('ESRCH');
  pid = null;
  await expect(freeze('eu-west')).rejects.toThrow('does not run');
});
