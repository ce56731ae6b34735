import { z } from 'zod';

/** Lists come in pages: 50 unless asked otherwise, never more than 200. `cursor` is the `next` of the page before. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, 'must be the `next` of the page before')
    .optional(),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A page of items; `next` is `null` on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
