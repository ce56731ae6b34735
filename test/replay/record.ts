/** `node test/replay/record.ts [shape…]`: runs each shape in a world in memory and keeps its histories. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { createWorkflowWorld } from '../workflow-world/environment.ts';
import type { WorkflowWorld } from '../workflow-world/environment.ts';
import { continuedShapes } from './continued-shapes.ts';
import { lostShapes } from './lost-shapes.ts';
import { rareShapes, worldOf } from './rare-shapes.ts';
import { shapes as usualShapes } from './shapes.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(import.meta.dirname, 'histories');

async function keep(world: WorkflowWorld, workflowId: string, file: string, runId?: string): Promise<void> {
  const history = await world.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
  await writeFile(path.join(folder, `${file}.json`), withoutMachine(historyToJSON(history)));
}

/** One event a line, and nothing of the machine: neither who polled nor where the sources lay. */
function withoutMachine(json: string): string {
  const { events } = JSON.parse(json.replaceAll(`${root}/`, '')) as { readonly events: readonly object[] };
  const anonymous = (key: string, value: unknown): unknown => (key === 'identity' ? 'recorded' : value);
  const lines = events.map((event) => JSON.stringify(event, anonymous));
  return `{"events":[\n${lines.join(',\n')}\n]}\n`;
}

await mkdir(folder, { recursive: true });
const shapes = { ...usualShapes, ...rareShapes, ...continuedShapes, ...lostShapes };
const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(shapes).filter(([shape]) => wanted.length === 0 || wanted.includes(shape))) {
  // A world each: the test server skips no more time once a running activity was abandoned.
  const world = await createWorkflowWorld(worldOf[name]);
  const kept = await run(world, world.service(name));
  for (const [workflowId, suffix, runId] of kept) await keep(world, workflowId, `${name}${suffix}`, runId);
  await world.close();
  process.stdout.write(`${name}: ${kept.length} histories\n`);
}
process.exit(); // the test environment leaves a channel open
