import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ServiceName } from '../../domain/names.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { openInstanceGroups } from './instance-groups.ts';
import { keeperPlaces } from './keeper-place.ts';

let folder: string;
let delegated: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-groups-'));
  delegated = path.join(folder, 'group');
  mkdirSync(delegated);
  writeFileSync(path.join(delegated, 'cgroup.procs'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('an instance is given its limits after a try has taken back what it handed down, never in between', async () => {
  const [place] = keeperPlaces(openAgentDirectory(folder), 'checkout' as ServiceName);
  const open = () => openInstanceGroups(delegated, { warn: () => undefined });
  const [groups, others] = [open(), open()];
  // Whoever tries it waits for a reader.
  const trial = path.join(delegated, `.trial-${process.pid}`);
  mkdirSync(trial);
  execFileSync('mkfifo', [path.join(trial, 'cgroup.procs')]);
  const order: string[] = [];
  const tried = groups.tryOut().then((trial) => order.push('tried') && trial);
  const opened = groups.open(place, { processes: 5 }).then(() => order.push('opened'));
  // As long as one takes that waits for nobody.
  await others.open(place, { processes: 5 });
  await others.open(place, { processes: 5 });
  await readFile(path.join(trial, 'cgroup.procs'));
  expect(await tried).toEqual({ folder: delegated, whyNone: null, whyNoLimits: null });
  await opened;
  expect(order).toEqual(['tried', 'opened']);
  expect(readFileSync(path.join(delegated, 'cgroup.subtree_control'), 'utf8')).toBe('+pids');
});
