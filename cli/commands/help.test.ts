import { expect, test } from '@jest/globals';
import { keyedMessageMistake, personMessageMistake } from '../../domain/lane/message-shape.ts';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { abortSignal, deploymentWorkflowId, pauseSignal, statusQuery } from '../../workflows/messages/deployment.ts';
import { laneWorkflowId, rollbackUpdate } from '../../workflows/messages/lane.ts';
import { offlineLines } from '../offline-text.ts';
import { runSlipway } from '../run-slipway.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';

async function run(command: string, environment: NodeJS.ProcessEnv = {}) {
  const { around, written } = pipedSurroundings(environment);
  const code = await runSlipway(command.split(' '), around);
  return { code, ...(await written()) };
}

test('help offline says without an api what can be done without one', async () => {
  const { code, stdout, stderr } = await run('help offline');
  expect([code, stderr, stdout]).toEqual([0, '', offlineLines.map((line) => `${line}\n`).join('')]);
});

test('whoever finds the api away is told of it', async () => {
  const { code, stderr } = await run('status', { SLIPWAY_API: 'http://127.0.0.1:1', SLIPWAY_TOKEN: 'x' });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/Hosts keep running what they run.*slipway help offline$/m),
  ]);
});

test('help shows the commands, and of a command its flags', async () => {
  const all = await run('help');
  expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(/^ {2}approve .*\n[^]*^ {2}help .*help offline/m)]);
  expect(await run('help approve')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Usage: slipway approve /),
  });
});

test('what it sends past the api are messages that workflows take', () => {
  const commands = offlineLines
    .join('\n')
    .replaceAll('\\\n', '')
    .matchAll(/^ {2}temporal workflow (.+)$/gm);
  const sent = [...commands].flatMap(([, text]) => {
    const [, verb, id] = /^(.+?) --workflow-id (\S+)/.exec(text!) ?? [];
    const name = /--(?:name|type) (\S+)/.exec(text!)?.[1];
    return verb === undefined ? [] : [{ verb, id, name, input: /--input '(.+)'/.exec(text!)?.[1] }];
  });
  const deployment = deploymentWorkflowId(serviceName('checkout'), deploymentNumber(87));
  expect(sent.map(({ verb, id, name }) => [verb, id, name])).toEqual([
    ['query', deployment, statusQuery.name],
    ['signal', deployment, pauseSignal.name],
    ['signal', deployment, abortSignal.name],
    ['update execute', laneWorkflowId(serviceName('checkout')), rollbackUpdate.name],
  ]);
  const [pause, abort, rollback] = sent.slice(1).map(({ input }) => JSON.parse(input!) as object);
  // A bare signal names nobody; the workflow says that it came from Temporal.
  for (const message of [pause, abort]) expect(personMessageMistake({ by: 'temporal', ...message })).toBeNull();
  expect(keyedMessageMistake(rollback)).toBeNull();
});
