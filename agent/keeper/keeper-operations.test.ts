import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isAlive } from '../process-identity.ts';
import { openKeptService, type KeptService } from '../testing/operations/kept-service.ts';
import { sideBySide } from '../testing/operations/side-by-side.ts';
import { until } from '../testing/test-agent.ts';
import { ensureKeeper, lastStatusOf, statusOf } from './ensure-keeper.ts';
import type { KeeperAnswer } from './keeper-status.ts';

const atOnce = 6;
/** Runs differ a little in their length. */
const beyond = 2;

/** A start, a stop and another start, by a keeper that is disturbed. The last answer tells what the host relies on. */
async function use(service: KeptService, disturbance: string): Promise<KeeperAnswer | null> {
  const child = service.startDisturbed(disturbance);
  await until(
    async () => child.exitCode !== null || child.signalCode !== null || (await statusOf(service.place.keeper)) !== null,
    () => 'the keeper neither ended nor answered',
  );
  await service.start('first');
  await service.stop();
  const answer = await service.start('second');
  if (!disturbance.startsWith('fail')) child.kill('SIGKILL');
  return answer;
}

/** Whoever takes over knows what runs, keeps what was said to run, and can end and start. */
async function takesOver(service: KeptService, promised: KeeperAnswer | null): Promise<string[]> {
  const broken: string[] = [];
  const { instance } = await ensureKeeper(service.place, 0);
  const running = service.running();
  const known = instance !== null && instance.exit === null ? instance : null;
  if (running.length !== (known === null ? 0 : 1) || (known !== null && known.process?.pid !== running[0]?.pid))
    broken.push(`${running.length} run, and the keeper knows ${JSON.stringify(instance)}`);
  const kept = promised?.ok === true ? promised.status.instance : null;
  if (kept !== null && (known?.id !== kept.id || known.process?.pid !== kept.process?.pid))
    broken.push(`${kept.id} was said to run`);
  await service.stop();
  if (service.running().length > 0) broken.push('it does not end');
  const next = await service.start('third');
  const others = service.running();
  if (next?.ok !== true || others.length !== 1)
    broken.push(`no other starts: ${others.length} run, ${JSON.stringify(next)}`);
  await service.stop();
  if (service.running().length > 0) broken.push('the other one does not end');
  return broken;
}

async function disturbed(disturbance: string): Promise<string[]> {
  const service = openKeptService();
  try {
    const promised = await use(service, disturbance);
    return (await takesOver(service, promised)).map((rule) => `${disturbance}: ${rule}`);
  } catch (error) {
    return [`${disturbance}: ${(error as Error).message}`];
  } finally {
    await service.close();
  }
}

async function traced(): Promise<readonly string[]> {
  const service = openKeptService();
  await use(service, `trace:${service.traceFile}`);
  const operations = service.trace();
  await service.close();
  return operations;
}

describe('a keeper', () => {
  it.each([
    ['killed before', 'kill-before'],
    ['killed after', 'kill-after'],
    ['in whom fails', 'fail'],
  ])('%s any of its operations leaves what runs to the next one', async (_what, how) => {
    const operations = await traced();
    expect(operations.length).toBeGreaterThan(30);
    const broken: string[] = [];
    const all = Array.from({ length: operations.length + beyond }, (_, index) => `${how}:${index + 1}`);
    await sideBySide(all, async (each) => broken.push(...(await disturbed(each))), atOnce);
    expect(broken).toEqual([]);
  });

  it('that the host can start nothing for says so: it is no fault of the command', async () => {
    const at = (await traced()).indexOf('spawn') + 1;
    const service = openKeptService();
    try {
      service.startDisturbed(`fail:${at}`);
      await until(
        async () => (await statusOf(service.place.keeper)) !== null,
        () => 'it does not answer',
      );
      expect(await service.start('first')).toMatchObject({ ok: false, code: 'error' });
      expect(await service.start('second')).toMatchObject({ ok: true });
    } finally {
      await service.close();
    }
  });

  const inKeeper = (service: KeptService, name: string): string => path.join(service.place.keeper, name);
  const asFolder = (file: string): void => {
    rmSync(file, { force: true });
    mkdirSync(path.join(file, 'something'), { recursive: true });
  };
  const damages: Readonly<Record<string, (service: KeptService) => void>> = {
    'an empty keeper.json': (service) => writeFileSync(inKeeper(service, 'keeper.json'), ''),
    'a torn keeper.json': (service) => truncateSync(inKeeper(service, 'keeper.json'), 100),
    'no keeper.json': (service) => rmSync(inKeeper(service, 'keeper.json')),
    'a keeper.json of something else': (service) => writeFileSync(inKeeper(service, 'keeper.json'), '{"protocol":1}'),
    'a folder in the place of keeper.json': (service) => asFolder(inKeeper(service, 'keeper.json')),
    'no folder at all': (service) => rmSync(service.place.keeper, { recursive: true }),
    'a folder in the place of its socket': (service) => asFolder(inKeeper(service, 'keeper.sock')),
    'a file in the place of its pipe': (service) => writeFileSync(inKeeper(service, 'output'), 'x'),
    'a folder in the place of its pipe': (service) => asFolder(inKeeper(service, 'output')),
    'no pipe': (service) => rmSync(inKeeper(service, 'output')),
    'no folder for logs': (service) => rmSync(service.place.logs, { recursive: true }),
    'a folder in the place of its log': (service) => asFolder(path.join(service.place.logs, 'instance.log')),
  };
  it.each(Object.keys(damages))('that finds %s knows what runs, and can end and start', async (name) => {
    const service = openKeptService();
    try {
      await ensureKeeper(service.place, 0);
      const started = await service.start('first');
      const { keeper } = (await lastStatusOf(service.place.keeper))!;
      process.kill(keeper.pid, 'SIGKILL');
      await until(
        () => !isAlive(keeper),
        () => 'it lives',
      );
      damages[name]!(service);
      // Where nothing says what runs it is ended.
      expect(await takesOver(service, /keeper\.json|at all/.test(name) ? null : started)).toEqual([]);
    } finally {
      await service.close();
    }
  });
});
