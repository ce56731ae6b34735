/** How an instance is asked for its health, as a spec writes it. */
import { z } from 'zod';
import type { HealthConfig } from '../domain/spec/service-spec.ts';
import { countField, durationField, list, mapping, ruled, textField } from './service-spec-fields.ts';
import { healthMistakes } from './service-spec-rules.ts';

const minute = 60_000;

const yes = z.literal(true, { error: 'must be true' }).meta({ allowed: '`true`' });

export const healthField = ruled(
  mapping({
    http: textField(500, 'a path such as /healthz')
      .regex(/^\/[^\s#]*$/, 'must be a path such as /healthz')
      .optional()
      .describe("Asked by GET on the instance's own port; 2xx and 3xx are healthy."),
    tcp: yes.optional().describe('Healthy while its own port takes a connection.'),
    command: list(textField(4096, 'text'), 256, 'arguments')
      .optional()
      .describe("argv, run in the artifact with the instance's environment; healthy when it ends with code 0."),
    process: yes
      .optional()
      .describe('Healthy once its process has lived for `healthyAfter` intervals. For what cannot be asked.'),
    startPeriod: durationField(100, 60 * minute)
      .prefault('10s')
      .describe('After this long without success the start has failed.'),
    interval: durationField(50, 10 * minute)
      .prefault('2s')
      .describe('Time between two checks; up to a tenth less, so that hosts do not ask all at once.'),
    timeout: durationField(10, minute).prefault('2s').describe('A check that takes longer is a failure.'),
    healthyAfter: countField(1, 100).prefault(3).describe('Successes in a row.'),
    unhealthyAfter: countField(1, 100).prefault(2).describe('Failures in a row.'),
  }),
  healthMistakes,
);
type WrittenHealth = z.infer<typeof healthField>;

const kindOf = ({ http, tcp, command, process }: HealthConfig | WrittenHealth) => ({
  ...(http !== undefined && { http }),
  ...(tcp && { tcp }),
  ...(command && { command: [...command] }),
  ...(process && { process }),
});

export const healthOf = (written: WrittenHealth): HealthConfig => ({
  ...kindOf(written),
  startPeriodMs: written.startPeriod,
  intervalMs: written.interval,
  timeoutMs: written.timeout,
  healthyAfter: written.healthyAfter,
  unhealthyAfter: written.unhealthyAfter,
});

/** As a person would have written it: reading it gives the same again. */
export const spelledOutHealth = (health: HealthConfig): z.input<typeof healthField> => ({
  ...kindOf(health),
  startPeriod: `${health.startPeriodMs}ms`,
  interval: `${health.intervalMs}ms`,
  timeout: `${health.timeoutMs}ms`,
  healthyAfter: health.healthyAfter,
  unhealthyAfter: health.unhealthyAfter,
});
