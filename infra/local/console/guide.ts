import { existsSync } from 'node:fs';
import path from 'node:path';
import { createApiClient } from '../../../cli/api-client.ts';
import { commandSettings, dataFlag, quoted } from '../command-settings.ts';
import { personTokenFile } from '../programs.ts';
import { stackUrls, type Stack } from '../stack.ts';
import { mainPerson } from '../write-profiles.ts';
import type { Addresses, Guide } from './guide-lines.ts';

/** Nobody who waits for the addresses waits longer for one of them. */
const patienceMs = 5_000;

/** Where a stack is. Each link is good once, for ten minutes: whoever shows one asks for one. */
export async function addressesOf({ shape, installation }: Stack, wantsLink: boolean): Promise<Addresses> {
  const urls = stackUrls(shape);
  const { token } = installation.people.find(({ name }) => name === mainPerson)!;
  const client = createApiClient(urls.api, token);
  // A stack without a link is still one: the token signs in too.
  const ask = () => client.signInUrl(AbortSignal.timeout(patienceMs)).catch(() => null);
  return { ...urls, signIn: wantsLink ? await ask() : null, person: mainPerson };
}

/** @param wasShown whether an earlier start has shown the demonstration, and this one has not */
export async function guideOf(stack: Stack, wasShown: boolean): Promise<Guide> {
  const { shape, installation, processes } = stack;
  const { projectRoot, data } = shape;
  const addresses = await addressesOf(stack, true);
  const settings = commandSettings(projectRoot, data, addresses.api);
  const near = (file: string): string => (settings === null ? path.relative(projectRoot, file) : file);
  return {
    ...addresses,
    tokenFile: near(personTokenFile(shape, mainPerson)),
    tokens: installation.people.map(({ name, roles }) => `${near(personTokenFile(shape, name))} (${roles.join(', ')})`),
    dataDirectory: data.root,
    logs: data.logs,
    folder: projectRoot,
    settings,
    tries: triesOf(processes, existsSync(data.sample), dataFlag(projectRoot, data)),
    demonstrationAgain: wasShown ? `npm start -- --demo${dataFlag(projectRoot, data)}` : null,
    searchPath: `export PATH=${quoted(path.join(projectRoot, 'cli/bin'))}:"$PATH"`,
    ownService: 'docs/how-to/deploy-your-own-service.md',
  };
}

function triesOf(processes: Stack['processes'], hasSample: boolean, dataOf: string): Guide['tries'] {
  const worker = processes.find(({ name }) => name === 'control-worker')?.pid() ?? null;
  const kill = { command: `kill -9 ${worker}`, what: 'kill what steers deployments, in the middle of one: it goes on' };
  return [
    { command: hasSample ? 'npx slipway status checkout' : 'npx slipway status', what: 'see what runs where' },
    {
      command: `npm run merge -- "Say good night"${dataOf}`,
      what: 'merge a change of your own; it asks for your approval',
    },
    ...(worker === null ? [] : [kill]),
  ];
}
