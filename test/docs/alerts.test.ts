import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { describeWithPrometheus, foundPrometheus } from '../with-prometheus.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/examples/alerts');

describeWithPrometheus('the rules of docs/examples/alerts', () => {
  const promtool = async (...words: string[]): Promise<string> =>
    (await promisify(execFile)(path.join(path.dirname(foundPrometheus.file!), 'promtool'), words, { cwd: folder }))
      .stdout;

  test('are rules of Prometheus', async () => {
    expect(await promtool('check', 'rules', 'slipway-alerts.yml')).toContain('13 rules found');
  });
  test('alert when they should, and not before', async () => {
    expect(await promtool('test', 'rules', 'slipway-alerts.test.yml')).toContain('SUCCESS');
  });
});

test('each rule asks for a metric that the api or a gateway has', async () => {
  const rules = await readFile(path.join(folder, 'slipway-alerts.yml'), 'utf8');
  const files = ['database-gauges.ts', 'missing-workers-gauge.ts', 'metrics.ts'].map(
    (file) => `control/operations/${file}`,
  );
  const sources = [...files, 'gateway/operations/metrics.ts'].map((file) =>
    readFile(path.resolve(folder, '../../../api', file), 'utf8'),
  );
  const gauges = (await Promise.all(sources)).join('\n');
  const asked = [...new Set(rules.match(/slipway_\w+/g))];
  expect(asked.length).toBeGreaterThan(4);
  for (const metric of asked) expect(gauges).toContain(metric);
});
