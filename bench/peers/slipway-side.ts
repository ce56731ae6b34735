import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { createApiClient } from '../../cli/api-client.ts';
import { personTokenFile } from '../../infra/local/programs.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { startGateways } from '../fleet/gateways.ts';
import { deliverAndFind, isCopied } from '../service/deploy-merge.ts';
import { approveWhen, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import { makeGitRepository } from '../service/git-repository.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { usageByProgram, usedSince } from '../stack/process-usage.ts';
import { writePayload, type Payload } from './payload.ts';
import type { Cost } from './run-tool.ts';

const service = serviceName('peers');

/** One region with real hosts. What is measured begins when a person has given the word: releases are built and copied by then. */
export interface SlipwaySide {
  deploy(payload: Payload): Promise<Cost>;
  /** The release that runs, once more. */
  again(): Promise<Cost>;
  rollback(): Promise<Cost>;
}

export async function openSlipwaySide({ signal }: Bench, stack: BenchStack): Promise<SlipwaySide> {
  const region = stack.shape.regions[0]!;
  const [gateway] = await startGateways(stack, region, 1);
  const folder = path.join(stack.shape.data.root, 'peers-repository');
  const git = await makeGitRepository(folder);
  const repository = 'acme/peers';
  const body = { repository, cloneUrl: git.cloneUrl, branch: 'main', owners: ['lin'] };
  await stack.releaseOwner.call('putService', { path: { service }, body });
  const { releaseOwner } = stack;
  // Nobody approves what they asked for.
  const token = (await readFile(personTokenFile(stack.shape, 'ada'), 'utf8')).trim();
  const developer = createApiClient(stack.api, token);

  const measured = async (
    begin: () => Promise<{ readonly ref: DeploymentRef; readonly atMs: number }>,
  ): Promise<Cost> => {
    const { ref, atMs } = await begin();
    const { outcome, reason, endedAt } = await untilEnded(stack, ref, signal);
    if (outcome !== 'succeeded' && outcome !== 'undone') throw new Error(`it ended ${outcome}: ${reason}`);
    return { wallMs: endedAt!.getTime() - atMs, ...spent() };
  };
  let before = usageByProgram(stack);
  let servedBefore = 0;
  let servedNow = 0;
  const begin = async (): Promise<void> => {
    before = usageByProgram(stack);
    servedBefore = await servedBytes(gateway!.url);
  };
  const spent = (): Omit<Cost, 'wallMs'> => {
    const used = Object.entries(usedSince(before, usageByProgram(stack))).filter(
      ([name]) => !name.startsWith('agent-'),
    );
    const cpuMs = used.reduce((sum, [, usage]) => sum + usage.cpuMs, 0);
    return { cpuMs, sentBytes: servedNow - servedBefore };
  };
  const withBytes = async (cost: Promise<Cost>): Promise<Cost> => {
    const done = await cost;
    servedNow = await servedBytes(gateway!.url);
    return { ...done, sentBytes: servedNow - servedBefore };
  };
  const approved = async (ref: DeploymentRef) => {
    const atMs = await approveWhen(stack, ref, isCopied, signal, begin);
    if (atMs === null) throw new Error(`${service}/${ref.deployment} ended before it was approved`);
    return { ref, atMs };
  };
  return {
    async deploy(payload) {
      writePayload(folder, payload);
      const merge = await git.commit('A release', { 'slipway.yaml': spec(region) });
      return withBytes(measured(async () => approved(await deliverAndFind(stack, { repository, merge }, signal))));
    },
    again: () =>
      withBytes(
        measured(async () => {
          const answer = await developer.call('redeploy', {
            idempotencyKey: randomUUID(),
            path: { service },
            body: {},
          });
          return approved({ service, deployment: deploymentNumber(answer.number) });
        }),
      ),
    rollback: () =>
      withBytes(
        measured(async () => {
          await begin();
          const atMs = Date.now();
          const body = { reason: 'measured' };
          const answer = await releaseOwner.call('rollback', { idempotencyKey: randomUUID(), path: { service }, body });
          return { ref: { service, deployment: deploymentNumber(answer.number) }, atMs };
        }),
      ),
  };
}

/**
 * Health is looked at for as long as an instance runs, not only after a start as by the others: fifty hosts on two cores
 * leave no room for more.
 */
const spec = (region: string): string => `service: peers
build: { run: mkdir -p dist && cp server.mjs part-* dist/, output: dist, timeout: 2m }
run: { command: [node, server.mjs], on: { role: web } }
health: { http: /healthz, startPeriod: 30s, interval: 250ms, healthyAfter: 1, unhealthyAfter: 3 }
approve: { quorum: 1, roles: [release-owner], expires: 1h }
rollout:
  absentAfter: 1m
  stages:
    - { name: world, regions: [${region}], batches: [100%], bake: 0s }
`;

async function servedBytes(gateway: URL): Promise<number> {
  const asked = https.get(new URL('/metrics', gateway), { agent: false, rejectUnauthorized: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const line = (await text(response))
    .split('\n')
    .find((each) => each.startsWith('slipway_gateway_served_bytes_total '));
  return Number(line?.split(' ')[1] ?? 0);
}
