/**
 * Loaded before a program's own code (`node --import ./infra/telemetry/register.ts <entry>`), because instrumentation
 * must be in place before the modules it wraps are imported. Reads SLIPWAY_PROGRAM, SLIPWAY_DATA and OTEL_*.
 */
import { z } from 'zod';
import { configOrExit, programVariables, readEnvironment } from '../config/environment.ts';

const variables = z.object({
  SLIPWAY_PROGRAM: z
    .string()
    .regex(/^[a-z][a-z0-9.-]*$/)
    .describe('the name of the program, such as api or region-eu-west'),
  SLIPWAY_DATA: programVariables.SLIPWAY_DATA,
});

const { SLIPWAY_PROGRAM } = configOrExit((environment) => readEnvironment(variables, environment));
const { endTracing, startTracing } = await import('./tracing.ts');
await startTracing(SLIPWAY_PROGRAM, process.env);
// For programs that end by running out of work; those that call process.exit() await endTracing() themselves.
process.once('beforeExit', () => void endTracing());
