import type { Profile } from '../profile.js';

/** Odoo: product exports by label and by technical name, and its import files. */
export const odoo: Profile = {
  name: 'odoo',
  recognise: [
    ['default_code', 'name'],
    ['Internal Reference', 'Sales Price'],
    ['Référence interne', 'Prix de vente'],
    ['ref', 'public_price'],
  ],
  map: [
    ['default_code', 'sku'],
    ['Internal Reference', 'sku'],
    ['ref', 'sku'],
    ['list_price', 'price'],
    ['lst_price', 'price'],
    ['Sales Price', 'price'],
    ['public_price', 'price'],
    ['description_sale', 'description'],
    ['Sales Description', 'description'],
  ],
  fillDown: null,
  activeWords: {},
  options: {},
};
