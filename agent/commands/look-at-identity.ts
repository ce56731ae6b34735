import { existsSync } from 'node:fs';
import type { AgentConfig } from '../agent-config.ts';
import { readCandidates } from '../identity/choose-identity.ts';
import { lifeOf, openIdentityFiles } from '../identity/identity-files.ts';
import { ageText } from './age-text.ts';
import { ill, well, type Finding } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** What this host shows its gateway; without it the gateway keeps it out, and what runs goes on. */
export async function lookAtIdentity({ directory }: Surroundings, config: AgentConfig): Promise<Finding> {
  const { host, region, enrolmentTokenFile } = config;
  const unusable: string[] = [];
  const files = openIdentityFiles(directory.identity, { host, region }, (file, why) =>
    unusable.push(`${file}: ${why}`),
  );
  const found = await readCandidates(files).catch((error: Error) => error);
  if (found instanceof Error) return unread(found);
  const [newest] = found;
  if (newest !== undefined) return certificateFinding(lifeOf(newest.shown.certificate).notAfterMs - Date.now());
  if (enrolmentTokenFile !== undefined && existsSync(enrolmentTokenFile)) {
    return ill(
      'certificate',
      'none yet',
      'A running agent gets one by its enrolment token: journalctl -u slipway-agent',
    );
  }
  const todo = 'Ask the region for an enrolment token, and put it where SLIPWAY_ENROLMENT_TOKEN_FILE says';
  return ill('certificate', unusable[0] ?? 'none, and no enrolment token', todo);
}

const unread = ({ message }: Error): Finding =>
  ill('certificate', `could not be read: ${message}`, 'A running agent tries it again; look at the disk');

const certificateFinding = (leftMs: number): Finding =>
  leftMs > 0
    ? well('certificate', `valid for ${ageText(leftMs)}`)
    : ill(
        'certificate',
        `ended ${ageText(-leftMs)} ago`,
        'A running agent renews it with its key when the gateway answers',
      );
