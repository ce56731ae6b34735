import path from 'node:path';
import { serviceName } from '../../../domain/names.ts';
import { keyFiles } from '../../../infra/keys/create-trust.ts';
import { readTrustedKeys } from '../../../infra/keys/read-keys.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import type { SampleRepository } from '../../../infra/local/demo/sample-repository.ts';
import { openStackDatabases } from '../evidence/databases.ts';
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
  const people = peopleOf(stack);
  await people.registerService(repository);
  return {
    stack,
    people,
    repository,
    databases: await openStackDatabases(stack.addresses),
    keys: await readTrustedKeys(path.join(stack.data.keys, keyFiles.root)),
    service: serviceName(sampleService),
    means,
  };
}
