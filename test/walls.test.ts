import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '..');

/** Folder of the importing file, the import, and the wall it breaks. */
const refused: readonly (readonly [folder: string, statement: string, wall: string])[] = [
  ['domain/goal', "import fs from 'node:fs'", 'domain imports no Node built-ins'],
  ['domain/goal', "import fs from 'fs'", 'domain may not import the package fs'],
  ['domain', "import { z } from 'zod'", 'domain may not import the package zod'],
  ['domain', "import type { Goal } from '../protocol/goal.ts'", 'domain may not import protocol'],
  ['protocol', "import express from 'express'", 'protocol may not import the package express'],
  ['protocol', "import { table } from '../infra/table.ts'", 'protocol may not import infra'],
  ['workflows', "import { parse } from '../protocol/goal.ts'", 'workflows may import only types of protocol'],
  ['workflows', "import { type Goal } from '../protocol/goal.ts'", 'workflows may import only types of protocol'],
  ['workflows', "export * from '../activities/goals/contract.ts'", 'workflows may import only types of activities'],
  ['workflows', "import os from 'node:os'", 'workflows imports no Node built-ins'],
  [
    'workflows/messages',
    "import { Client } from '@temporalio/client'",
    'workflows may not import the package @temporalio/client',
  ],
  ['activities/goals', "import { pool } from '../../infra/postgres/pool.ts'", 'activities may not import infra'],
  ['activities/goals', "const pool = import('../../infra/postgres/pool.ts')", 'activities may not import infra'],
  ['activities/goals', "import { route } from '../../api/control/route.ts'", 'activities may not import api'],
  ['activities/goals', "import { start } from '../../workers/region.ts'", 'activities may not import workers'],
  ['activities/goals', "import pg from 'pg'", 'activities may not import the package pg'],
  [
    'infra/postgres',
    "import { advance } from '../../activities/goals/advance.ts'",
    'infra may import only types of activities',
  ],
  ['infra/postgres', "import { lane } from '../../workflows/lane.ts'", 'infra may not import workflows'],
  ['infra/postgres', "import { freePort } from '../local/free-port.ts'", 'infra may not import infra/local'],
  ['infra/local', "import { createTestDatabase } from '../../test/postgres.ts'", 'infra/local may not import test'],
  ['workers', "import { route } from '../api/control/route.ts'", 'workers may not import api'],
  ['api/control', "import { lane } from '../../workflows/lane.ts'", 'api may not import workflows'],
  ['api/gateway', "import { agent } from '../../agent/main.ts'", 'api may not import agent'],
  ['agent', "import { z } from 'zod'", 'agent may not import the package zod'],
  ['agent/keeper', "import { route } from '../../api/gateway/route.ts'", 'agent may not import api'],
  ['agent', "let pool: import('../infra/pool.ts').Pool", 'agent may not import infra'],
  ['cli', "import { Client } from '@temporalio/client'", 'cli may not import the package @temporalio/client'],
  ['cli', "import { read } from '../infra/config/environment.ts'", 'cli may not import infra'],
  ['web', "import { z } from 'zod'", 'web may not import the package zod'],
  ['web', "import { states } from '../domain/states.ts'", 'web may not import domain'],
  ['web/pages', "import type { Why } from '../../protocol/api/why.ts'", 'web may not import protocol'],
  ['domain/goal', "import { model } from './testing/model.ts'", 'domain may not import what is for tests only'],
  ['workflows/lane', "import { bundleWorkflows } from '../bundle.ts'", 'workflows may not import workflows/bundle.ts'],
  ['workers', "import { cases } from './region.test.ts'", 'workers may not import what is for tests only'],
];

const accepted: readonly (readonly [folder: string, statement: string])[] = [
  ['domain/goal', "import { shareOf } from '../plan/batch-size.ts'"],
  ['protocol', "import { createHash } from 'node:crypto'"],
  ['protocol', "import { z } from 'zod'"],
  ['protocol/api', "import { serviceName } from '../../domain/names.ts'"],
  ['workflows', "import { judge } from '../domain/goal/judge.ts'"],
  ['workflows', "import type { Goal } from '../protocol/goal.ts'"],
  ['workflows', "export type { Advance } from '../activities/goals/contract.ts'"],
  ['workflows/messages', "import { defineSignal } from '@temporalio/workflow'"],
  ['activities/goals', "import { digestOf } from '../../protocol/digest.ts'"],
  ['activities/goals', "import { heartbeat } from '@temporalio/activity'"],
  ['infra/postgres', "import type { GoalStore } from '../../activities/goals/goal-store.ts'"],
  ['infra/postgres', "import pg from 'pg'"],
  ['infra/local', "import { start } from '../../workers/region.ts'"],
  ['infra/local', "import { bundleWorkflows } from '../../workflows/bundle.ts'"],
  ['workers', "import { advance } from '../activities/goals/advance.ts'"],
  ['api/control', "import { approve } from '../../workflows/messages/deployment.ts'"],
  ['agent', "import { verify } from '../protocol/dsse.ts'"],
  ['agent', "import net from 'node:net'"],
  ['cli', "import { Command } from 'commander'"],
  ['web/pages', "import { showService } from '../client/api.ts'"],
  ['web/pages', "import { deploymentShown } from '../../domain/progress/shown-state.ts'"],
  ['web', "import { useState } from 'react'"],
];

let root: string;
let problems: ReadonlyMap<string, string>;

/** Plants each statement in a file of its own, below a copy of the lint rules, and lints them all at once. */
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'slipway-walls-'));
  for (const part of ['.oxlintrc.json', 'infra/lint', 'package.json']) {
    await cp(path.join(project, part), path.join(root, part), { recursive: true });
  }
  for (const [index, [folder, statement]] of [...refused, ...accepted].entries()) {
    await mkdir(path.join(root, folder), { recursive: true });
    await writeFile(path.join(root, folder, `planted-${index}.ts`), `${statement};\n`);
  }
  problems = await lint(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
  readonly message: string;
}

/** What the walls' rule says, by file name. */
async function lint(folder: string): Promise<ReadonlyMap<string, string>> {
  const oxlint = path.join(project, 'node_modules/oxlint/bin/oxlint');
  const output = await new Promise<string>((resolve) => {
    // Exits with 1, as it finds problems.
    execFile(process.execPath, [oxlint, '--format=json'], { cwd: folder, maxBuffer: 2 ** 24 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] };
  const walls = diagnostics.filter(({ code }) => code === 'slipway(import-walls)');
  return new Map(walls.map(({ filename, message }) => [path.basename(filename), message]));
}

test.each(refused.map((row, index) => [...row, index] as const))(
  '%s: refused is %s, because %s',
  (_folder, _statement, wall, index) => {
    expect(problems.get(`planted-${index}.ts`)).toContain(wall);
  },
);

test.each(accepted.map((row, index) => [...row, refused.length + index] as const))(
  '%s: accepted is %s',
  (_folder, _statement, index) => {
    expect(problems.get(`planted-${index}.ts`)).toBeUndefined();
  },
);

test.each(['domain/planted.test.ts', 'domain/planted.fixture.ts', 'domain/goal/testing/planted.ts'])(
  '%s is for tests and may import anything',
  async (file) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), "import fs from 'node:fs';\n");
    expect((await lint(root)).get(path.basename(file))).toBeUndefined();
  },
);
