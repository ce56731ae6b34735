/** Runs a hook that never ends, and writes its pid and that of a process it started to the file that is named. */
import path from 'node:path';
import type { Workspace } from '../../activities/build/workspaces.ts';
import { shellCommandRunner } from './shell-command-runner.ts';

const [pidFile = ''] = process.argv.slice(2);
const folder = path.dirname(pidFile);
const workspace = { root: folder, source: folder, home: folder, temporary: folder } as Workspace;
await shellCommandRunner({ accountOf: () => null, path: process.env['PATH']!, logCapBytes: 1024 }).run({
  line: `sleep 600 & echo $$ $! > ${pidFile}; wait`,
  workspace,
  folder,
  environment: {},
  endsWithUs: true,
  timeoutMs: 600_000,
  signal: new AbortController().signal,
});
