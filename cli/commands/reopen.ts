import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import type { DeployAnswer } from '../../protocol/api/deployment.ts';
import { printAccepted } from '../accepted.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { toItsEnd, watchDeployment } from '../watch/watch-deployment.ts';
import type { CarryOut } from './command.ts';
import { reasonFlag } from './deployment-verbs.ts';
import { whenItStarts } from './when-it-starts.ts';

interface ReopenFlags extends SharedFlags {
  readonly reason?: string;
  readonly queue?: true;
  readonly watch?: true;
}

/** `retry` of a deployment, `redeploy` of a service: a release once more. */
export function addReopenCommands(program: Command, carryOut: CarryOut): void {
  withReopenFlags(program.command('retry <deployment>'))
    .description('bring the release of checkout/87, which failed, was undone or cancelled, once more')
    .action((text: string, flags: ReopenFlags) =>
      carryOut(flags, (session) => {
        const { service, deployment } = objectArgument(text, 'deployment');
        return reopen(session, { verb: 'retry', service, deployment }, flags);
      }),
    );
  withReopenFlags(program.command('redeploy <service>'))
    .description('bring what runs once more, to mend hosts that are not on it')
    .action((text: string, flags: ReopenFlags) =>
      carryOut(flags, (session) =>
        reopen(session, { verb: 'redeploy', service: objectArgument(text, 'service').service }, flags),
      ),
    );
}

const withReopenFlags = (command: Command): Command =>
  reasonFlag(withSharedFlags(command))
    .option('--yes', 'nothing is asked anyway')
    .option('--queue', 'wait behind a lock instead of being refused')
    .option('--watch', 'follow it to its end');

type Target = { readonly service: string } & (
  { readonly verb: 'retry'; readonly deployment: number } | { readonly verb: 'redeploy' }
);

async function reopen(session: Session, target: Target, flags: ReopenFlags): Promise<number | void> {
  const { client, output, interrupted: signal } = session;
  const { service } = target;
  const { person } = await session.introduce();
  const { lane, deployments } = await client.call('showService', { path: { service }, signal });
  const { queue = false, reason } = flags;
  const body = { queue, ...(reason !== undefined && { reason }) };
  const meaning = [target, person, deployments[0]?.number ?? 0, lane.lock?.since ?? null, queue];
  const idempotencyKey = createHash('sha256').update(JSON.stringify(meaning)).digest('hex');
  const answer: DeployAnswer =
    target.verb === 'retry'
      ? await callInsistently(client, 'retry', {
          path: { service, deployment: target.deployment },
          body,
          idempotencyKey,
          signal,
        })
      : await callInsistently(client, 'redeploy', { path: { service }, body, idempotencyKey, signal });
  const { deployment, number, repeated, superseded } = answer;
  const inEffect = whenItStarts(answer, lane);
  if (output.isJson && flags.watch) {
    output.event({ type: 'accepted', at: new Date().toISOString(), ...answer, inEffect });
  } else {
    const what = target.verb === 'retry' ? `retries ${service}/${target.deployment}` : `redeploys ${service}`;
    const accepted = `${deployment}: ${what}${repeated ? ', asked for before' : ''}`;
    const next = `slipway watch ${deployment}`;
    printAccepted(output, target.verb, { accepted, superseded, inEffect, next }, answer);
  }
  if (flags.watch) return watchDeployment(session, { service, number }, toItsEnd);
}
