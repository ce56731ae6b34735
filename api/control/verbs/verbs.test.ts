import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import {
  deploymentNumber,
  digest,
  regionName,
  releaseNumber,
  serviceName,
  teamName,
  type DeploymentNumber,
} from '../../../domain/names.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import {
  Audit,
  Deployment,
  Release,
  RoleGrant,
  Service,
  TeamMember,
} from '../../../infra/postgres/central/entities.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../../../workflows/messages/deployment.ts';
import { laneWorkflowId, submitUpdate, type SubmitMessage } from '../../../workflows/messages/lane.ts';
import { recoveryWorkflowId } from '../../../workflows/messages/recovery.ts';
import { controlQueue } from '../../../workflows/messages/queues.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import {
  codeOf,
  signIn,
  startControlApi,
  type AskOptions,
  type Asked,
  type TestControlApi,
} from '../../../test/control-api.ts';
import { spec } from '../../../test/release-fixture.ts';
import { connectTestTemporal, type TestTemporal } from '../../../test/temporal.ts';

const service = serviceName('checkout');
const planDigest = digest(`sha256:${'2'.repeat(64)}`);
const workflowsPath = path.resolve(import.meta.dirname, '../../../test/workflow-fixtures/stand-in-workflows.ts');

let central: CentralTestDatabase;
let temporal: TestTemporal;
let worker: Worker;
let working: Promise<void>;
let api: TestControlApi;
let tokens: Record<'ada' | 'mo' | 'lin', string>;

beforeAll(async () => {
  temporal = await connectTestTemporal();
  const { nativeConnection: connection, namespace } = temporal;
  worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await temporal.close();
});
beforeEach(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url, temporal: temporal.client });
  tokens = {
    ada: await signIn(central.database, 'ada', 'deployer'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
    lin: await signIn(central.database, 'lin', 'release-owner'),
  };
});
afterEach(async () => {
  // Numbers begin anew with each database; ids of workflows must not meet those of the test before.
  const ids = [
    laneWorkflowId(service),
    ...[1, 2].map((number) => deploymentWorkflowId(service, deploymentNumber(number))),
    recoveryWorkflowId(service, deploymentNumber(1)),
  ];
  await Promise.all(
    ids.map((id) =>
      temporal.client.workflow
        .getHandle(id)
        .terminate()
        .catch(() => undefined),
    ),
  );
  await api.close();
  await central.close();
});

const post = (verb: string, token: string, body: object, more: AskOptions = {}): Promise<Asked> =>
  api.ask(`/v1/services/checkout/${verb}`, { token, body, ...more });

/** A merge by lin that has been opened; its workflow runs unless `state` says otherwise. */
async function openDeployment(
  state: 'running' | 'not-started' = 'running',
  binding = true,
  asked: Asking = {},
): Promise<string> {
  const opened = await createLaneRecords(central.database).open(mergeRequest(`merge-${Math.random()}`));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  const number = opened.deployment.deployment;
  if (state === 'running') await startWorkflow(number, binding, deploymentWorkflowId(service, number), asked);
  return `deployments/${number}`;
}

/** What its workflow asks; as the version before, which doesn't say, when left out. */
interface Asking {
  readonly stage?: string | null;
  /** `null`: nobody is asked now. */
  readonly policy?: ApprovePolicy | null;
  readonly waits?: DeploymentStatus['waits'];
  readonly shut?: string;
}

async function startWorkflow(
  number: DeploymentNumber,
  isPlanned: boolean,
  workflowId = deploymentWorkflowId(service, number),
  { stage = null, policy, waits, shut }: Asking = {},
): Promise<void> {
  const release = { number: releaseNumber(1), digest: digest(`sha256:${'1'.repeat(64)}`) };
  const binding = { service, deployment: number, release, planDigest, regions: [regionName('eu-west')] };
  const status: DeploymentStatus = {
    state: 'approving',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    planDigest: isPlanned ? planDigest : null,
    binding: isPlanned ? binding : null,
    excluded: ['lin'],
    approvals: { given: 0, wanted: 1 },
    ...(policy && {
      asked: { stage, binding: { ...binding, ...(stage !== null && { stage }) }, policy, brokenBy: [] },
    }),
    ...(policy === null && { asked: null }),
    ...(waits && { waits }),
    ...(shut && { shut }),
    regions: [],
    controlRevision: 0,
  };
  const start = {
    workflowId,
    taskQueue: controlQueue,
    args: [status],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING' as const,
  };
  await temporal.client.workflow.start('deployment', start);
}

const tokenFor = async (deployment: string, who: string, verb = 'approve'): Promise<string> =>
  String((await post(`${deployment}/approval-token`, who, { verb, planDigest })).body.token);

