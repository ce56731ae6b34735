/** Starts the process that owns the tests' servers (test/servers/README.md); the servers start when a test asks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default async function startTestServers() {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
  const main = path.join(import.meta.dirname, 'servers/main.ts');
  // A session of its own: a terminal's Ctrl-C must not reach Postgres before the tests have ended.
  const owner = spawn(process.execPath, [main, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    // Ports of its own (infra/local/free-port.ts).
    env: { ...process.env, JEST_WORKER_ID: '0' },
  });
  await Promise.race([
    once(owner.stdout, 'data'),
    once(owner, 'exit').then(() => Promise.reject(new Error('test servers ended'))),
  ]);
  process.env.SLIPWAY_TEST_SERVERS = path.join(folder, 'socket');
  globalThis.slipwayTestServers = owner;
}
