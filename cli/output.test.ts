import { expect, test } from '@jest/globals';
import { createOutput, reportError } from './output.ts';
import { pipedSurroundings } from './surroundings.fixture.ts';
import { UsageError } from './usage-error.ts';

const mistake = new UsageError('it is locked');
const problem = expect.stringMatching(/^\{"type":"about:blank",.*"detail":"it is locked".*\}$/);

/** What a command that says this with `--json` leaves on stderr, line by line. */
async function said(act: (output: ReturnType<typeof createOutput>) => void, isTerminal = false) {
  const { around, written } = pipedSurroundings();
  const stderr = Object.assign(around.stderr, { isTTY: isTerminal });
  act(createOutput(true, { ...around, stderr }));
  reportError(mistake, true, stderr);
  return (await written()).stderr.trimEnd().split('\n');
}

test('a failure with --json is a problem on stderr and nothing else', async () => {
  expect(await said((output) => output.note('http://api as mo'))).toEqual([problem]);
});

test('what is said beside the data is said once there is data: a document', async () => {
  const lines = await said((output) => {
    output.note('http://api as mo');
    output.document('version', { cli: '1.0.0', api: null }, []);
    output.note('good once');
  });
  expect(lines).toEqual(['http://api as mo', 'good once', problem]);
});

test('what is said beside the data is said once there is data: an event', async () => {
  const lines = await said((output) => {
    output.note('http://api as mo');
    output.event({ type: 'accepted' });
  });
  expect(lines).toEqual(['http://api as mo', problem]);
});

test('who waits hears at once what for, after where it acts', async () => {
  const { around, written } = pipedSurroundings();
  const output = createOutput(true, around);
  output.note('http://api as mo');
  output.news('checkout/4 builds');
  output.note('Approve checkout/4?');
  expect((await written()).stderr).toBe('http://api as mo\ncheckout/4 builds\nApprove checkout/4?\n');
});

test('at a terminal nothing is held back: a person may be asked about it', async () => {
  expect(await said((output) => output.note('Abort checkout/87?'), true)).toEqual(['Abort checkout/87?', problem]);
});
