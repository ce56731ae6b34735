import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { RunningServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import { startTemporal } from './temporal-server.ts';
import { slipwaySearchAttributes } from '../temporal/search-attributes.ts';
import { findTemporalCli } from './tools/find-tool.ts';

let scratch: string;
let running: RunningServer[];
beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'slipway-temporal-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(scratch, { recursive: true, force: true });
});

async function start(port: number, uiPort?: number): Promise<RunningServer> {
  const server = await startTemporal({
    cli: await findTemporalCli(),
    port,
    ...(uiPort === undefined ? {} : { uiPort }),
    dbFile: path.join(scratch, 'temporal.db'),
    namespace: 'slipway',
    searchAttributes: slipwaySearchAttributes,
  });
  running.push(server);
  return server;
}

async function withClient<Result>(port: number, work: (client: Client) => Promise<Result>): Promise<Result> {
  const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
  try {
    return await work(new Client({ connection, namespace: 'slipway' }));
  } finally {
    await connection.close();
  }
}

test('a workflow that was started is there after kill -9 and a second start', async () => {
  const port = await freePort();
  const server = await start(port);
  const searchAttributes = { SlipwayService: ['checkout'], SlipwayRegion: ['eu-west', 'us-east'] };
  await withClient(port, (client) =>
    client.workflow.start('deployment', { taskQueue: 'none', workflowId: 'one', searchAttributes }),
  );
  process.kill(server.pid, 'SIGKILL');
  await server.stop();
  await start(port);
  const found = await withClient(port, (client) => client.workflow.getHandle('one').describe());
  expect(found.status.name).toBe('RUNNING');
  expect(found.searchAttributes).toMatchObject(searchAttributes);
});

test('the Web UI is served on its port, on the loopback interface only', async () => {
  const [port, uiPort] = await Promise.all([freePort(), freePort()]);
  await start(port, uiPort);
  const page = await fetch(`http://127.0.0.1:${uiPort}/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});
