/**
 * An embedded stack for the documentation's commands, in a process of its own: what it loads does not go into Jest. Says
 * where its data are, in one line, when it is ready; ends when its input does.
 */
import { startTemporaryStack } from '../../infra/local/temporary-stack.ts';
import { writeProfiles } from '../../infra/local/write-profiles.ts';
import type { ReadyLine } from './reader.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const running = await startTemporaryStack({ purpose: 'docs', regions: 2, hosts: 1, say });
writeProfiles(running.shape, running.stack.installation);
const { data, addresses } = running.shape;
const ready: ReadyLine = {
  data: data.root,
  temporalAddress: `127.0.0.1:${addresses.temporal}`,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
for await (const _ of process.stdin);
await running.close({ keep: false });
process.exit(); // Temporal's native client keeps threads of its own
