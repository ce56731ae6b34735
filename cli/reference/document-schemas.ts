import { z } from 'zod';
import { documentData, documentOf, schemaOf, watchEvent, type DocumentName } from '../json-documents.ts';
import { problemSchema } from '../../protocol/problem.ts';

/** `docs/reference/cli-documents.json`: a JSON Schema for whatever `--json` prints, by the name that it carries. */
export function documentSchemas(): string {
  const documents = (Object.keys(documentData) as DocumentName[]).map((name) => [schemaOf(name), documentOf(name)]);
  const all: Record<string, z.ZodType> = Object.fromEntries([
    ...documents,
    ['watch event', watchEvent],
    ['problem', problemSchema],
  ]) as Record<string, z.ZodType>;
  // A line for each, so that a change shows which it is.
  const lines = Object.entries(all).map(
    ([name, schema]) => `${JSON.stringify(name)}: ${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }))}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}
