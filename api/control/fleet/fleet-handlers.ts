import { samePerson } from '../../../domain/approval/same-person.ts';
import type { FreezeScope } from '../../../domain/fleet/freeze.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import type { Freeze } from '../../../protocol/api/fleet.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { requireToCome } from '../verbs/to-come.ts';
import { deploymentParameter, serviceParameter } from '../reads/parameters.ts';
import type { FleetMessages } from './fleet-messages.ts';
import type { FreezeBook, NewFreeze } from './freeze-book.ts';

type FleetHandlers = Pick<
  RouteHandlers,
  'showFleet' | 'addFreeze' | 'endFreeze' | 'stopTheLine' | 'startTheLine' | 'pass'
>;

export interface FleetParts {
  readonly book: FreezeBook;
  readonly fleet: FleetMessages;
  readonly now: () => Date;
}

/** What is held over many services. Each verb is a row first; the fleet is told then. */
export function fleetHandlers({ book, fleet, now }: FleetParts): FleetHandlers {
  const add = async (freeze: NewFreeze, beginsNow: boolean): Promise<Freeze> => {
    const added = await book.add(freeze, now());
    if (await book.isKeyOfAnother(freeze, beginsNow))
      throw new ProblemError('key-reused', { detail: reusedFor[freeze.kind] });
    await fleet.look();
    return added;
  };
  return {
    showFleet: () => book.readFleet(now()),
    async addFreeze({ person, body, key }) {
      const { reason, policy, services, regions, when } = body;
      const from = when.every === 'once' ? (when.from ?? now().toISOString()) : when.from;
      if (when.every === 'once') requireToCome(when.until, now(), 'when.until');
      requireKnown(await book.unknownIn({ services, regions }));
      return add(
        {
          kind: 'freeze',
          owner: person.person,
          reason,
          policy,
          scope: { services, regions },
          when: { ...when, from } as Freeze['when'],
          key: requestKey('freeze', person.person, key),
        },
        when.from === undefined,
      );
    },
    async endFreeze({ person, parameters, body: { reason }, key }) {
      const number = Number(parameters.freeze);
      const freeze = number <= mostFreezeNumber && Number.isSafeInteger(number) ? await book.find(number, now()) : null;
      if (freeze === null) throw new ProblemError('not-found', { detail: `there is no freeze ${parameters.freeze}` });
      requireOwn(freeze, person);
      const ended = { by: person.person, reason, key: requestKey('end-freeze', person.person, key) };
      const after = await book.end(freeze.freeze, ended, now());
      await fleet.look();
      return after ?? freeze;
    },
    async stopTheLine({ person, body: { reason, policy, until = null }, key }) {
      requireToCome(until, now());
      const scope = { services: [], regions: [] };
      const when = { every: 'once', from: now().toISOString(), until } as const;
      const asked = { owner: person.person, reason, policy, scope, when };
      return add({ kind: 'stop-the-line', ...asked, key: requestKey('stop-the-line', person.person, key) }, true);
    },
    async startTheLine({ person, body: { reason }, key: given }) {
      const key = requestKey('start-the-line', person.person, given);
      await book.start({ by: person.person, reason, key }, (stopped) => requireOwn(stopped, person), now());
      await fleet.look();
      return book.readFleet(now());
    },
    async pass({ person, parameters, body: { reason }, key }) {
      const [service, number] = [serviceParameter(parameters), deploymentParameter(parameters)];
      const deployment = deploymentReference(service, number);
      const by = { by: person.person, reason, key: requestKey('pass', person.person, key) };
      const passed = await book.pass(service, number, by);
      if (passed === 'unknown') throw new ProblemError('not-found', { detail: `there is no deployment ${deployment}` });
      if (passed === 'ended') throw new ProblemError('refused', { detail: `${deployment} has ended` });
      await Promise.all([fleet.look(), fleet.lookAt(service, number)]);
      return { deployment, number, by: passed.by, reason: passed.reason };
    },
  };
}

const reusedFor = {
  freeze: 'it was used to add another freeze',
  'stop-the-line': 'it was used to stop the line in another way',
} as const;

/** A misspelt name would hold nothing, and say that it does. @throws ProblemError `invalid-request`, with the names */
function requireKnown({ services, regions }: FreezeScope): void {
  const named = [
    ...services.map((service) => ({ path: 'services', message: `there is no service ${service}` })),
    ...regions.map((region) => ({ path: 'regions', message: `there is no region ${region}` })),
  ];
  if (named.length === 0) return;
  const detail = `${named.map(({ message }) => message).join(', ')}: nothing would be frozen there`;
  throw new ProblemError('invalid-request', { detail, errors: named });
}

/** Postgres has no greater ones. */
const mostFreezeNumber = 2 ** 31 - 1;

/** As a lock: who set it may end it, and a release-owner or operator may end any. @throws ProblemError `not-allowed` */
function requireOwn({ kind, freeze, owner, ended }: Freeze, { person, roles }: SignedIn): void {
  const mayEndAny = roles.includes('release-owner') || roles.includes('operator');
  if (ended !== null || mayEndAny || samePerson(owner) === samePerson(person)) return;
  const what = kind === 'freeze' ? `set freeze ${freeze}` : 'stopped the line';
  throw new ProblemError('not-allowed', {
    detail: `${owner} has ${what}: ${owner} or a release-owner or operator may end that`,
  });
}
