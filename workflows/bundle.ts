/** Builds the one file that a control worker loads its workflows from. A script of Node's: no workflow imports it. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DefaultLogger, bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';

const root = path.resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** The interceptors that carry trace context through workflows; the worker's OpenTelemetry plugin has the other half. */
const tracing = require.resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors');

const standIns = {
  '@opentelemetry/semantic-conventions$': path.join(import.meta.dirname, 'span-attributes.ts'),
};

type Aliases = NonNullable<
  NonNullable<Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0]['resolve']>['alias']
>;

/** Temporal names them one by one; webpack would take a list, too. @throws Error for a list: it would be lost */
function aliasesOf(alias: Aliases = {}): Exclude<Aliases, readonly unknown[]> {
  if (Array.isArray(alias)) throw new Error('the aliases of a workflow bundle are no list');
  return alias;
}

/** Everything of ours that can end up in a bundle. */
const sourceFolders = ['domain', 'workflows'];

/**
 * Writes the bundle to `file` (folders are made), unless it was made of the same sources and packages. Readers never see
 * half a file. @throws Error when a workflow imports what may not be in a bundle
 *
 * @param interceptors files of workflow interceptors, besides those that trace
 */
export async function bundleWorkflows(file: string, interceptors: readonly string[] = []): Promise<void> {
  const stamp = `// slipway-bundle ${await digestOfSources(interceptors)}\n`;
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present.startsWith(stamp)) return;
  const code = await bundleCode(path.join(root, 'workflows/index.ts'), interceptors);
  await mkdir(path.dirname(file), { recursive: true });
  const staging = `${file}.${process.pid}`;
  try {
    await writeFile(staging, stamp + code);
    await rename(staging, file);
  } finally {
    await rm(staging, { force: true });
  }
}

/** The bundle of what `workflowsPath` exports. @throws Error when a workflow imports what may not be in a bundle */
export async function bundleCode(workflowsPath: string, interceptors: readonly string[] = []): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [tracing, ...interceptors],
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      // Stack traces need lines; columns and the sources themselves would double the file.
      devtool: 'inline-nosources-cheap-module-source-map',
      // Packages that say that their modules do nothing by themselves: those of which nothing is used are left out.
      optimization: { ...config.optimization, providedExports: true, usedExports: true, sideEffects: true },
      resolve: { ...config.resolve, alias: { ...aliasesOf(config.resolve?.alias), ...standIns } },
      // A name that a stand-in lacks ends the build, and is not undefined in a span.
      module: { ...config.module, parser: { javascript: { exportsPresence: 'error' } } },
    }),
  });
  return code;
}

/** Of our own sources, and of the lock file in place of the packages. */
async function digestOfSources(interceptors: readonly string[]): Promise<string> {
  const listed = await Promise.all(
    sourceFolders.map((folder) => readdir(path.join(root, folder), { recursive: true, withFileTypes: true })),
  );
  const sources = listed.flat().filter((entry) => entry.isFile() && isSource(entry.name));
  const files = sources.map((entry) => path.join(entry.parentPath, entry.name)).toSorted();
  const digest = createHash('sha256');
  for (const file of [...files, ...interceptors, path.join(root, 'package-lock.json')]) {
    digest
      .update(`${path.relative(root, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return digest.digest('hex');
}

const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.test.ts');
