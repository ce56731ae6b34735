/**
 * Takes projects of others through the five steps of docs/how-to/deploy-your-own-service.md, on an embedded stack, as somebody
 * does who follows it, and prints one JSON line each. Their sources lie in a folder, one below it for each:
 * `node infra/local/launcher.mjs bench/own-service/main.ts <folder> [project…]`
 */
import path from 'node:path';
import { openReader } from '../../test/docs/reader.ts';
import { followGuide } from './follow-guide.ts';
import { projects } from './projects.ts';

const [folder, ...names] = process.argv.slice(2);
const wanted = projects.filter(({ name }) => names.length === 0 || names.includes(name));
if (folder === undefined || wanted.length === 0) {
  process.stderr.write(`usage: own-service/main.ts <folder> [${projects.map(({ name }) => name).join('|')}]\n`);
  process.exit(2);
}

const reader = await openReader();
try {
  for (const project of wanted)
    process.stdout.write(`${JSON.stringify(await followGuide(reader, path.resolve(folder), project))}\n`);
} finally {
  await reader.leave();
}
