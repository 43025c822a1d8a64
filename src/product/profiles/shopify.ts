import type { Profile } from '../profile.js';

const googleColumns = [
  ...['Google Product Category', 'Gender', 'Age Group', 'MPN', 'AdWords Grouping'],
  ...['AdWords Labels', 'Condition', 'Custom Product', 'Custom Label 0', 'Custom Label 1'],
  ...['Custom Label 2', 'Custom Label 3', 'Custom Label 4'],
].map((column) => `Google Shopping / ${column}`);

/**
 * Shopify's product export, old headers and new. A row is a variant; what its product has in
 * common stands on the product's first row only, and rows without a variant carry more images.
 */
export const shopify: Profile = {
  name: 'shopify',
  recognise: [
    ['Handle', 'Variant SKU'],
    ['Handle', 'Variant Price'],
    ['URL handle', 'Option1 name'],
    ['URL handle', 'Product image URL'],
  ],
  map: [
    ['Variant SKU', 'sku'],
    ['Title', 'name'],
    ['Body (HTML)', 'description'],
    ['Variant Price', 'price'],
    ['Status', 'active'],
    ['Published', 'active'],
    ['Published on online store', 'active'],
    ['Image Src', 'images'],
    ['Product image URL', 'images'],
  ],
  fillDown: {
    by: ['Handle', 'URL handle'],
    columns: [
      ...['Title', 'Body (HTML)', 'Description', 'Vendor', 'Product Category', 'Type'],
      ...['Standard Product Type', 'Custom Product Type', 'Tags', 'Published', 'Status'],
      ...['Published on online store', 'Option1 Name', 'Option2 Name', 'Option3 Name'],
      ...['Gift Card', 'SEO Title', 'SEO Description', ...googleColumns],
    ],
  },
  activeWords: {},
  options: {},
};
