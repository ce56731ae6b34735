import { mkdir } from 'node:fs/promises';
import { regionName } from '../../domain/names.ts';
import type { Role } from '../../domain/states.ts';
import { createTrust } from '../keys/create-trust.ts';
import { connectCentral } from '../postgres/central/database.ts';
import { addApiToken, registerRegion } from '../postgres/central/setup.ts';
import { connectRegionDatabase } from '../postgres/region/region-database.ts';
import { createDatabases } from './create-databases.ts';
import { offerEnrolment } from './offer-enrolment.ts';
import { keepEarlierBundle } from './older-versions.ts';
import {
  centralDatabase,
  databaseUrl,
  personTokenFile,
  regionAuthority,
  regionDatabase,
  regionEnvironmentFile,
  regionTokenFile,
  webhookSecretFile,
  type StackShape,
} from './programs.ts';
import { asStep, type OnStep } from './set-up-step.ts';
import { readOrMakeToken, writeSecret } from './stack-secrets.ts';
import { buildPages } from './web-build.ts';
import { writeWorkflowBundle } from './workflow-bundle.ts';

export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly token: string;
}

export interface Installation {
  /** Who may use the api of the embedded stack. */
  readonly people: readonly Person[];
  /** Regions that an operator has removed: a start does not bring them back. */
  readonly removed: readonly string[];
}

/** Two identities, because nobody approves a change of their own. */
const people = [
  { name: 'ada', roles: ['deployer'] },
  { name: 'mo', roles: ['deployer', 'release-owner'] },
] as const satisfies readonly Omit<Person, 'token'>[];

/** In the audit: who set this up. */
const actor = 'installer';

/** Makes what is missing: keys, databases with their schemas, regions, people, hosts. A second run changes nothing. */
export async function prepareInstallation(shape: StackShape, onStep: OnStep): Promise<Installation> {
  const { data } = shape;
  const [installation] = await Promise.all([
    asStep(onStep, 'keys, databases, hosts', () => prepareDatabases(shape)),
    asStep(onStep, 'workflow bundle', async () => {
      await keepEarlierBundle(data);
      await writeWorkflowBundle(data.workflowBundle);
    }),
    asStep(onStep, 'pages', () => buildPages(data.pages)),
  ]);
  return installation;
}

async function prepareDatabases(shape: StackShape): Promise<Installation> {
  const { data, addresses, secrets, regions } = shape;
  await mkdir(data.centralStore, { recursive: true });
  writeSecret(webhookSecretFile(shape), secrets.webhookSecret);
  await createTrust(data.keys, regions.map(regionName), new Date());
  await createDatabases(addresses.postgres, secrets.postgresPassword, [
    centralDatabase,
    ...regions.map(regionDatabase),
  ]);
  const [installation] = await Promise.all([
    prepareCentre(shape),
    ...regions.map((region) => prepareRegion(shape, region)),
  ]);
  return installation;
}

async function prepareCentre(shape: StackShape): Promise<Installation> {
  const url = databaseUrl(shape, centralDatabase);
  const database = await connectCentral({ url, applicationName: 'slipway-setup', maxConnections: 2 });
  try {
    const removed: string[] = [];
    for (const region of shape.regions) {
      const token = readOrMakeToken(regionTokenFile(shape, region));
      if ((await registerRegion(database, regionName(region), token, actor)) === 'removed') removed.push(region);
    }
    const known = people.map((person) => ({ ...person, token: readOrMakeToken(personTokenFile(shape, person.name)) }));
    for (const { name, roles, token } of known) await addApiToken(database, { token, person: name, roles }, actor);
    return { people: known, removed };
  } finally {
    await database.close(true);
  }
}

async function prepareRegion(shape: StackShape, region: string): Promise<void> {
  const url = databaseUrl(shape, regionDatabase(region));
  const settings = Object.entries(regionAuthority(shape, region)).map(([name, value]) => `${name}='${value}'\n`);
  writeSecret(regionEnvironmentFile(shape, region), settings.join(''));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-setup', maxConnections: 2 });
  try {
    await mkdir(shape.data.regionStore(region), { recursive: true });
    await offerEnrolment(database, shape, region);
  } finally {
    await database.close(true);
  }
}
