import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SpanRecord } from '../../infra/telemetry/span-record.ts';

export type Span = Pick<SpanRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'service' | 'attributes'>;

/** All spans that the programs of a stack have written so far. */
export function readSpans(dataRoot: string): readonly Span[] {
  const folder = path.join(dataRoot, 'traces');
  return readdirSync(folder).flatMap((file) =>
    readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Span),
  );
}

/** From the span up to the root of its trace, by parents; ends early where a parent is not among the spans. */
export function upwards(span: Span, all: readonly Span[]): readonly Span[] {
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? [span] : [span, ...upwards(parent, all)];
}
