import { expect, test } from '@jest/globals';
import type { CarryOut } from '../commands/command.ts';
import { createProgram } from '../program.ts';
import { candidatesFor, type LiveNames } from './candidates.ts';

const carryOut: CarryOut = Object.assign(async () => {}, { here: async () => {} });
const program = createProgram(carryOut);

async function ask(service: string | null): Promise<LiveNames> {
  if (service === null) return { services: ['cart', 'checkout'], releases: [], deployments: [] };
  return { services: [], releases: [`${service}@412`, `${service}@411`], deployments: [`${service}/87`] };
}

test.each([
  ['st', ['status', 'stop-the-line', 'start-the-line']],
  ['show', ['show']],
  ['__', []],
  ['status c', ['cart', 'checkout']],
  ['status --json ch', ['checkout']],
  ['deploy checkout@', ['checkout@412', 'checkout@411']],
  ['abort c', ['cart/', 'checkout/']],
  ['abort checkout/', ['checkout/87']],
  ['watch checkout', ['checkout']],
  ['lock --reason checkout c', ['cart', 'checkout']],
  ['unlock checkout c', []],
  ['list re', ['releases', 'regions', 'reviews']],
  ['list releases --service ca', ['cart']],
  ['deploy checkout --pl', ['--plan']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['fly ', []],
])('after "slipway %s" it offers %j', async (line, expected) => {
  expect(await candidatesFor(program, line.split(' '), ask)).toEqual(expected);
});
