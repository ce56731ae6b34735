import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readProfiles } from '../profiles-file.ts';
import { embeddedProfilesFile } from '../settings.ts';
import { UsageError } from '../usage-error.ts';

/**
 * File of the secret that pushes are signed with: named by `SLIPWAY_WEBHOOK_SECRET_FILE`, or of the embedded Slipway of this
 * checkout, where that is the api. `null`: no push is delivered from here, the code review sends them. @throws UsageError
 */
export function webhookSecretFile(
  api: string,
  environment: NodeJS.ProcessEnv,
  embeddedFile: string = embeddedProfilesFile,
): string | null {
  if (environment.SLIPWAY_WEBHOOK_SECRET_FILE) return environment.SLIPWAY_WEBHOOK_SECRET_FILE;
  const profiles = Object.values(readProfiles(embeddedFile).profiles);
  const isEmbedded = profiles.some((profile) => URL.canParse(profile.api) && new URL(profile.api).origin === api);
  // `npm start` keeps both in one folder.
  return isEmbedded ? path.join(path.dirname(embeddedFile), 'webhook-secret') : null;
}

/** @throws UsageError where no push is delivered from here */
export function readWebhookSecret(api: string, environment: NodeJS.ProcessEnv): string {
  const file = webhookSecretFile(api, environment);
  if (file === null)
    throw new UsageError(
      `${api} is not the embedded Slipway of this checkout: its code review sends its pushes itself; where none does, name the file of the webhook's secret in SLIPWAY_WEBHOOK_SECRET_FILE`,
    );
  const secret = contentOf(file).trim();
  if (secret === '') throw new UsageError(`${file} is empty: it should hold the webhook's secret`);
  return secret;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the webhook's secret can't be read: ${(error as Error).message}`);
  }
}
