import { z } from 'zod';

const count = z.int().nonnegative();

export const countedSchema = z.object({ count });

export const deletedSchema = z.object({ deleted: z.array(z.string()).describe('SKUs') });

export const exportedSchema = z.object({ file: z.string(), products: count });

export type Deleted = z.infer<typeof deletedSchema>;
export type Exported = z.infer<typeof exportedSchema>;