test('a deploy starts the lane and gets its number and its place', async () => {
  const answer = await post('deployments', tokens.ada, { release: 7, reason: 'hotfix' });
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ deployment: 'checkout/1', number: 1, repeated: false, ahead: 0, lock: null });
  expect((await post('deployments', tokens.ada, { release: 8 })).body).toMatchObject({ number: 2, ahead: 1 });
});

test('a lock ends when it says so; who set it, a release-owner, and after an undo an owner of the service open it', async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const past = await post('lock', tokens.ada, { reason: 'INC-7', until: '2020-01-01T00:00:00Z' });
  expect([past.status, past.body.detail]).toEqual([400, 'until must be a time to come']);
  expect((await post('lock', tokens.ada, { reason: 'INC-7', until })).status).toBe(202);
  const kim = await signIn(central.database, 'kim', 'deployer');
  const refused = await post('unlock', kim, { reason: 'over' });
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
    403,
    'not-allowed',
    'ada has locked it: ada or a release-owner may open it',
  ]);
  expect((await post('unlock', tokens.ada, { reason: 'over' })).status).toBe(202);
  await central.database.em.fork().nativeUpdate(Service, { name: service }, { owners: ['kim'] });
  const bySlipway = await signIn(central.database, 'slipway', 'deployer');
  await post('lock', bySlipway, { reason: 'undone' });
  expect((await post('unlock', tokens.ada, { reason: 'over' })).status).toBe(403);
  expect((await post('unlock', kim, { reason: 'over' })).status).toBe(202);
});

test('a hotfix is for a release-owner with a reason, and says what makes way for it', async () => {
  const hotfix = { release: 7, reason: 'INC-7: over 3' };
  const refused = await post('hotfix', tokens.ada, hotfix);
  expect([refused.status, codeOf(refused)]).toEqual([403, 'not-allowed']);
  expect((await post('hotfix', tokens.mo, { release: 7 })).status).toBe(400);
  await post('lock', tokens.ada, { reason: 'INC-7' });
  const answer = await post('hotfix', tokens.mo, { ...hotfix, active: 'hold' });
  expect([answer.status, answer.body]).toEqual([
    202,
    {
      deployment: 'checkout/1',
      number: 1,
      repeated: false,
      active: { deployment: 'checkout/3', how: 'held' },
      lock: expect.objectContaining({ owner: 'ada' }),
    },
  ]);
  expect(codeOf(await post('hotfix', tokens.mo, { ...hotfix, release: 404 }))).toBe('release-not-found');
});

test('a hotfix of what is on its way already lets it past freezes, once, by whom and why', async () => {
  const number = Number((await openDeployment()).split('/')[1]);
  const hotfix = { release: 7, reason: `INC-7: on its way as ${number}` };
  for (const key of ['key-of-mine', 'key-of-mine', 'another-key'])
    expect((await post('hotfix', tokens.mo, hotfix, { key })).body).toMatchObject({ number, repeated: true });
  const em = central.database.em.fork();
  const row = await em.findOneOrFail(Deployment, { service, number: deploymentNumber(number) });
  expect(row.pass).toEqual({ by: 'mo', reason: hotfix.reason });
  expect(await em.find(Audit, { verb: 'pass-given' })).toMatchObject([{ actor: 'mo', object: `checkout/${number}` }]);
});

test('what was undone is retried, and what runs is redeployed: once at a time, with a reason that says so', async () => {
  const deployment = await openDeployment();
  const number = Number(deployment.split('/')[1]);
  const retry = (key?: string) =>
    post(`${deployment}/retry`, tokens.ada, { reason: 'the disk is mended' }, key ? { key } : {});
  const early = await retry();
  expect([early.status, codeOf(early), early.body.detail]).toEqual([
    409,
    'refused',
    `checkout/${number} is not over: wait for its end, or abort it`,
  ]);
  const records = createDeploymentRecords(central.database);
  const end = { service, deployment: deploymentNumber(number), sequence: 9, regions: [], pending: [], lock: null };
  await records.finish({ ...end, outcome: 'undone', reason: 'bad' });
  expect((await retry('retry-once')).body).toMatchObject({ deployment: 'checkout/1', repeated: false });
  expect((await retry('retry-once')).body).toMatchObject({ deployment: 'checkout/1' });
  const nothing = await post('redeploy', tokens.ada, {});
  expect([nothing.status, nothing.body.detail]).toEqual([409, 'checkout runs nothing yet']);
  await central.database.em.fork().nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(1) });
  expect((await post('redeploy', tokens.ada, {})).body).toMatchObject({ deployment: 'checkout/2' });
  // As its lane writes it down.
  const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
  await central.database.em.fork().nativeUpdate(Release, { service, number: releaseNumber(1) }, { state: 'ready' });
  const open = { key: 'deploy:ada:other', service, kind: 'rollout', source, traceparent: null } as const;
  await createLaneRecords(central.database).open(open);
  const twice = await retry();
  expect([twice.status, twice.body.detail]).toEqual([409, 'checkout/2 brings checkout@1 already']);
});

