import { expect, test } from '@jest/globals';
import type { Freeze, SignedIn } from '../client/api.ts';
import { anyRole, ofTheFleet, whyNotAllowed, whyNotStarted } from './fleet-rights.ts';

const guest: SignedIn = { person: 'guest', roles: [] };
const ada: SignedIn = { person: 'ada', roles: ['deployer'], inServices: [{ service: 'cart', role: 'release-owner' }] };

test.each([
  [
    guest,
    ofTheFleet,
    null,
    'guest needs the role release-owner or operator. An operator can grant it: slipway grant guest --role release-owner',
  ],
  [
    ada,
    ofTheFleet,
    'till',
    'ada needs the role release-owner or operator. An owner of till or an operator can grant it: slipway grant ada --role release-owner --service till',
  ],
  // A right for one service is none for all of them.
  [
    ada,
    ofTheFleet,
    null,
    'ada needs the role release-owner or operator. An operator can grant it: slipway grant ada --role release-owner',
  ],
  [ada, ofTheFleet, 'cart', null],
  [ada, anyRole, null, null],
] as const)('%j and %j for %s: %s', (person, allows, service, why) => {
  expect(whyNotAllowed(person, allows, service)).toBe(why);
});

test.each([
  ['who stopped it', 'ADA', ada, null],
  ['who stopped it twice', 'ada ADA', ada, null],
  [
    'who stopped it beside another',
    'ada mo',
    ada,
    'mo has stopped the line: mo or a release-owner or operator may end that',
  ],
  ['a release-owner', 'mo', { person: 'kim', roles: ['release-owner'] } as SignedIn, null],
  ['another deployer', 'mo', ada, 'mo has stopped the line: mo or a release-owner or operator may end that'],
  [
    'who has lost the role',
    'guest',
    guest,
    'guest needs the role deployer or release-owner or operator. An operator can grant it: slipway grant guest --role deployer',
  ],
])('the line is started by %s, or not', (_, owners, person, why) => {
  const stop = (owner: string, before: number) => ({ freeze: before + 1, kind: 'stop-the-line', owner }) as Freeze;
  // A freeze is ended by itself.
  const freeze = { freeze: 9, kind: 'freeze', owner: 'kim' } as Freeze;
  expect(whyNotStarted({ freezes: [freeze, ...owners.split(' ').map(stop)] }, person)).toBe(why);
});
