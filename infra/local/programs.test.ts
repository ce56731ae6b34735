import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { apiVariables } from '../config/api.ts';
import { buildVariables } from '../config/build.ts';
import { controlVariables } from '../config/control.ts';
import { gatewayVariables } from '../config/gateway.ts';
import { regionVariables } from '../config/region.ts';
import { dataDirectory } from './data-directory.ts';
import { agentPrograms, controlPrograms, ofOperator, olderControlWorker, type StackShape } from './programs.ts';

const shape: StackShape = {
  projectRoot: '/p',
  data: dataDirectory('/d'),
  addresses: { api: 1, temporal: 2, temporalUi: 3, postgres: 4, gateways: [5], firstInstance: 6 },
  secrets: { postgresPassword: 'p', webhookSecret: 'w' },
  regions: ['eu-west'],
  hosts: 1,
  scratch: '/s',
};

const readBy = {
  'api/control/main.ts': apiVariables,
  'workers/control.ts': controlVariables,
  'workers/build.ts': buildVariables,
  'workers/region.ts': regionVariables,
  'api/gateway/main.ts': gatewayVariables,
};

let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  environment = { ...process.env };
  Object.assign(process.env, { SLIPWAY_LOG_LEVEL: 'warn', SLIPWAY_SECRET_OF_OTHERS: 'x' });
  for (const name of ofOperator) process.env[name] = `of the operator: ${name}`;
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

test.each(Object.entries(readBy))(
  '%s is given a value of all that it reads, and nothing else is passed on',
  (entry, variables) => {
    const older = olderControlWorker(shape, { buildId: 'b', bundle: '/b' });
    const programs = [...controlPrograms(shape), older].filter((program) => program.entry === entry);
    expect(programs).not.toEqual([]);
    for (const { command } of programs) {
      expect(Object.keys(variables.shape).filter((name) => command.env[name] === undefined)).toEqual([]);
      expect(command.env).not.toHaveProperty('SLIPWAY_SECRET_OF_OTHERS');
    }
  },
);

test('what the operator says reaches every program as it was said', () => {
  const said = Object.fromEntries(ofOperator.map((name) => [name, `of the operator: ${name}`]));
  for (const { command } of [...controlPrograms(shape), ...agentPrograms(shape)])
    expect(command.env).toMatchObject(said);
});
