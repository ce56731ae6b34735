import type { ServiceName } from '../../../domain/names.ts';
import type { SampleRepository } from '../../../infra/local/demo/sample-repository.ts';
import type { TrustedKeys } from '../../../protocol/root-document.ts';
import type { StackDatabases } from '../evidence/databases.ts';
import type { Means } from '../harm/means.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { People } from './people.ts';

/** What all runs on one stack have in common. */
export interface RunSettings {
  readonly stack: RunningStack;
  readonly databases: StackDatabases;
  readonly people: People;
  readonly repository: SampleRepository;
  readonly keys: TrustedKeys;
  readonly service: ServiceName;
  /** `null` on a stack that somebody else has started: only signals, webhooks and Temporal are left. */
  readonly means: Means | null;
}
