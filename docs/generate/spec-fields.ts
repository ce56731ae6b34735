import { z } from 'zod';
import { serviceSpecSchema } from '../../protocol/service-spec-schema.ts';

export interface SpecField {
  /** `rollout.stages[].batches` */
  readonly path: string;
  readonly description: string;
  /** Kind and limits. */
  readonly allowed: string;
  /** `null`: it has none. */
  readonly default: unknown;
  readonly isRequired: boolean;
  /** Of a mapping, or of a list of mappings. */
  readonly fields: readonly SpecField[];
}

type JsonSchema = z.core.JSONSchema.JSONSchema & { readonly allowed?: string };

/** Every field of `slipway.yaml`, as the schema has it. Of lists with the same items only the first has theirs. */
export function specFields(): readonly SpecField[] {
  return fieldsOf(z.toJSONSchema(serviceSpecSchema, { io: 'input', unrepresentable: 'any' }), '', new Set());
}

function fieldsOf(
  { properties = {}, required = [] }: JsonSchema,
  above: string,
  shown: Set<string>,
): readonly SpecField[] {
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, field]) => {
    const path = `${above}${name}`;
    const items = field.items as JsonSchema | undefined;
    const inside =
      items?.properties === undefined ? fieldsOf(field, `${path}.`, shown) : itemFields(items, `${path}[].`, shown);
    return {
      path,
      description: field.description ?? '',
      allowed: field.allowed ?? (field.properties === undefined ? '' : 'mapping'),
      default: field.default ?? null,
      isRequired: required.includes(name),
      fields: inside,
    };
  });
}

function itemFields(items: JsonSchema, above: string, shown: Set<string>): readonly SpecField[] {
  const text = JSON.stringify(items);
  if (shown.has(text)) return [];
  shown.add(text);
  return fieldsOf(items, above, shown);
}

/** With all that stands below them, in the order of the file. */
export const withInner = (fields: readonly SpecField[]): readonly SpecField[] =>
  fields.flatMap((field) => [field, ...withInner(field.fields)]);