test('a retry and a redeploy are shown first, and refused there as they would be; a second of the kind is another request', async () => {
  const number = Number((await openDeployment()).split('/')[1]);
  const dialogOf = async (query: string) =>
    (await api.ask(`/v1/services/checkout/dialog?${query}`, { token: tokens.ada })).body;
  const early = await dialogOf(`verb=retry&deployment=${number}`);
  expect(early.refused).toBe(`checkout/${number} is not over: wait for its end, or abort it`);
  const em = central.database.em.fork();
  await createReleaseRecords(central.database).recordSigned({
    service,
    release: releaseNumber(1),
    deployment: deploymentNumber(number),
    digest: planDigest,
    configDigest: planDigest,
    spec: { ...spec, rollout: { ...spec.rollout, stages: spec.rollout.stages.slice(0, 1) } },
    totalBytes: 1,
    files: 1,
    buildLog: null,
  });
  const end = { service, deployment: deploymentNumber(number), sequence: 9, regions: [], pending: [], lock: null };
  await createDeploymentRecords(central.database).finish({ ...end, outcome: 'undone', reason: 'bad' });
  const shown = await dialogOf(`verb=retry&deployment=${number}`);
  expect(shown).toMatchObject({ refused: null, title: `Retry checkout/${number}: deploy checkout@1 once more?` });
  const sent = { reason: 'mended', dialog: shown.digest };
  const stale = { ...sent, dialog: digest(`sha256:${'9'.repeat(64)}`) };
  const retry = (body: object, key: unknown) =>
    post(`deployments/${number}/retry`, tokens.ada, body, { key: String(key) });
  expect(codeOf(await retry(stale, 'another-key'))).toBe('state-changed');
  expect((await retry(sent, shown.idempotencyKey)).body).toMatchObject({ deployment: 'checkout/1', repeated: false });
  // As its lane writes it down.
  const source = { from: 'person', person: 'ada', release: releaseNumber(1), reason: null } as const;
  const open = { key: 'retry:ada:other', service, kind: 'rollout', source, traceparent: null } as const;
  await createLaneRecords(central.database).open(open);
  const busy = 'checkout/2 brings checkout@1 already. Follow it: slipway watch checkout/2';
  const after = await dialogOf(`verb=retry&deployment=${number}`);
  expect(after.refused).toBe(busy);
  expect(after.idempotencyKey).not.toBe(shown.idempotencyKey);
  await em.nativeUpdate(Service, { name: service }, { currentRelease: releaseNumber(1) });
  expect(await dialogOf('verb=redeploy')).toMatchObject({ refused: busy, verb: 'redeploy', object: 'checkout' });
});

test('the same request sent again, by two processes at once, is one deployment', async () => {
  const other = await startControlApi({
    database: central.database,
    databaseUrl: central.url,
    temporal: temporal.client,
  });
  try {
    const ask = { token: tokens.ada, body: { release: 7 }, key: 'the-same-request' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? api : other).ask('/v1/services/checkout/deployments', ask)),
    );
    for (const { body } of answers) expect(body).toMatchObject({ deployment: 'checkout/1' });
  } finally {
    await other.close();
  }
});

test('a locked lane refuses a deploy with the reason, and queues one that says so', async () => {
  expect((await post('lock', tokens.mo, { reason: 'INC-7' })).status).toBe(202);
  const refused = await post('deployments', tokens.ada, { release: 7 });
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
    409,
    'lane-locked',
    'checkout is locked by mo',
  ]);
  const queued = await post('deployments', tokens.ada, { release: 7, queue: true });
  expect(queued.body).toMatchObject({ number: 1, lock: { owner: 'mo', reason: 'INC-7' } });
  expect((await post('unlock', tokens.mo, { reason: 'over' })).status).toBe(202);
  expect((await post('deployments', tokens.ada, { release: 7 })).body).toMatchObject({ number: 2, lock: null });
});

test('a release that is not there is named', async () => {
  const answer = await post('deployments', tokens.ada, { release: 404 });
  expect([answer.status, codeOf(answer)]).toEqual([404, 'release-not-found']);
  const newest = await post('deployments', tokens.ada, {});
  expect(newest.body.detail).toBe('no release of checkout is ready');
});

