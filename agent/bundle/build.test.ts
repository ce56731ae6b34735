import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findMarked } from '../process-identity.ts';
import { openTestHost } from '../testing/test-agent.ts';
import { startTestRegion } from '../testing/test-region.ts';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-bundle-'));
  const built = spawnSync(process.execPath, [path.join(import.meta.dirname, 'build.ts'), folder], { encoding: 'utf8' });
  file = built.stdout.trim();
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the one file is agent, keeper and command; it imports nothing but Node', async () => {
  const text = readFileSync(file, 'utf8');
  const imported = [...text.matchAll(/^(?:import|export) .*?["']([^"']+)["'];$/gm)].map(([, name]) => name!);
  expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
  // Not imported for all: a keeper would load them too.
  expect(text).toContain('process.getBuiltinModule("node:https")');
  expect(statSync(file).size).toBeLessThan(540_000);
  // Every keeper holds the source: of one letter beyond Latin-1 it would be two bytes a letter.
  expect(/[^\0-\x7f]/.exec(text)).toBeNull();

  const region = await startTestRegion();
  const host = await openTestHost(region, undefined, file);
  try {
    const [first, second] = [region.publish({ number: 1 }), region.publish({ number: 2 })];
    const untilRuns = (digest: string) =>
      region.gateway.untilReport(
        ({ services: [service] }) => service?.running === digest && service.health === 'healthy',
        `that ${digest} runs`,
      );
    region.setGoal({ deployment: 1, generation: 10, base: first });
    host.start();
    await untilRuns(first.digest);
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await untilRuns(second.digest);
    const [keeper] = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`);
    expect(readFileSync(`/proc/${keeper!.pid}/cmdline`, 'utf8').split('\0')).toEqual(
      expect.arrayContaining(['--expose-gc', file, 'keeper']),
    );
    expect(await host.command(['rollback'])).toMatchObject({ exitCode: 0 });
    await host.kill();
    expect(await host.command(['rollback', 'checkout', '--json'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await host.ask('release')).toBe('checkout@1');
  } finally {
    await host.destroy();
    await region.gateway.goDown();
  }
});
