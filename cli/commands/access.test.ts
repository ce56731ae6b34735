import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { createDeploymentRecords } from '../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { mergeRequest } from '../../test/central-database.ts';
import { signIn } from '../../test/control-api.ts';
import { problemIn, startTestCli, type TestCli } from '../test-cli.fixture.ts';

let cli: TestCli;
let asOps: NodeJS.ProcessEnv;
beforeEach(async () => {
  cli = await startTestCli();
  asOps = { SLIPWAY_TOKEN: await signIn(cli.central.database, 'ops', 'operator') };
});
afterEach(() => cli.close());

describe('a right', () => {
  test('is granted, listed, and revoked', async () => {
    const granted = await cli.slipway('grant kim --role release-owner --service checkout', asOps);
    expect([granted.code, granted.stdout]).toEqual([
      0,
      'accepted   kim is release-owner of checkout\nin effect  now, at the next question\nnext       slipway list grants\n',
    ]);
    await cli.slipway('grant kim --team payments', asOps);
    await cli.slipway('grant team:payments --role owner --service checkout', asOps);
    const listed = await cli.slipway('list grants', asOps);
    expect(listed.stdout.split('\n').map((line) => line.split(/\s{2,}/))).toEqual(
      expect.arrayContaining([
        ['kim', 'release-owner', 'checkout', 'ops'],
        expect.arrayContaining(['team:payments', 'owner', 'checkout']),
        expect.arrayContaining(['kim', 'member', 'team payments']),
      ]),
    );
    expect((await cli.slipway('revoke kim --team payments', asOps)).stdout).toMatch(
      /^accepted {3}no longer: kim is in team payments\n/,
    );
    expect((await cli.slipway('revoke kim --team payments --json', asOps)).stdout).toContain('"changed":false');
  });

  test('that is had all the same after it was revoked is not said to be gone, with what still gives it', async () => {
    await cli.slipway('grant kim --role release-owner', asOps);
    await cli.slipway('grant kim --team payments', asOps);
    await cli.slipway('grant team:payments --role release-owner', asOps);
    const still =
      'it is still so that kim is release-owner of all services: team:payments is release-owner of all services';
    const revoke = async () => (await cli.slipway('revoke kim --role release-owner', asOps)).stdout.split('\n')[0];
    expect(await revoke()).toBe(`accepted   revoked, but ${still}`);
    expect(await revoke()).toBe(`accepted   nothing to revoke, but ${still}`);
    await cli.slipway('revoke kim --team payments', asOps);
    expect(await revoke()).toBe('accepted   no longer: kim is release-owner of all services; it was so already');
  });

  test('is granted by nobody who may not, and it is said who may', async () => {
    const refused = await cli.slipway('grant ada --role release-owner --json');
    expect(refused.code).toBe(4);
    expect(problemIn(refused)).toMatchObject({ detail: 'ada needs the role operator', next: 'Ask ops.' });
  });

  test.each([
    ['grant kim', 'give --role or --team'],
    ['grant kim --role deployer --team a', 'give --role or --team'],
    ['grant kim --team a --service checkout', 'a person is in a team for all services: leave out --service'],
    ['grant kim --role king', '--role is one of deployer, release-owner, operator or owner'],
    ['grant kim --role owner', 'an owner is one of a service: give --service'],
    ['grant kim --team Pay', '"Pay" is no name of a team'],
    ['review checkout/1 --reason why', 'give --accept or --object'],
  ])('that is none ends with what is wrong: %s', async (args, message) => {
    const { code, stderr, stdout } = await cli.slipway(args, asOps);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('a review', () => {
  test('is listed until another person has made it, and is shown with the deployment', async () => {
    await createLaneRecords(cli.central.database).open(mergeRequest('merge-1'));
    const at = '2026-11-24T03:00:00.000Z';
    await createDeploymentRecords(cli.central.database).markBrokenGlass({
      service: serviceName('checkout'),
      deployment: deploymentNumber(1),
      stage: null,
      broken: [{ person: 'mo', role: 'release-owner', reason: 'down', incident: 'INC-7', at }],
      excluded: ['lin'],
      review: true,
    });
    const sentence = 'mo went past the approval 2026-11-24 03:00 UTC: "down" (INC-7)';
    expect((await cli.slipway('list reviews')).stdout).toContain(`${sentence}; another person has to review it`);
    const own = await cli.slipway('review checkout/1 --accept --reason fine', { SLIPWAY_TOKEN: cli.tokens.mo });
    expect([own.code, own.stderr]).toEqual([3, expect.stringContaining('another person reviews it')]);
    const made = await cli.slipway('review checkout/1 --object --reason "too late"', asOps);
    expect([made.code, made.stdout]).toEqual([
      0,
      'accepted   ops objects to what was broken for checkout/1: too late\nin effect  now: it is on record\nnext       slipway rollback checkout\n',
    ]);
    expect((await cli.slipway('show checkout/1')).stdout).toContain(`${sentence}; ops objects: "too late"`);
    expect((await cli.slipway('list reviews')).stderr).toContain('nothing waits for a review');
  });
});

test('glass is broken only with incident, reason and the name of the service', async () => {
  const glass = (flags: string) => cli.slipway(`break-glass checkout/1 ${flags}`, asOps);
  for (const [flags, message] of [
    ['--yes --reason down --confirm checkout', 'then give --incident <link> to agree'],
    ['--yes --reason down --incident INC-7', 'then give --confirm checkout to agree'],
    ['--yes --incident INC-7 --confirm checkout', 'it needs a reason'],
    ['--yes --reason down --incident INC-7 --confirm search', '"search" is not checkout'],
  ] as const) {
    const { code, stderr } = await glass(flags);
    expect([flags, code]).toEqual([flags, 2]);
    expect(stderr).toContain(message);
  }
});