test('a rollback undoes what is on its way, and says so when there is nothing', async () => {
  const nothing = await post('rollback', tokens.ada, {});
  expect([nothing.status, codeOf(nothing)]).toEqual([409, 'nothing-to-roll-back-to']);
  await post('deployments', tokens.ada, { release: 7 });
  const answer = await post('rollback', tokens.ada, { reason: 'it burns' });
  expect(answer.body).toMatchObject({ outcome: 'undoing', deployment: 'checkout/1' });
});

test('an approval is a token over the plan that the person was shown, and reaches the deployment', async () => {
  const deployment = await openDeployment();
  const token = await tokenFor(deployment, tokens.mo);
  const answer = await post(`${deployment}/approve`, tokens.mo, { token });
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ deployment: 'checkout/1', message: `approved with ${token}` });
});

test('nobody gets a token for a change of their own, whatever the case of their name', async () => {
  const deployment = await openDeployment();
  for (const token of [tokens.lin, await signIn(central.database, 'LIN', 'release-owner')]) {
    const answer = await post(`${deployment}/approval-token`, token, { verb: 'approve', planDigest });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'own-change']);
  }
});

describe('the role that an approval is given in', () => {
  /** As if checkout@1 had been built from a spec that asks deployers. */
  const askDeployers = () =>
    central.database.em
      .fork()
      .nativeUpdate(
        Release,
        { service, number: releaseNumber(1) },
        { spec: { approve: { roles: ['deployer'] } } as never },
      );

  test('is one that the policy names, not the strongest that the person has', async () => {
    const deployment = await openDeployment();
    await askDeployers();
    const both = await signIn(central.database, 'kim', 'release-owner', 'deployer');
    const [, claims] = (await tokenFor(deployment, both)).split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'kim', role: 'deployer' });
    const [, resume] = (await tokenFor(deployment, both, 'resume')).split('.');
    expect(JSON.parse(Buffer.from(resume!, 'base64url').toString())).toMatchObject({ role: 'release-owner' });
  });

  test('is refused by name to who has none that counts', async () => {
    const deployment = await openDeployment();
    await askDeployers();
    const answer = await post(`${deployment}/approval-token`, tokens.mo, { verb: 'approve', planDigest });
    expect([answer.status, codeOf(answer), answer.body.detail]).toEqual([
      403,
      'not-allowed',
      'mo needs the role deployer',
    ]);
  });
});

test('a rollback that names a release or regions says why', async () => {
  for (const named of [{ to: 3 }, { regions: ['ap-south'] }]) {
    const unexplained = await post('rollback', tokens.ada, named);
    expect([unexplained.status, codeOf(unexplained)]).toEqual([400, 'invalid-request']);
    const nothing = await post('rollback', tokens.ada, { ...named, reason: 'INC-7' });
    expect([nothing.status, codeOf(nothing)]).toEqual([409, 'nothing-to-roll-back-to']);
  }
});

describe('a decision not to wait', () => {
  const decided = async (verb: string, deployment: string, who: string, more: object) => {
    const body = { verb, planDigest, ...more };
    const { token } = (await post(`${deployment}/approval-token`, who, body)).body;
    return post(`${deployment}/${verb}`, who, { token, reason: 'its link is down', ...more });
  };

  test('reaches the deployment by the token of a release-owner, with its reason', async () => {
    const deployment = await openDeployment();
    const skipped = await decided('skip-region', deployment, tokens.mo, { region: 'eu-west' });
    expect([skipped.status, skipped.body.message]).toEqual([202, 'eu-west is skipped: its link is down']);
    const promoted = await decided('promote', deployment, tokens.mo, {});
    expect([promoted.status, promoted.body.message]).toEqual([202, 'promoted: its link is down']);
  });

  test.each(['promote', 'skip-region', 'end-undo'])('%s: a deployer gets no token for it', async (verb) => {
    const deployment = await openDeployment();
    const body = { verb, planDigest, region: 'eu-west' };
    const answer = await post(`${deployment}/approval-token`, tokens.ada, body);
    expect([answer.status, answer.body.detail]).toEqual([403, 'ada needs the role release-owner']);
  });

  test('of which region is part of the token, and of the request', async () => {
    const deployment = await openDeployment();
    const nowhere = await post(`${deployment}/approval-token`, tokens.mo, { verb: 'skip-region', planDigest });
    expect([nowhere.status, nowhere.body.detail]).toEqual([400, 'skip-region is about a region']);
    const claims = await post(`${deployment}/approval-token`, tokens.mo, {
      verb: 'skip-region',
      planDigest,
      region: 'eu-west',
    });
    const [, middle] = String(claims.body.token).split('.');
    expect(JSON.parse(Buffer.from(middle!, 'base64url').toString())).toMatchObject({ region: 'eu-west' });
    const unexplained = await post(`${deployment}/skip-region`, tokens.mo, {
      token: claims.body.token,
      region: 'eu-west',
    });
    expect(unexplained.status).toBe(400);
  });
});

