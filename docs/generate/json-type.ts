import type { z } from 'zod';
import { anchor, code } from './markdown.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a value may be, in words: `list of [Lane](#lane)`, `whole number from 1 to 200`, `text or null`. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeText(choice as JsonSchema)))].join(' or ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => plainText({ ...schema, type })).join(' or ');
  return plainText(schema);
}

function linkTo(reference: string): string {
  const name = reference.split('/').at(-1)!;
  return `[${name}](${anchor(name)})`;
}

function plainText(schema: JsonSchema): string {
  switch (schema.type) {
    case 'array':
      return schema.items === undefined ? 'list' : `list of ${typeText(schema.items as JsonSchema)}`;
    case 'object':
      return objectText(schema);
    case 'integer':
      return `whole number${rangeText(schema)}`;
    case 'number':
      return `number${rangeText(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return schema.format === 'date-time' ? 'time' : `text${lengthText(schema)}`;
    case 'null':
      return '`null`';
    default:
      return 'any';
  }
}

function objectText({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, field]) => `${code(name)}: ${typeText(field as JsonSchema)}`);
    return `{ ${fields.join('; ')} }`;
  }
  const value = typeof additionalProperties === 'object' ? typeText(additionalProperties as JsonSchema) : 'any';
  return `mapping of names to ${value}`;
}

function rangeText({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

const lengthText = ({ maxLength }: JsonSchema): string =>
  maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
