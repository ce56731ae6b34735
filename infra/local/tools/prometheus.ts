import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { filledOnce } from '../filled-once.ts';
import { cacheFolder } from './tool-cache.ts';

const run = promisify(execFile);

/**
 * Prometheus, as Debian 12 has it: for tests only. 19 MB; half a second to unpack. No other architecture is pinned, and a
 * system without apt has none: there a `prometheus` on PATH is taken.
 */
export const prometheusPackage = {
  name: 'prometheus',
  version: '2.42.0+ds-5+deb12u1',
  architecture: 'x64',
  sha256: '81d59a24fce84f7fbe97a45a4f2914b6a5881b5cd1db2a6a0e129e515e1a5f55',
} as const;

/** Path of the server; `null`, with the reason, where it can't be had: it is optional. */
export async function findPrometheus(): Promise<
  { readonly file: string } | { readonly file: null; readonly why: string }
> {
  const { name, version, architecture } = prometheusPackage;
  const installed = (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => path.isAbsolute(file) && existsSync(file));
  if (installed !== undefined) return { file: installed };
  if (process.arch !== architecture) return { file: null, why: `no Prometheus is pinned for ${process.arch}` };
  const folder = path.join(cacheFolder(process.env), `prometheus-${version}-${architecture}`);
  try {
    await filledOnce(folder, unpack);
  } catch (error) {
    const [why] = (error as Error).message.trim().split('\n').slice(-1);
    return { file: null, why: `Debian's package ${name} ${version} can't be had: ${why}` };
  }
  return { file: path.join(folder, 'usr/bin/prometheus') };
}

/** Into `target`, out of package lists of its own: those of the system may be missing or old, and are left alone. */
async function unpack(target: string): Promise<void> {
  const { name, version, sha256 } = prometheusPackage;
  const apt = path.join(target, 'apt');
  for (const part of ['lists/partial', 'cache/archives/partial'])
    await mkdir(path.join(apt, part), { recursive: true });
  const options = ['-qq', '-o', `Dir::State::lists=${apt}/lists`, '-o', `Dir::Cache=${apt}/cache`];
  await run('apt-get', [...options, 'update'], { cwd: apt });
  await run('apt-get', [...options, 'download', `${name}=${version}`], { cwd: apt });
  const file = (await readdir(apt)).find((each) => each.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get left no file');
  const found = createHash('sha256')
    .update(await readFile(path.join(apt, file)))
    .digest('hex');
  if (found !== sha256) throw new Error(`${file} has the SHA-256 ${found}`);
  await run('dpkg-deb', ['--extract', path.join(apt, file), target]);
  await rm(apt, { recursive: true });
}