test('a token to resume, or to end an undo, is for what waits now; for no other verb', async () => {
  const waits = { resume: 'pause since 12:00', 'end-undo': 'undo of hooks' };
  const claimsOf = async (verb: string, asking: Asking) => {
    const token = await tokenFor(await openDeployment('running', true, asking), tokens.mo, verb);
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { wait?: string };
  };
  expect((await claimsOf('resume', { waits })).wait).toBe(waits.resume);
  expect((await claimsOf('end-undo', { waits })).wait).toBe(waits['end-undo']);
  expect(await claimsOf('promote', { waits })).not.toHaveProperty('wait');
  // A workflow of the version before binds it to the plan only.
  expect(await claimsOf('resume', {})).not.toHaveProperty('wait');
});

describe('who counts by team, and for a stage', () => {
  const payments = teamName('payments');
  const byTeam: ApprovePolicy = { quorum: 1, roles: [], teams: [payments], expiresMs: 3_600_000 };
  const join = (person: string) =>
    central.database.em.fork().insert(TeamMember, { team: payments, person, addedBy: 'ops', addedAt: new Date() });

  test('a member of a team that is asked needs no role; who is in none is told whom to ask', async () => {
    const deployment = await openDeployment('running', true, { policy: byTeam });
    const eve = await signIn(central.database, 'eve');
    const refused = await post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest });
    expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
      403,
      'not-allowed',
      'eve needs the role team payments',
    ]);
    expect(refused.body.next).toBe('An operator can grant it: slipway grant eve --team payments');
    expect((await post(`${deployment}/reject`, eve, { reason: 'no' })).status).toBe(403);
    await join('eve');
    const token = await tokenFor(deployment, eve);
    const [, claims] = token.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'eve', role: null });
    expect((await post(`${deployment}/approve`, eve, { token })).status).toBe(202);
    // Who may agree may say no, and nothing else.
    for (const [verb, body] of [
      ['pause', {}],
      ['abort', {}],
    ] as const)
      expect((await post(`${deployment}/${verb}`, eve, body)).status).toBe(403);
    const resume = await post(`${deployment}/approval-token`, eve, { verb: 'resume', planDigest });
    expect([resume.status, resume.body.detail]).toEqual([403, 'eve needs the role release-owner']);
    expect((await post(`${deployment}/reject`, eve, { reason: 'no' })).status).toBe(202);
  });

  test.each(['approve', 'break-glass'])('the dialog of %s says that no token is looked at any more', async (verb) => {
    const shut = '5 bad tokens were sent: no more are looked at, good ones neither';
    const deployment = await openDeployment('running', true, { policy: { ...byTeam, roles: ['operator'] }, shut });
    await central.database.em.fork().execute(`update deployment set state = 'approving'`);
    const query = `verb=${verb}&deployment=${deployment.split('/').at(-1)}`;
    const ops = await signIn(central.database, 'ops', 'operator');
    const dialog = await api.ask(`/v1/services/checkout/dialog?${query}`, { token: ops });
    expect(dialog.body['refused']).toBe(shut);
  });

  test('whoever is asked may say no, by whatever role; whoever is not is told that by the dialog, too', async () => {
    const deployment = await openDeployment('running', true, { policy: { ...byTeam, roles: ['operator'] } });
    const number = deployment.split('/').at(-1);
    await central.database.em.fork().execute(`update deployment set state = 'approving'`);
    const refusedTo = async (who: string) =>
      (await api.ask(`/v1/services/checkout/dialog?verb=reject&deployment=${number}`, { token: who })).body['refused'];
    const ops = await signIn(central.database, 'ops', 'operator');
    const eve = await signIn(central.database, 'eve');
    const refused = await post(`${deployment}/reject`, eve, { reason: 'no' });
    expect(refused.status).toBe(403);
    expect(await refusedTo(eve)).toBe(`${String(refused.body.detail)}. ${String(refused.body.next)}`);
    expect(await refusedTo(ops)).toBeNull();
    expect((await post(`${deployment}/reject`, ops, { reason: 'no' })).status).toBe(202);
  });

  test('while nobody is asked, whoever wants to approve is told that, and not of a role', async () => {
    const deployment = await openDeployment('running', true, { policy: null });
    const number = deployment.split('/').at(-1);
    await central.database.em.fork().execute(`update deployment set state = 'rolling' where number = ${number}`);
    const eve = await signIn(central.database, 'eve');
    for (const who of [eve, tokens.mo]) {
      const refused = await post(`${deployment}/approval-token`, who, { verb: 'approve', planDigest });
      expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([
        409,
        'refused',
        `checkout/${number} waits for no approval: it is rolling`,
      ]);
      const dialog = await api.ask(`/v1/services/checkout/dialog?verb=approve&deployment=${number}`, { token: who });
      expect(dialog.body['refused']).toBe(refused.body.detail);
    }
  });

  test('a role of another service does not count', async () => {
    const deployment = await openDeployment('running', true, { policy: { ...byTeam, roles: ['release-owner'] } });
    const eve = await signIn(central.database, 'eve');
    const grant = { holder: 'eve', role: 'release-owner', service: 'search', grantedBy: 'ops', grantedAt: new Date() };
    await central.database.em.fork().insert(RoleGrant, grant as never);
    expect((await post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest })).status).toBe(403);
    await central.database.em.fork().insert(RoleGrant, { ...grant, service: 'checkout' } as never);
    expect((await post(`${deployment}/approval-token`, eve, { verb: 'approve', planDigest })).status).toBe(202);
  });

  test('a token is for the stage that was shown, while that is what is asked', async () => {
    const owner: ApprovePolicy = { ...byTeam, roles: ['release-owner'] };
    const deployment = await openDeployment('running', true, { stage: 'world', policy: owner });
    const ask = (more: object) =>
      post(`${deployment}/approval-token`, tokens.mo, { verb: 'approve', planDigest, ...more });
    const [, claims] = String((await ask({ stage: 'world' })).body.token).split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ stage: 'world' });
    for (const stage of ['canary', null]) {
      const moved = await ask({ stage });
      expect([moved.status, codeOf(moved), moved.body.detail]).toEqual([
        409,
        'state-changed',
        'what is asked now is about stage world',
      ]);
    }
    const [, resume] = String(
      (await post(`${deployment}/approval-token`, tokens.mo, { verb: 'resume', planDigest })).body.token,
    ).split('.');
    expect(JSON.parse(Buffer.from(resume!, 'base64url').toString())).not.toHaveProperty('stage');
  });
});

