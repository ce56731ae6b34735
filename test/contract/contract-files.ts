import { readdir } from 'node:fs/promises';
import path from 'node:path';

const project = path.resolve(import.meta.dirname, '../..');

/** Names that nobody hands over: each side takes them from the input of the other. */
const wordsOnly = 'workflows/messages/queues.ts';

/** Where it stands what workflows and activities say to each other, relative to the project. */
export async function contractFiles(): Promise<readonly string[]> {
  const activities = await readdir(path.join(project, 'activities'), { recursive: true });
  const messages = await readdir(path.join(project, 'workflows/messages'));
  return [
    ...activities.filter((file) => path.basename(file) === 'contract.ts').map((file) => path.join('activities', file)),
    ...messages.filter((file) => !file.endsWith('.test.ts')).map((file) => path.join('workflows/messages', file)),
  ].filter((file) => file !== wordsOnly);
}
