import type { Command } from 'commander';
import { releaseNumber, type RegionName, type ReleaseNumber } from '../../domain/names.ts';
import { lockInEffect, rollbackInEffect, unlockInEffect } from '../../domain/progress/in-effect.ts';
import { lockText } from '../../domain/progress/lock-text.ts';
import type { RollbackAnswer } from '../../protocol/api/deployment.ts';
import { printAccepted, type Accepted } from '../accepted.ts';
import { sendAgreed, yesFlag, type DialogFlags } from '../dialog.ts';
import { timeArgument } from '../fleet/time-argument.ts';
import { UsageError } from '../usage-error.ts';
import { exitCodeOfDeployment, exitCodeOfUndo, exitCodes } from '../exit-code.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import type { Output } from '../output.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { toItsEnd, watchDeployment } from '../watch/watch-deployment.ts';
import type { CarryOut } from './command.ts';
import { regionList } from '../region-list.ts';
import { reasonFlag } from './deployment-verbs.ts';
import { requireName } from './require-name.ts';

/** `rollback`, `lock`, `unlock` of a service. */
export function addServiceVerbs(program: Command, carryOut: CarryOut): void {
  reasonFlag(yesFlag(withSharedFlags(program.command('rollback <service>'))))
    .description('go back to what ran before: undo what is on its way, else the last success')
    .option(
      '--to <release>',
      'to a release that ran before, such as @409: by its own stages and approvals; needs --reason',
    )
    .option('--regions <names>', 'only in these regions: eu-west,us-east; needs --reason')
    .option('--confirm <service>', "with --to: the service's name, instead of typing it")
    .option('--watch', 'follow it to its end: 0 when what ran before runs again')
    .action((text: string, flags: RollbackFlags) =>
      carryOut(flags, (session) => rollback(session, objectArgument(text, 'service').service, flags)),
    );
  nothingAsked(withSharedFlags(program.command('lock <service>')))
    .description('start no more of its deployments')
    .requiredOption('--reason <text>', 'why, for all to read')
    .option('--until <time>', 'opens by itself then: 2h, 30m, or a time such as 2026-11-24T14:00:00Z')
    .action((text: string, flags: LockFlags) =>
      carryOut(flags, (session) => lock(session, objectArgument(text, 'service').service, flags)),
    );
  reasonFlag(yesFlag(withSharedFlags(program.command('unlock <service>'))))
    .description('let its deployments start again')
    .action((text: string, flags: DialogFlags) =>
      carryOut(flags, (session) => unlock(session, objectArgument(text, 'service').service, flags)),
    );
}

/** Scripts give it to every verb that changes something. */
const nothingAsked = (command: Command): Command => command.option('--yes', 'nothing is asked anyway');

interface LockFlags extends SharedFlags {
  readonly reason: string;
  readonly until?: string;
}

interface RollbackFlags extends DialogFlags {
  readonly to?: string;
  readonly regions?: string;
  readonly confirm?: string;
  readonly watch?: true;
}

async function rollback(session: Session, service: string, flags: RollbackFlags): Promise<number | void> {
  const { client, output, interrupted: signal } = session;
  const named = namedIn(flags);
  const reasoned = Object.keys(named).length > 0 && { needsReason: true as const };
  const target = { service, verb: 'rollback' as const, ...named, ...reasoned };
  // Further back than anybody remembers: a name that was typed is the right service's.
  if (named.to !== undefined && !flags.yes && session.terminal !== null) await requireName(session, { service }, flags);
  const answer = await sendAgreed(session, target, flags, ({ dialog, reason }) =>
    callInsistently(client, 'rollback', {
      path: { service },
      body: { dialog: dialog.digest, ...named, ...(reason !== undefined && { reason }) },
      idempotencyKey: dialog.idempotencyKey,
      signal,
    }),
  );
  printRollback(output, service, answer, flags.watch === true);
  if (!flags.watch) return;
  const { deployment, number } = answer;
  const isUndone = answer.outcome === 'undoing';
  const exitCodeOf = isUndone ? exitCodeOfUndo : exitCodeOfDeployment;
  const code = await watchDeployment(session, { service, number }, { ...toItsEnd, exitCodeOf });
  if (isUndone && code === exitCodes.notOver)
    output.note(
      `${deployment} was not undone: a rollback follows it, if anything ran before. Watch: slipway watch ${service}`,
    );
  return code;
}

/** @throws UsageError */
function namedIn({ to, regions: names }: RollbackFlags): { to?: ReleaseNumber; regions?: RegionName[] } {
  const regions = regionList(names);
  const number = to === undefined ? undefined : /^@?([1-9]\d{0,14})$/.exec(to)?.[1];
  if (to !== undefined && number === undefined) throw new UsageError(`--to should be a release, such as @409`);
  return {
    ...(number !== undefined && { to: releaseNumber(Number(number)) }),
    ...(regions !== undefined && { regions }),
  };
}

function printRollback(output: Output, service: string, answer: RollbackAnswer, isWatched: boolean): void {
  const { deployment, outcome } = answer;
  const inEffect = rollbackInEffect;
  if (output.isJson && isWatched) {
    output.event({ type: 'rolling-back', at: new Date().toISOString(), ...answer, inEffect });
    return;
  }
  const accepted =
    outcome === 'undoing'
      ? `${deployment} is aborted and undone`
      : `${deployment} rolls ${service} back${answer.repeated ? ' already' : ''}`;
  printAccepted(output, 'rollback', { accepted, inEffect, next: `slipway watch ${deployment}` }, answer);
}

async function lock(session: Session, service: string, { reason, until }: LockFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const end = until === undefined ? {} : { until: timeArgument('--until', until, Date.now()) };
  const { person } = await session.introduce();
  const lane = await callInsistently(client, 'lock', { path: { service }, body: { reason, ...end }, signal });
  const accepted: Accepted = {
    accepted: `${service} is ${lockText(lane.lock ?? { owner: person, reason, ...end })}`,
    inEffect: lockInEffect(lane),
    next: `slipway unlock ${service} --reason …`,
  };
  printAccepted(output, 'lock', accepted, lane);
}

async function unlock(session: Session, service: string, flags: DialogFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const lane = await sendAgreed(
    session,
    { service, verb: 'unlock', needsReason: true },
    flags,
    ({ dialog, reason = '' }) =>
      callInsistently(client, 'unlock', {
        path: { service },
        body: { reason, dialog: dialog.digest },
        idempotencyKey: dialog.idempotencyKey,
        signal,
      }),
  );
  const accepted: Accepted = {
    accepted: `${service} is unlocked`,
    inEffect: unlockInEffect(lane),
    next: `slipway status ${service}`,
  };
  printAccepted(output, 'unlock', accepted, lane);
}
