import path from 'node:path';
import { serviceName } from '../../../domain/names.ts';
import { keyFiles } from '../../../infra/keys/create-trust.ts';
import { readTrustedKeys } from '../../../infra/keys/read-keys.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import type { SampleRepository } from '../../../infra/local/demo/sample-repository.ts';
import { personTokenFile } from '../../../infra/local/programs.ts';
import { readOrMakeToken } from '../../../infra/local/stack-secrets.ts';
import { addApiToken } from '../../../infra/postgres/central/setup.ts';
import { openStackDatabases, type StackDatabases } from '../evidence/databases.ts';
import type { Means } from '../harm/means.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { peopleOf } from './people.ts';
import type { RunSettings } from './run-settings.ts';

/** Makes the service known and opens connections, for runs that merge into `repository`. Close `databases` at the end. */
export async function openRunSettings(
  stack: RunningStack,
  repository: SampleRepository,
  means: Means | null = null,
): Promise<RunSettings> {
  const databases = await openStackDatabases(stack.addresses);
  const people = peopleOf(stack, means === null ? 'mo' : await makeApprover(stack, databases));
  await people.registerService(repository);
  return {
    stack,
    people,
    repository,
    databases,
    keys: await readTrustedKeys(path.join(stack.data.keys, keyFiles.root)),
    service: serviceName(sampleService),
    means,
  };
}

/** Who acts in a run may not approve what they ask for themselves: one more release owner does. */
async function makeApprover(stack: RunningStack, { centralDatabase }: StackDatabases): Promise<string> {
  const person = 'kim';
  const token = readOrMakeToken(personTokenFile(stack, person));
  await addApiToken(centralDatabase, { token, person, roles: ['release-owner'] }, 'crash');
  return person;
}
