import os from 'node:os';
import path from 'node:path';

/** Slipway's folder in the user's cache, by the XDG base directory rules: a relative XDG_CACHE_HOME is ignored. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  const xdg = base !== undefined && path.isAbsolute(base) ? base : path.join(env.HOME || os.homedir(), '.cache');
  return path.join(xdg, 'slipway');
}
