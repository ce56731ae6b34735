import path from 'node:path';
import { createApiClient } from '../../../cli/api-client.ts';
import { commandSettings, quoted } from '../command-settings.ts';
import { personTokenFile } from '../programs.ts';
import { stackUrls, type Stack } from '../stack.ts';
import { mainPerson } from '../write-profiles.ts';
import type { Guide } from './guide-lines.ts';

/** Nobody who waits for the addresses waits longer for one of them. */
const patienceMs = 5_000;

export async function guideOf({ shape, installation, processes }: Stack, hasSample: boolean): Promise<Guide> {
  const { projectRoot, data } = shape;
  const urls = stackUrls(shape);
  const token = installation.people.find(({ name }) => name === mainPerson)!.token;
  const settings = commandSettings(projectRoot, data, urls.api);
  const near = (file: string): string => (settings === null ? path.relative(projectRoot, file) : file);
  return {
    ...urls,
    // A stack without a link is still one: the token signs in too.
    signIn: await createApiClient(urls.api, token)
      .signInUrl(AbortSignal.timeout(patienceMs))
      .catch(() => null),
    person: mainPerson,
    tokenFile: near(personTokenFile(shape, mainPerson)),
    people: installation.people.map(({ name, roles }) => `${name} (${roles.at(-1)})`).join(', '),
    dataDirectory: data.root,
    logs: data.logs,
    folder: projectRoot,
    settings,
    tries: triesOf(processes, hasSample, settings === null ? '' : ` --data ${quoted(data.root)}`),
  };
}

function triesOf(processes: Stack['processes'], hasSample: boolean, dataFlag: string): Guide['tries'] {
  const worker = processes.find(({ name }) => name === 'control-worker')?.pid() ?? null;
  const kill = { command: `kill -9 ${worker}`, what: 'kill what steers deployments, in the middle of one: it goes on' };
  return [
    { command: hasSample ? 'npx slipway status checkout' : 'npx slipway status', what: 'see what runs where' },
    {
      command: `npm run merge -- "Say good night"${dataFlag}`,
      what: 'merge a change of your own; it asks for your approval',
    },
    ...(worker === null ? [] : [kill]),
  ];
}
