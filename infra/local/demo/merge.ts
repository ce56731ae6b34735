/** `npm run merge -- "Say good night"`: merges a change into the sample repository of a running `npm start`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { isAlive } from '../../../agent/process-identity.ts';
import { createApiClient, type ApiClient } from '../../../cli/api-client.ts';
import { readProfiles, readToken } from '../../../cli/profiles-file.ts';
import { commandSettings, usualDataDirectory } from '../command-settings.ts';
import { dataDirectory, type DataDirectory } from '../data-directory.ts';
import { readRegister } from '../process-register.ts';
import { readOrMakeSecrets } from '../stack-secrets.ts';
import { deliverMerge, numberOfMerge, registerSample, sampleService } from './deliver-merge.ts';
import { programFiles, type SampleVersion } from './sample-files.ts';
import { foldersOf, openSampleRepository, mergeFiles, uncommitted, type Merge } from './sample-repository.ts';

const projectRoot = path.resolve(import.meta.dirname, '../../..');
const waitMs = 30_000;

const command = new Command('npm run merge --')
  .description('Merges a change into the sample repository, as GitHub would tell Slipway of it.')
  .argument('[text]', "the commit's subject, and what the service answers then", 'Say good night')
  .option('--unhealthy', 'its health check fails', false)
  .option('--data <directory>', 'of the npm start', usualDataDirectory(projectRoot))
  .addHelpText(
    'after',
    '\nWhat you changed yourself in <data>/sample/work is merged as it is; without that, the answer is changed.',
  );
command.parse();

try {
  await main(command.args[0] ?? 'Say good night', command.opts<{ unhealthy: boolean; data: string }>());
} catch (error) {
  process.stderr.write(`merge: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function main(subject: string, given: { readonly unhealthy: boolean; readonly data: string }): Promise<void> {
  const data = dataDirectory(path.resolve(given.data));
  const client = clientOf(data);
  const merge = await mergeChange(data, client, subject, { greeting: subject, health: given.unhealthy ? 500 : 200 });
  await deliverMerge(client.url, merge, readOrMakeSecrets(data.secrets).webhookSecret);
  const number = await numberOfMerge(client, merge.after, AbortSignal.timeout(waitMs));
  const name = `${sampleService}/${number}`;
  const settings = commandSettings(projectRoot, data, client.url);
  const lines = [
    `merged     ${merge.after.slice(0, 10)} "${subject}" as ${name}`,
    ...(settings === null ? [] : [`first      ${settings}`]),
    `follow it  npx slipway watch ${name}`,
    `approve    npx slipway approve ${name}     also right away: it waits until there is a plan`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function clientOf(data: DataDirectory): ApiClient {
  const supervisor = readRegister(data.processes).find(({ name }) => name === 'supervisor');
  const { use = '', profiles } = readProfiles(data.profiles);
  const profile = profiles[use];
  if (supervisor === undefined || !isAlive(supervisor) || profile === undefined)
    throw new Error(`no Slipway runs with ${data.root}: start it with npm start, and leave it running`);
  return createApiClient(profile.api, readToken(profile.tokenFile));
}

/** Into the repository of the demonstration; without one, into a new one. */
async function mergeChange(
  data: DataDirectory,
  client: ApiClient,
  subject: string,
  version: SampleVersion,
): Promise<Merge> {
  const { work } = foldersOf(data.sample);
  if (!existsSync(path.join(work, 'server.mjs'))) {
    const { items } = await client.call('listRegions');
    const repository = await openSampleRepository(
      data.sample,
      items.map(({ region }) => region),
    );
    await registerSample(client, repository.cloneUrl);
    return repository.merge(subject, version);
  }
  const isChanged = (await uncommitted(work)).trim() !== '';
  const files = isChanged ? {} : programFiles(version);
  if (!isChanged && (await isAlready(work, files)))
    throw new Error('that is what it answers already: give another text');
  return mergeFiles(work, subject, files);
}

async function isAlready(work: string, files: Readonly<Record<string, string>>): Promise<boolean> {
  const present = await Promise.all(
    Object.entries(files).map(async ([name, text]) => (await readFile(path.join(work, name), 'utf8')) === text),
  );
  return present.every(Boolean);
}
