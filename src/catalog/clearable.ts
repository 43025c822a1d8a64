/** The fields that a product can be without. */
export const clearableFields = ['description', 'price', 'owner', 'images', 'attributes'] as const;
