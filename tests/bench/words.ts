const split = (text: string) => text.trim().split(/\s+/);

/** Plain words, for sentences and SKUs. */
export const words = split(`
  able apple arrow autumn badge bamboo barrel basket beacon berry birch blanket bloom board bottle
  bracket branch brass breeze brick bridge bright brush bucket butter button cabin cable camera candle
  canvas carbon carpet castle cedar ceramic chain chair chalk cherry circle clay clever cliff clock cloud
  clover coast cobalt coffee comet compact copper coral corner cotton cradle cream crystal curtain cushion
  dancer dapple desert dial dinner double drawer drift eagle early earth ebony echo edge elbow elder ember
  engine evening fabric falcon family feather fern fiber field finger flame flannel flint floor flower
  folding forest frame fresh frost garden garnet gentle ginger glacier glass globe glove golden granite
  grape gravel green grove hammer handle harbor harvest hazel heather heron hollow honey horizon hunter
  indigo island ivory jacket jasmine jewel juniper kettle kitchen knight ladder lantern large laurel
  leather lemon level light lilac linen little locket lotus lumber magnet maple marble meadow mellow metal
  middle mirror misty modern morning mountain narrow needle noble north nutmeg ocean olive onyx orange
  orchard oval oxford paddle paper pastel pebble pepper piano pillow planet plaster pocket polar poppy
  prairie quartz quick quiet rabbit raven reed ribbon ripple river robin rocket rustic saddle saffron
  sage sailor sandal satin scarlet shadow sheet silent silver simple slate smooth solid spark spice
  spiral spring spruce square stable steel stone storm straw summer sunny table tailor tawny teal
  temple thistle thunder timber tulip tunnel turquoise twin umber valley vanilla velvet violet walnut
  warm water willow window winter wonder woolen yellow zephyr
`);

export const givenNames = split(`
  Ada Bryn Carla Dario Edna Farid Greta Hugo Ines Jonas Kira Lars Mona Nils Olga Pavel Quinn Rosa
  Sven Tilda Umar Vera Wanda Xenia Yusuf Zora
`);

export const familyNames = split(`
  Abbott Bergmann Castillo Dubois Eriksen Fontaine Garnier Holloway Ivanova Jansen Keller Lindqvist
  Marchetti Novak Ortega Petersen Quigley Rossi Schuster Thorne Ueda Vasquez Whitfield Young Zimmer
`);
