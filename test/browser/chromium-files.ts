import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { filledOnce } from '../../infra/local/filled-once.ts';
import { cacheFolder } from '../../infra/local/tools/tool-cache.ts';

const described = path.resolve(import.meta.dirname, '../../node_modules/@sparticuz/chromium/package.json');
const { version } = JSON.parse(readFileSync(described, 'utf8')) as { readonly version: string };

/** Unpacks into the folder for temporary files, of which a process has one: so a process of its own does it. */
const unpack = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`;

/**
 * The browser's executable, unpacked once into the user's cache. Left alone the package would unpack into a fixed place
 * that all users of the machine share, and two at the same time would disturb each other.
 */
export async function chromiumExecutable(): Promise<string> {
  const folder = await filledOnce(path.join(cacheFolder(process.env), `chromium-${version}`), async (staging) => {
    const options = { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: staging } };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], options);
  });
  return path.join(folder, 'chromium');
}
