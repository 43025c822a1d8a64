import type { Profile } from '../profile.js';

/** WooCommerce's product export, in English and French. */
export const woocommerce: Profile = {
  name: 'woocommerce',
  recognise: [
    ['SKU', 'Regular price', 'Visibility in catalog'],
    ['SKU', 'Regular price', 'Tax status'],
    ['UGS', 'Tarif régulier'],
  ],
  map: [
    ['SKU', 'sku'],
    ['UGS', 'sku'],
    ['Regular price', 'price'],
    ['Tarif régulier', 'price'],
    ['Published', 'active'],
    ['Publié', 'active'],
  ],
  fillDown: null,
  // Published: 1 live, 0 private, -1 draft.
  activeWords: { '-1': false },
  options: {},
};
