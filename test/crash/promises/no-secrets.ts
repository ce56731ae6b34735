import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataDirectory } from '../../../infra/local/data-directory.ts';

export interface Secret {
  /** For people; never the secret itself. */
  readonly name: string;
  readonly text: string;
}

/**
 * Everything that a stack must keep to itself: tokens, the webhook's secret, the database's password, private keys, and what its
 * regions give to instances.
 */
export function secretsOf(data: DataDirectory): readonly Secret[] {
  const { root, keys, secrets } = data;
  const run = path.join(root, 'run');
  const tokens = readdirSync(run)
    .filter((name) => /token|webhook-secret/.test(name) && !name.endsWith('.tmp'))
    .map((name) => ({ name, text: readFileSync(path.join(run, name), 'utf8').trim() }));
  const { postgresPassword } = JSON.parse(readFileSync(secrets, 'utf8')) as { postgresPassword: string };
  const privateKeys = filesBelow(keys)
    .filter((file) => file.endsWith('.pem') && !file.endsWith('.pub.pem'))
    .map((file) => ({ name: path.relative(keys, file), text: bodyOfPem(readFileSync(file, 'utf8')) }));
  const ofStack = [...tokens, ...privateKeys, ...hostKeys(data), ...givenToInstances(data)];
  return [...ofStack, { name: 'the password of Postgres', text: postgresPassword }];
}

/** Where a host keeps the keys that are only its own. */
const isIdentity = (file: string): boolean => /\/identity\/(host|next|former|enrolling)\.json$/.test(file);

const hostsBelow = (data: DataDirectory): string => path.dirname(data.agent('any'));

const hostKeys = (data: DataDirectory): readonly Secret[] =>
  filesBelow(hostsBelow(data))
    .filter(isIdentity)
    .map((file) => {
      const { key } = JSON.parse(readFileSync(file, 'utf8')) as { readonly key: string };
      return { name: `the key in ${path.relative(data.root, file)}`, text: bodyOfPem(key) };
    });

const givenToInstances = (data: DataDirectory): readonly Secret[] => {
  const regions = path.dirname(data.regionSecrets('any'));
  if (!existsSync(regions)) return [];
  return filesBelow(regions).map((file) => ({
    name: `the secret ${path.relative(regions, file)}`,
    text: readFileSync(file, 'utf8').trim(),
  }));
};

/**
 * Promise 12: no secret appears in a log, a history, an error, a build output or the audit. Histories are Temporal's
 * database file, which holds them as they are; build outputs lie in the stores.
 */
export function noSecrets(data: DataDirectory, audit: string, secrets = secretsOf(data)): string[] {
  const folders = [
    data.logs,
    path.join(data.root, 'traces'),
    path.dirname(data.temporalFile),
    path.join(data.root, 'stores'),
  ];
  const files = [...folders, hostsBelow(data)]
    .flatMap(filesBelow)
    .filter((file) => !isIdentity(file))
    .map((file) => ({ file, content: readFileSync(file) }));
  return [...files, { file: 'the audit', content: Buffer.from(audit) }].flatMap(({ file, content }) =>
    secrets.filter(({ text }) => content.includes(text)).map(({ name }) => `${file} shows ${name}`),
  );
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** What stands between the lines that say what it is. */
const bodyOfPem = (pem: string): string =>
  pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))[0]!;
