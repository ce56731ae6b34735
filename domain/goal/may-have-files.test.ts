import { describe, expect, test } from '@jest/globals';
import { releaseNumber, serviceName, type Digest } from '../names.ts';
import type { Placement } from './goal.ts';
import { mayHaveFiles, type FilesAsk } from './may-have-files.ts';

const checkout = serviceName('checkout');
const placement = (selector: Placement['selector']): Placement => ({
  release: { number: releaseNumber(1), digest: `sha256:${'1'.repeat(64)}` as Digest },
  selector,
});
const web = placement({ role: 'web' });
const db = placement({ role: 'db' });

describe('a host may have the files of a service', () => {
  const ask: FilesAsk = { service: checkout, labels: { role: 'web' }, reports: [], placements: [web, null] };
  test.each<[string, Partial<FilesAsk>, ReturnType<typeof mayHaveFiles>]>([
    ['where what stays includes it', {}, 'yes'],
    ['where only what comes includes it', { placements: [db, web] }, 'yes'],
    ['where only what stays does, and what comes leaves it out', { placements: [web, db] }, 'yes'],
    ['where a placement is for every host', { placements: [null, placement({})], labels: {} }, 'yes'],
    ['where it was placed before, and a pin may still run', { placements: [db, null], reports: [checkout] }, 'yes'],
    ['where it was placed before, of a service that has no goal here', { placements: [], reports: [checkout] }, 'yes'],
    ['not where no placement includes it', { placements: [db, db] }, 'no'],
    ['not by what it has to do with another service', { placements: [db], reports: [serviceName('search')] }, 'no'],
    ['not of a service that is nowhere', { placements: [] }, 'no'],
    ['nor is it sent away while goals are not known', { placements: null }, 'unknown'],
    ['though goals are not known, where it was placed before', { placements: null, reports: [checkout] }, 'yes'],
  ])('%s', (_, change, expected) => expect(mayHaveFiles({ ...ask, ...change })).toBe(expected));
});
