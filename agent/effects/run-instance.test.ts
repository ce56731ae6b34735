import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serviceName } from '../../domain/names.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import type { HostParts } from '../host-parts.ts';
import { stopInstance } from './run-instance.ts';

const service = serviceName('checkout');
const status = { protocol: 1, keeper: null, droppedLogBytes: 0, instance: { id: 'x', exit: null } };
let root: string;
let directory: AgentDirectory;
let keeper: net.Server;

/** A keeper that is killed as soon as it is told to stop its instance. */
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'slipway-stop-'));
  directory = openAgentDirectory(root);
  const folder = directory.service(service).keeper;
  await mkdir(folder, { recursive: true });
  keeper = net.createServer((socket) => {
    socket.on('data', (text) => {
      if (text.toString().includes('"stop"')) socket.destroy();
      else socket.write(`${JSON.stringify({ ok: true, status })}\n`);
    });
  });
  await once(keeper.listen(path.join(folder, 'keeper.sock')), 'listening');
});
afterEach(async () => {
  keeper.close();
  await rm(root, { recursive: true });
});

test('an instance that could not be stopped is watched again: it may have ended unseen', async () => {
  const told: string[] = [];
  const watches = { letGo: () => told.push('let go'), takeBack: () => told.push('taken back') };
  const readState = () => ({ services: new Map() });
  const parts = { directory, watches, readState, logReserveBytes: 0 } as unknown as HostParts;
  await expect(stopInstance(service, parts)).rejects.toThrow(/the connection ended/);
  expect(told).toEqual(['let go', 'taken back']);
});