describe('glass', () => {
  const policy: ApprovePolicy = { quorum: 2, roles: ['release-owner'], expiresMs: 3_600_000 };
  const emergency = { reason: 'the shop is down', incident: 'INC-7' };

  test('is broken with reason and incident, signed with the token, and by a role that may', async () => {
    const deployment = await openDeployment('running', true, { policy });
    const ask = (who: string, more: object) =>
      post(`${deployment}/approval-token`, who, { verb: 'break-glass', planDigest, ...more });
    for (const missing of [{}, { emergency: { reason: 'down' } }, { emergency: { reason: ' ', incident: 'INC-7' } }])
      expect((await ask(tokens.mo, missing)).status).toBe(400);
    expect(
      (await post(`${deployment}/approval-token`, tokens.mo, { verb: 'approve', planDigest, emergency })).status,
    ).toBe(400);
    const refused = await ask(tokens.ada, { emergency });
    expect([refused.status, refused.body.detail, refused.body.next]).toEqual([
      403,
      'ada needs the role release-owner',
      'An owner of checkout or an operator can grant it: slipway grant ada --role release-owner --service checkout',
    ]);
    // Who made the change may: another person has to be with them, or looks at it afterwards.
    const token = String((await ask(tokens.lin, { emergency })).body.token);
    const [, claims] = token.split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ sub: 'lin', emergency });
    expect((await post(`${deployment}/break-glass`, tokens.ada, { token })).status).toBe(403);
    expect((await post(`${deployment}/approve`, tokens.lin, { token })).status).toBe(403);
    const answer = await post(`${deployment}/break-glass`, tokens.lin, { token });
    expect([answer.status, answer.body.message]).toEqual([202, `broken with ${token}`]);
  });
});

test('a rejection says why', async () => {
  const deployment = await openDeployment();
  for (const body of [{}, { reason: '  ' }])
    expect((await post(`${deployment}/reject`, tokens.ada, body)).body['errors']).toEqual([
      expect.objectContaining({ path: 'reason' }),
    ]);
  expect((await post(`${deployment}/reject`, tokens.ada, { reason: 'not today' })).status).toBe(202);
});

