import { expect, test } from '@jest/globals';
import { hostId } from '../../../domain/names.ts';
import { openReportIntake } from './report-intake.ts';
import type { HostReport } from './report-intake.ts';

const reportOf = (name: string): HostReport => ({
  host: hostId(name),
  sequence: 1,
  bootId: 'b',
  agentVersion: '1',
  services: [],
});
const sqlError = (code: string): Error => Object.assign(new Error('refused'), { code });

test('reports that arrive while a statement runs go together into the next', async () => {
  const statements: string[][] = [];
  const first = Promise.withResolvers<void>();
  const intake = openReportIntake(
    {
      async store(reports) {
        statements.push(reports.map(({ host }) => host));
        if (statements.length === 1) await first.promise;
        return [];
      },
    },
    () => undefined,
  );
  const taken = ['a', 'b', 'c'].map((name) => intake.take(reportOf(name)));
  first.resolve();
  await Promise.all(taken);
  expect(statements).toEqual([['a'], ['b', 'c']]);
});

test('a report that the database cannot hold costs no other host its own', async () => {
  const stored: string[] = [];
  const intake = openReportIntake(
    {
      async store(reports) {
        if (reports.some(({ host }) => host === 'bad')) throw sqlError('22P05');
        stored.push(...reports.map(({ host }) => host));
        return [];
      },
    },
    () => undefined,
  );
  const taken = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((name) => intake.take(reportOf(name))));
  expect(taken.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(stored).toEqual(['a', 'b', 'c']);
});

test('while the database is away every report fails at once, also those that waited, and none is tried one by one', async () => {
  let statements = 0;
  const intake = openReportIntake(
    {
      store() {
        statements += 1;
        return Promise.reject(sqlError('57P01'));
      },
    },
    () => undefined,
  );
  const taken = await Promise.allSettled(['a', 'b', 'c'].map((name) => intake.take(reportOf(name))));
  expect(taken.every(({ status }) => status === 'rejected')).toBe(true);
  expect(statements).toBe(1);
});
