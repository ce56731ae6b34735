import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { slipwaySearchAttributes } from '../infra/temporal/search-attributes.ts';
import { askForServer } from './servers/ask.ts';
import { startTimeSkipping } from './time-skipping-environment.ts';

export interface TestTemporal {
  readonly address: string;
  /** A new namespace with Slipway's search attributes: workflow ids and task queues meet no other test's. */
  readonly namespace: string;
  readonly client: Client;
  /** For `Worker.create`. */
  readonly nativeConnection: NativeConnection;
  /** Workers must have been shut down. */
  close(): Promise<void>;
}

/** Connects to the run's development server, in a namespace of its own. */
export async function connectTestTemporal(): Promise<TestTemporal> {
  installQuietRuntime();
  const address = `127.0.0.1:${await askForServer('temporal')}`;
  const connection = await Connection.connect({ address });
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const workflowExecutionRetentionPeriod = msToTs('1 day');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await registerSearchAttributes(connection, namespace);
  const nativeConnection = await NativeConnection.connect({ address });
  const close = async (): Promise<void> => {
    await nativeConnection.close();
    await connection.close();
  };
  return { address, namespace, client: new Client({ connection, namespace }), nativeConnection, close };
}

/**
 * A server of its own in which waiting workflows' timers are skipped while `env.client` waits for a result (a plain
 * Client skips nothing). It knows no schedules, visibility or versioning, and forgets heartbeats: test those on the
 * development server. The test calls `teardown`.
 */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  installQuietRuntime();
  const environment = await startTimeSkipping();
  await registerSearchAttributes(environment.connection, environment.namespace ?? 'default');
  return environment;
}

async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const types = { Keyword: 2, KeywordList: 7 } as const; // temporal.api.enums.v1.IndexedValueType
  const searchAttributes = Object.fromEntries(
    Object.entries(slipwaySearchAttributes).map(([name, type]) => [name, types[type]]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}

let installed = false;

/** Warnings only, and no signal handlers: a Worker that drains on SIGTERM keeps a stopped test run alive. */
function installQuietRuntime(): void {
  if (installed) return;
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  installed = true;
}