test('a plan that has moved on is not approved', async () => {
  const deployment = await openDeployment();
  const other = `sha256:${'9'.repeat(64)}`;
  const moved = await post(`${deployment}/approval-token`, tokens.mo, { verb: 'approve', planDigest: other });
  expect([moved.status, codeOf(moved)]).toEqual([409, 'state-changed']);
  const unplanned = await openDeployment('running', false);
  const early = await post(`${unplanned}/approval-token`, tokens.mo, { verb: 'approve', planDigest });
  expect([early.status, codeOf(early)]).toEqual([409, 'state-changed']);
});

test.each([
  ['that is none', async () => 'not.a.token', 'the approval token is malformed'],
  [
    'of another person',
    (deployment: string) => tokenFor(deployment, tokens.ada),
    "the approval token is ada's, not yours",
  ],
  [
    'for another verb',
    (deployment: string) => tokenFor(deployment, tokens.mo, 'resume'),
    'the approval token is wrong-verb',
  ],
  [
    'for another deployment',
    async () => tokenFor(await openDeployment(), tokens.mo),
    'the approval token is for checkout/2',
  ],
])('a token %s does not reach the deployment', async (_, tokenOf, detail) => {
  const deployment = await openDeployment();
  const answer = await post(`${deployment}/approve`, tokens.mo, { token: await tokenOf(deployment) });
  expect([answer.status, answer.body.detail]).toEqual([403, detail]);
});

test('a message and its repeat are one message; the next one is another', async () => {
  const deployment = await openDeployment();
  const once = await post(`${deployment}/pause`, tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  const again = await post(`${deployment}/pause`, tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(once.body).toEqual({ deployment: 'checkout/1', message: 'paused by ada: look' });
  expect(again.body).toEqual(once.body);
  const handle = temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1)));
  expect(await handle.query<DeploymentStatus>('status')).toMatchObject({ controlRevision: 1 });
  await post(`${deployment}/pause`, tokens.ada, {}, { key: 'pause-twice' });
  expect(await handle.query<DeploymentStatus>('status')).toMatchObject({ controlRevision: 2 });
});

test('a token that could not be verified is verified when the same request comes again', async () => {
  const deployment = await openDeployment();
  await post(`${deployment}/pause`, tokens.ada, { reason: 'the key store is away' });
  const token = await tokenFor(deployment, tokens.mo);
  const approve = () => post(`${deployment}/approve`, tokens.mo, { token }, { key: 'the-same-request' });
  const refused = await approve();
  expect([refused.status, codeOf(refused), refused.body.detail]).toEqual([409, 'refused', 'the key store is away']);
  const taken = { deployment: 'checkout/1', message: `approved with ${token}` };
  expect((await approve()).body).toEqual(taken);
  // The answer was lost: it is told once more.
  expect((await approve()).body).toEqual(taken);
});

test("what the deployment refuses is told in the deployment's words", async () => {
  const deployment = await openDeployment();
  const past = await post(`${deployment}/abort`, tokens.ada, { hold: true });
  expect([past.status, codeOf(past), past.body.detail]).toEqual([409, 'refused', 'past its point of no return']);
  const malformed = await post(`${deployment}/pause`, tokens.ada, { reason: 'malformed' });
  expect([malformed.status, codeOf(malformed), malformed.body.detail]).toEqual([
    409,
    'refused',
    'the message is malformed',
  ]);
});

test('a deployment that is over, or was never there, takes no message', async () => {
  const deployment = await openDeployment();
  await createDeploymentRecords(central.database).finish({
    service,
    deployment: deploymentNumber(1),
    sequence: 3,
    outcome: 'undone',
    reason: 'bad',
    regions: [],
    pending: [],
    lock: null,
  });
  const over = await post(`${deployment}/abort`, tokens.ada, {});
  expect([over.status, codeOf(over), over.body.detail]).toEqual([409, 'refused', 'checkout/1 is over: undone']);
  const none = await post('deployments/999/abort', tokens.ada, {});
  expect([none.status, codeOf(none)]).toEqual([404, 'not-found']);
});

test('what is sent to a deployment whose workflow somebody closed reaches the recovery that ends it', async () => {
  const deployment = await openDeployment();
  await temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1))).terminate();
  await startWorkflow(deploymentNumber(1), true, recoveryWorkflowId(service, deploymentNumber(1)));
  const answer = await post(`${deployment}/pause`, tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(answer.body).toEqual({ deployment: 'checkout/1', message: 'paused by ada: look' });
  const again = await post(`${deployment}/pause`, tokens.ada, { reason: 'look' }, { key: 'pause-once' });
  expect(again.body).toEqual(answer.body);
});

