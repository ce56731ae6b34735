import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import { sampleFiles } from '../../../infra/local/demo/sample-files.ts';
import {
  foldersOf,
  mergeFiles,
  openSampleRepository,
  type SampleRepository,
} from '../../../infra/local/demo/sample-repository.ts';
import type { RunningStack } from '../stack/running-stack.ts';

export const secretName = 'db-url';
const plainRun = 'on: { role: web } }';
const runWithSecret = `on: { role: web }, secrets: { env: { DB_URL: ${secretName} } } }`;

/** The sample, whose instances are given a secret: promise 12 is about it, too. */
export async function openSecretSample(stack: Pick<RunningStack, 'data' | 'regions'>): Promise<SampleRepository> {
  const { data, regions } = stack;
  await plantSecrets(stack);
  const { cloneUrl } = await openSampleRepository(data.sample, regions);
  return {
    cloneUrl,
    merge(subject, version) {
      const { 'slipway.yaml': spec, ...program } = sampleFiles(version, regions);
      if (!spec!.includes(plainRun)) throw new Error(`the sample has no ${plainRun} to give a secret to`);
      const files = { ...program, 'slipway.yaml': spec!.replace(plainRun, runWithSecret) };
      return mergeFiles(foldersOf(data.sample).work, subject, files);
    },
  };
}

/** Gives each region a value for a service's secret: its own, unless it is given. */
export async function plantSecrets(
  { data, regions }: { readonly data: RunningStack['data']; readonly regions: readonly string[] },
  service: string = sampleService,
  value?: string,
): Promise<void> {
  for (const region of regions) {
    const folder = path.join(data.regionSecrets(region), service);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, secretName), value ?? `planted-${randomUUID()}`);
  }
}
