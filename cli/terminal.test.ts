import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { deploymentNumber } from '../domain/names.ts';
import { deploymentWorkflowId, statusQuery } from '../workflows/messages/deployment.ts';
import { ended, type Ran } from './test-cli.fixture.ts';
import { service } from './test-deployments.fixture.ts';
import { startDeployment, startTestCliWithLanes, type TestCliWithLanes } from './test-lanes.fixture.ts';

let cli: TestCliWithLanes;
beforeAll(async () => void (cli = await startTestCliWithLanes()));
afterAll(() => cli.close());
beforeEach(() => cli.freshLane());

/** Node has no pseudo-terminals; Python's `pty.spawn` passes its own input to one, and its exit code on. */
const inTerminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** A person types `answers`, a line each, as soon as something is asked. */
function atTerminal(
  args: readonly string[],
  answers: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    SLIPWAY_API: cli.api.url,
    SLIPWAY_TOKEN: cli.tokens.mo,
    HOME: cli.folder,
    TERM: 'xterm',
    ...environment,
  };
  const main = path.join(import.meta.dirname, 'main.ts');
  const child = spawn('python3', ['-c', inTerminal, process.execPath, main, ...args], { env, stdio: 'pipe' });
  const left = [...answers];
  child.stdout.on('data', (output: Buffer) => {
    if (output.toString().endsWith(': ') && left.length > 0) child.stdin.write(`${left.shift()}\n`);
  });
  return ended(child);
}

/** Grows with each message of a person that it accepts. */
const revisionOf = async (number: number): Promise<number> => {
  const id = deploymentWorkflowId(service, deploymentNumber(number));
  return (await cli.temporal.client.workflow.getHandle(id).query(statusQuery)).controlRevision;
};

test('on a terminal the dialog is shown, and yes sends it', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['abort', `checkout/${number}`, '--reason', 'INC-7'], ['yes']);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(`accepted   checkout/${number}: aborted by mo`)]);
  expect(ran.stdout).toMatch(new RegExp(`Abort checkout/${number}[^]* What +[^]* After +[^]*Type yes, or Enter for`));
});

test('Enter leaves everything as it is: 2', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['abort', `checkout/${number}`], ['']);
  expect([ran.code, ran.stdout]).toEqual([2, expect.stringContaining('nothing was changed')]);
  expect(await revisionOf(number)).toBe(0);
});

test('a reason that is needed is asked for', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['reject', `checkout/${number}`], ['not today', 'y']);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('rejected by mo')]);
});

test('a terminal that is dumb is asked nothing: 2, and the flag is named', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['abort', `checkout/${number}`], ['yes'], { TERM: 'dumb' });
  expect([ran.code, ran.stdout]).toEqual([2, expect.stringContaining('--yes')]);
});
