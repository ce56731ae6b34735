/**
 * What GitHub does after a push, for a repository on this machine: `deliver-push.ts <folder> <owner/name>` tells the
 * embedded Slipway that the branch which is checked out there has moved to its head commit. Run by infra/local/launcher.mjs.
 */
import { execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findSettings } from '../../cli/settings.ts';
import { webhookAnswerSchema } from '../../protocol/api/webhook.ts';

const [folder, repository] = process.argv.slice(2);
if (folder === undefined || repository === undefined) fail('usage: deliver-push.ts <folder> <owner/name>');

/** The secret that both sides know; `npm start` keeps it here. */
const secretFile = process.env['SLIPWAY_WEBHOOK_SECRET_FILE'] ?? path.resolve('.slipway/run/webhook-secret');
const noCommit = '0'.repeat(40);

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function pushOf(fullName: string): object {
  const [after, before = noCommit] = git('rev-list', '--first-parent', '--max-count=2', 'HEAD').split('\n');
  const [name, email, subject] = git('log', '-1', '--format=%an%n%ae%n%s').split('\n');
  const person = { name, email, username: name };
  return {
    ref: `refs/heads/${git('symbolic-ref', '--short', 'HEAD')}`,
    before,
    after,
    repository: { full_name: fullName },
    pusher: { name },
    sender: { login: name },
    head_commit: { id: after, message: subject, author: person, committer: person },
  };
}

async function deliver(body: string): Promise<void> {
  const secret = readFileSync(secretFile, 'utf8').trim();
  const response = await fetch(new URL('/webhooks/github', findSettings({}, process.env).api.value), {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': randomUUID(),
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  if (response.status !== 202) fail(`answered ${response.status}: ${await response.text()}`);
  const { accepted, ignored } = webhookAnswerSchema.parse(await response.json());
  for (const { service, repeated } of accepted)
    process.stdout.write(`${service}: ${repeated ? 'was delivered before' : 'accepted'}\n`);
  if (accepted.length === 0) fail(`ignored: ${ignored.map(({ message }) => message).join('; ')}`);
}

function fail(line: string): never {
  process.stderr.write(`deliver-push: ${line}\n`);
  process.exit(1);
}

await deliver(JSON.stringify(pushOf(repository)));
