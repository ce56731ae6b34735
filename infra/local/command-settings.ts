import path from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { personTokenFile, webhookSecretFile } from './programs.ts';
import { mainPerson } from './write-profiles.ts';

/** Where the command line and `npm run merge` look when nothing is said (`cli/settings.ts`). */
export const usualDataDirectory = (projectRoot: string): string => path.join(projectRoot, '.slipway');

/** What a shell has to be told before the command line finds this stack; `null` for the one that it looks for. */
export function commandSettings(projectRoot: string, data: DataDirectory, api: string): string | null {
  if (data.root === usualDataDirectory(projectRoot)) return null;
  const token = `SLIPWAY_TOKEN="$(cat ${quoted(personTokenFile({ data }, mainPerson))})"`;
  const secret = `SLIPWAY_WEBHOOK_SECRET_FILE=${quoted(webhookSecretFile({ data }))}`;
  return `export SLIPWAY_API=${api} ${token} ${secret}`;
}

/** What follows a command of this checkout that is to find this stack; nothing for the one that it looks for. */
export const dataFlag = (projectRoot: string, { root }: DataDirectory): string =>
  root === usualDataDirectory(projectRoot) ? '' : ` --data ${quoted(root)}`;

/** As a shell takes it for one word. */
export const quoted = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
