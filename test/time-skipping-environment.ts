import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { startServer, untilReady, type RunningServer } from '../infra/local/child-server.ts';
import { freePort } from '../infra/local/free-port.ts';
import { findTemporalTestServer } from '../infra/local/tools/find-tool.ts';
import { patienceMs } from './patience.ts';

/**
 * The SDK's environment over Temporal's test server, which is started here: the SDK gives it 5 s and then says neither
 * what it wrote nor whether it has ended. Throws ServerStartError, which says both.
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const port = await freePort();
  const server = await startTestServer(port);
  const environment = await connect(port).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const disconnect = environment.teardown.bind(environment);
  environment.teardown = async () => {
    await disconnect();
    await server.stop();
  };
  return environment;
}

/** What `createTimeSkipping` calls; the public way to an existing server does not skip time. */
const connect = (port: number): Promise<TestWorkflowEnvironment> =>
  (TestWorkflowEnvironment['create'] as CreateEnvironment)({
    server: { type: 'existing' },
    address: `127.0.0.1:${port}`,
    supportsTimeSkipping: true,
  });

type CreateEnvironment = (options: {
  readonly server: { readonly type: 'existing' };
  readonly address: string;
  readonly supportsTimeSkipping: boolean;
}) => Promise<TestWorkflowEnvironment>;

async function startTestServer(port: number): Promise<RunningServer> {
  const command = {
    title: 'the test server that skips time',
    file: await findTemporalTestServer(),
    args: [String(port)],
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
    stopSignal: 'SIGTERM',
  } as const;
  const accepts = async (): Promise<void> => {
    const socket = connectSocket(port, '127.0.0.1');
    await once(socket, 'connect').finally(() => socket.destroy());
  };
  return startServer(command, (signal) => untilReady(accepts, { timeoutMs: patienceMs, signal }));
}
