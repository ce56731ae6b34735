import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionName } from '../../domain/names.ts';
import { createPeopleDirectory } from '../../infra/postgres/central/api-people.ts';
import { signIn } from '../../test/control-api.ts';
import { startTestCli, type Ran, type TestCli } from '../test-cli.fixture.ts';

/** Temporal is away: a region's life is a row. */
let cli: TestCli;
let operator: string;
let folder: string;
beforeAll(async () => {
  cli = await startTestCli();
  operator = await signIn(cli.central.database, 'olga', 'operator');
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-token-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cli.close();
});

const asOperator = (args: string): Promise<Ran> => cli.slipway(args, { SLIPWAY_TOKEN: operator });
const firstLine = ({ stdout }: Ran): string | undefined => stdout.split('\n')[0];
const regions = async (): Promise<string> => (await cli.slipway('list regions')).stdout;

test('a region is added with a token that only its file holds, and again with the same file', async () => {
  const file = path.join(folder, 'us-north');
  const added = await asOperator(`add region us-north --worker-token ${file} --reason growth`);
  expect([added.code, firstLine(added)]).toEqual([0, 'accepted   us-north is a region']);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  const token = readFileSync(file, 'utf8').trim();
  expect(added.stdout + added.stderr).not.toContain(token);
  expect(await createPeopleDirectory(cli.central.database).findRegion(token)).toBe(regionName('us-north'));
  const again = await asOperator(`add region us-north --worker-token ${file} --reason growth`);
  expect(firstLine(again)).toBe('accepted   us-north is a region; it was so already');
  const other = await asOperator(`add region us-north --worker-token ${file}-2 --reason growth`);
  expect([other.code, other.stderr]).toEqual([
    3,
    expect.stringContaining('there is a region us-north, with another token'),
  ]);
});

test('one that is drained says so, is taken up again, and is removed only when it is drained', async () => {
  const early = await asOperator('remove region us-north --reason gone');
  expect([early.code, early.stderr]).toEqual([3, expect.stringContaining('us-north is not drained')]);
  const drained = await asOperator('drain region us-north --reason maintenance --json');
  expect(JSON.parse(drained.stdout)).toMatchObject({
    schema: 'slipway.drain-region/v1',
    data: { region: 'us-north', changed: true, catchUp: [] },
  });
  expect(await regions()).toMatch(/us-north .* no, drained by olga: maintenance/);
  await asOperator('undrain region us-north --reason done');
  expect(await regions()).not.toContain('drained');
  await asOperator('drain region us-north --reason moves');
  expect(firstLine(await asOperator('remove region us-north --reason gone'))).toBe('accepted   us-north is removed');
  expect(await regions()).not.toContain('us-north');
  expect((await asOperator('drain region us-north --reason x')).code).toBe(8);
});

test.each([
  ['drain host eu-west-1 --reason x', '"host" should be region, and a name after it'],
  ['drain region EU --reason x', '"EU" should be a region such as us-north'],
  ['drain region eu-west', '--reason'],
  ['add region eu-west --reason x', '--worker-token'],
])('%s is a mistake that is named', async (args, named) => {
  const ran = await asOperator(args);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(named)]);
});

test('a file that holds something else is left alone', async () => {
  const file = path.join(folder, 'notes');
  writeFileSync(file, 'notes');
  const ran = await asOperator(`add region us-north --worker-token ${file} --reason x`);
  expect([ran.code, readFileSync(file, 'utf8')]).toEqual([2, 'notes']);
});

test('only an operator may', async () => {
  const ran = await cli.slipway('drain region eu-west --reason x', { SLIPWAY_TOKEN: cli.tokens.mo });
  expect(ran.code).toBe(4);
});
