import { execFileSync } from 'node:child_process';
import path from 'node:path';

const build = path.join(import.meta.dirname, '..', 'bundle', 'build.ts');

/** Builds what `npm run build:agent` does into a folder. Returns the agent's file. @throws when it can't be built */
export const buildAgent = (folder: string): string =>
  execFileSync(process.execPath, [build, folder], { encoding: 'utf8' }).trim();
