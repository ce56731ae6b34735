import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { deploymentNumber } from '../domain/names.ts';
import { deploymentWorkflowId, statusQuery } from '../workflows/messages/deployment.ts';
import { ended, type Ran } from './test-cli.fixture.ts';
import { service } from './test-deployments.fixture.ts';
import { startDeployment, startTestCliWithLanes, type TestCliWithLanes } from './test-lanes.fixture.ts';
import { programEnvironment } from '../test/program-environment.ts';

let cli: TestCliWithLanes;
beforeAll(async () => void (cli = await startTestCliWithLanes()));
afterAll(() => cli.close());
beforeEach(() => cli.freshLane());

/** Node has no pseudo-terminals; Python's `pty.spawn` passes its own input to one, and its exit code on. */
const inTerminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** A shell that stays after Ctrl-C, as the one of a person does, and says how its terminal is set before and after. */
const betweenSettings = 'trap : INT; stty -g; "$@"; code=$?; stty -g; exit $code';

const [ctrlC, ctrlD] = ['\u0003', '\u0004'];

/** A person types `answers`, a line each but for Ctrl-C and Ctrl-D, as soon as something is asked. */
function atTerminal(
  args: readonly string[],
  answers: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const env = {
    ...programEnvironment,
    SLIPWAY_API: cli.api.url,
    SLIPWAY_TOKEN: cli.tokens.mo,
    HOME: cli.folder,
    TERM: 'xterm',
    ...environment,
  };
  const main = path.join(import.meta.dirname, 'main.ts');
  const command = ['sh', '-c', betweenSettings, 'sh', process.execPath, main, ...args];
  const child = spawn('python3', ['-c', inTerminal, ...command], { env, stdio: 'pipe' });
  const left = [...answers];
  let asked = '';
  child.stdout.on('data', (output: Buffer) => {
    asked += output.toString();
    if (!asked.endsWith(': ')) return;
    asked = '';
    const answer = left.shift();
    if (answer !== undefined) child.stdin.write(answer === ctrlC || answer === ctrlD ? answer : `${answer}\n`);
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

test('Ctrl-C at the question leaves everything as it is, and the terminal as it was: 130', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['approve', `checkout/${number}`], [ctrlC]);
  expect(ran.code).toBe(130);
  const lines = ran.stdout.replaceAll('\r', '').trimEnd().split('\n');
  expect(lines.at(-2)).toMatch(/Type yes, or Enter for "Not now": (\^C)?$/);
  expect(lines.at(-1)).toBe(lines[0]);
  expect(await revisionOf(number)).toBe(0);
});

test('Ctrl-D is no answer, and what is said of it has a line of its own: 2', async () => {
  const number = await startDeployment(cli);
  const ran = await atTerminal(['abort', `checkout/${number}`], [ctrlD]);
  expect([ran.code, ran.stdout]).toEqual([2, expect.stringMatching(/^error: not agreed to .*nothing was changed/m)]);
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
