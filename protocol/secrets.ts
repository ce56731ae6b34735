import { z } from 'zod';
import { isSecretName, mostSecretsOfAKind, secretMaxBytes } from '../domain/secret/secret-names.ts';
import { digestField, serviceField } from './fields.ts';

const secretNameField = z.string().refine(isSecretName, 'must be the name of a secret');
const mostSecrets = 2 * mostSecretsOfAKind;

/** `POST /v1/secrets`: what the signed config of a release names, asked at each start of an instance. */
export const secretRequestSchema = z.object({
  service: serviceField,
  release: digestField,
  names: z.array(secretNameField).min(1).max(mostSecrets),
});
export type SecretRequest = z.infer<typeof secretRequestSchema>;

const base64MaxLength = 4 * Math.ceil(secretMaxBytes / 3);

/** All that was asked for, base64. Nobody writes it anywhere: not to a log, not to a disk. */
export const secretAnswerSchema = z.object({
  secrets: z.record(secretNameField, z.base64().max(base64MaxLength)),
});
export type SecretAnswer = z.infer<typeof secretAnswerSchema>;

/** Beyond it nothing is read. */
export const secretAnswerMaxBytes = mostSecrets * (base64MaxLength + 256);
