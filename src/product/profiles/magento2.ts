import type { Profile } from '../profile.js';

/** Magento 2 and Adobe Commerce: exports and the sample data's files. */
export const magento2: Profile = {
  name: 'magento2',
  recognise: [
    ['sku', 'attribute_set_code'],
    ['sku', 'attribute_set'],
    ['sku', 'product_online'],
  ],
  map: [
    ['product_online', 'active'],
    ['status', 'active'],
    ['base_image', 'images'],
    ['image', 'images'],
    ['additional_images', 'images'],
  ],
  fillDown: null,
  // 1 enabled, 2 disabled.
  activeWords: { '2': false },
  options: {},
};