test('how it stands is asked of that recovery first: a workflow that was closed still answers, with what it knew', async () => {
  const deployment = await openDeployment();
  await temporal.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1))).terminate();
  // Of the two only the recovery has no plan, so that no token can be bound to it.
  await startWorkflow(deploymentNumber(1), false, recoveryWorkflowId(service, deploymentNumber(1)));
  const answer = await post(`${deployment}/approval-token`, tokens.mo, { verb: 'resume', planDigest });
  expect([answer.status, answer.body.detail]).toEqual([409, 'there is no plan yet that could be agreed to']);
});

test('one that waits in the queue has no workflow yet: it can not be paused', async () => {
  const deployment = await openDeployment('not-started');
  const answer = await post(`${deployment}/pause`, tokens.ada, {});
  expect([answer.status, codeOf(answer)]).toEqual([409, 'refused']);
});

test('an abort takes a deployment out of the queue, and reaches it when it has begun meanwhile', async () => {
  const waiting = await post(`${await openDeployment('not-started')}/abort`, tokens.ada, { reason: 'it waits' });
  expect([waiting.status, waiting.body.message]).toEqual([202, 'checkout/1 was taken out of the queue']);
  const begun = await post(`${await openDeployment()}/abort`, tokens.ada, {});
  expect([begun.status, begun.body.message]).toEqual([202, 'aborted by ada']);
});

test('a key is one of its person and its verb: what a merge, another verb or another person did with it is not answered', async () => {
  const move = `merge:checkout:main:${'b'.repeat(40)}:${'a'.repeat(40)}`;
  const key = { key: move };
  await post('lock', tokens.mo, { reason: 'INC-7' }, key);
  await post('unlock', tokens.mo, { reason: 'over' }, key);
  const lane = temporal.client.workflow.getHandle(laneWorkflowId(service));
  const args: [SubmitMessage] = [{ request: mergeRequest(move), queueWhenLocked: true }];
  expect(await lane.executeUpdate(submitUpdate, { updateId: move, args })).toMatchObject({ deployment: 1 });
  const deployed = await post('deployments', tokens.ada, { release: 7 }, key);
  expect(deployed.body).toMatchObject({ number: 2, lock: null });
  expect((await post('rollback', tokens.ada, {}, key)).body).toMatchObject({ outcome: 'undoing', number: 2 });
  const queued = { release: 7, queue: true };
  expect((await post('deployments', tokens.mo, queued, key)).body).toMatchObject({ number: 3, repeated: false });
  const deployment = await openDeployment();
  const paused = await post(`${deployment}/pause`, tokens.ada, {}, key);
  expect(paused.body.message).toBe('paused by ada: ');
  expect((await post(`${deployment}/abort`, tokens.ada, {}, key)).body.message).toBe('aborted by ada');
});

test('a key that comes with another request is refused', async () => {
  const key = { key: 'one-and-the-same' };
  await openDeployment();
  await central.database.em.fork().nativeUpdate(Deployment, { service }, { key: `deploy:ada:${key.key}` });
  expect((await post('deployments', tokens.ada, { release: 1 }, key)).status).toBe(202);
  expect((await post('deployments', tokens.ada, { release: 1, queue: true }, key)).body).toMatchObject({ number: 1 });
  for (const body of [{ release: 8 }, { release: 1, kind: 'roll-forward' }, { release: 1, regions: ['eu-west'] }]) {
    const answer = await post('deployments', tokens.ada, body, key);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'key-reused']);
    expect(answer.body.detail).toBe('it was used for checkout/1, a rollout of release 1');
  }
});

test('a deployment that ends with the message it takes has taken it', async () => {
  const deployment = await openDeployment();
  const answer = await post(`${deployment}/reject`, tokens.mo, { reason: 'not today' });
  expect([answer.status, answer.body.message]).toEqual([202, 'rejected by mo']);
  const late = await post(`${deployment}/pause`, tokens.mo, {});
  expect([late.status, codeOf(late)]).toEqual([409, 'refused']);
});

test.each([
  ['deployments', { release: 7 }],
  ['lock', { reason: 'INC-7' }],
  ['rollback', {}],
  ['deployments/1/abort', {}],
  ['deployments/1/approval-token', { verb: 'approve', planDigest }],
])('while Temporal is away, %s is answered within five seconds: send it again', async (verb, body) => {
  await openDeployment('not-started');
  const cutOff = await startControlApi({ database: central.database, databaseUrl: central.url });
  try {
    const startedAt = performance.now();
    const answer = await cutOff.ask(`/v1/services/checkout/${verb}`, { token: tokens.mo, body });
    const tookMs = performance.now() - startedAt;
    expect([answer.status, codeOf(answer), answer.body.retryable]).toEqual([503, 'unavailable', true]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(5_000);
  } finally {
    await cutOff.close();
  }
});
