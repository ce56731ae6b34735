/** The build worker: turns commits into unsigned releases. It runs foreign code, so it holds no key. */
import { flushCompileCache } from 'node:module';
import { createBuildActivities } from '../activities/build/build-activities.ts';
import { buildAccounts } from '../infra/build/build-account.ts';
import { openScratch } from '../infra/build/scratch-folder.ts';
import { shellCommandRunner } from '../infra/build/shell-command-runner.ts';
import { readBuildConfig } from '../infra/config/build.ts';
import { configOrExit } from '../infra/config/environment.ts';
import { gitCommand } from '../infra/git/git-command.ts';
import { gitSourceRepository } from '../infra/git/git-source-repository.ts';
import { removeStaleLocks } from '../infra/git/mirror.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { createLogger } from '../infra/telemetry/logger.ts';
import { endTracing } from '../infra/telemetry/tracing.ts';
import { connectWorker } from '../infra/temporal/connect-worker.ts';
import { stopSignal } from '../infra/stop-signal.ts';
import { createWorker, installRuntime, runWorkers } from '../infra/temporal/workers.ts';
import { buildQueue } from '../workflows/messages/queues.ts';

/** What one build's log keeps. */
const logCapBytes = 1024 * 1024;
/** Foreign builds that share this machine. */
const maxBuilds = 4;
/** A repository that can't be reached is tried again; the whole stays well below a minute. */
const repositoryRetryAfterMs = [1000, 3000, 9000];

const config = configOrExit(readBuildConfig);
const log = createLogger({ program: 'build', level: config.logLevel });
const stop = stopSignal();

try {
  const accounts = await buildAccounts(config.buildUser, maxBuilds);
  const scratch = await openScratch(config.scratch, accounts);
  await removeStaleLocks(scratch.mirrors);
  const { path, gitProtocols: protocols, gitCredentials: credentials } = config;
  const git = gitCommand({ path, protocols, credentials, scratch: scratch.root });
  const activities = createBuildActivities({
    source: gitSourceRepository({ git, mirrors: scratch.mirrors, retryAfterMs: repositoryRetryAfterMs }),
    workspaces: scratch.workspaces,
    commands: shellCommandRunner({ accountOf: scratch.accountOf, path, logCapBytes }),
    store: await openFolderStore(config.centralStore),
  });
  installRuntime(log);
  const connection = await connectWorker(config.temporal, { signal: stop, log });
  const { namespace } = config.temporal;
  const worker = await createWorker({ connection, namespace, queue: buildQueue, activities, maxActivities: maxBuilds });
  flushCompileCache(); // the next program of this kind starts from it
  log.info(
    { queue: buildQueue, buildsRunAs: accounts.length === 0 ? 'this user' : accounts.map(({ uid }) => uid) },
    'ready',
  );
  await runWorkers([worker], stop);
  await connection.close();
} catch (error) {
  if (!stop.aborted) {
    log.fatal({ error }, `the build worker ends: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
await endTracing();
process.exit();
