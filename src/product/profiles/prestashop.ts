import type { Profile } from '../profile.js';

/** PrestaShop and thirty bees: the import templates and the catalogue's export. */
export const prestashop: Profile = {
  name: 'prestashop',
  recognise: [
    ['Reference #', 'Price tax excluded or Price tax included'],
    ['Reference #', 'Active (0/1)'],
    ['Reference', 'Price (tax excl.)'],
    ['Référence', 'Prix (HT)'],
    ['Référence', 'Actif (0/1)'],
  ],
  map: [
    ['Reference #', 'sku'],
    ['Référence interne', 'sku'],
    ['Price tax excluded or Price tax included', 'price'],
    ['Price tax excluded', 'price'],
    ['Prix de vente HT ou TTC', 'price'],
    ['Price (tax excl.)', 'price'],
    ['Prix (HT)', 'price'],
    ['Active (0/1)', 'active'],
    ['Actif (0/1)', 'active'],
    ['Status', 'active'],
    ['Image URLs (x;y;z...)', 'images'],
    ['URL des images (x,y,z...)', 'images'],
  ],
  fillDown: null,
  activeWords: {},
  options: {},
};
