/** What shops sell, as they write it: names of products in each language, with `|` between. */
export const productNames: Record<string, string> = {
  French:
    'Théière émaillée|Crème brûlée à la vanille|Sèche-cheveux pliable|Coque de téléphone|Pâte à tartiner noisette|Café moulu décaféiné|Chaussures légères garçon|Étagère murale en chêne|Brosse à dents électrique|Poêle à frire 28 cm|Bougie parfumée forêt|Rideau occultant bleu foncé|Thé vert à la menthe|Sac à main en cuir véritable|Boîte de rangement|Huile d’olive première pression|Œufs de pâques en chocolat|Couteau de cuisine forgé|Canapé d’angle réversible|Vêtements bébé été|Casque réglable|Tapis de sol antidérapant|Fenêtre à double vitrage|Maïs soufflé salé|Lampe de chevet',
  German:
    'Größe Süß|Köstlicher Käse|Küchenmesser geschmiedet|Kaffeemühle elektrisch|Türgriff aus Edelstahl|Bücherregal weiß|Gemüseschäler|Müsli mit Früchten|Schlüsselanhänger Löwe|Fußmatte für außen|Überwurf grün|Weißbierglas|Nähmaschine|Kühlschrank groß|Ölfilter|Rührschüssel Set|Jäger Bürste|Holzspielzeug Eisenbahn|Bettwäsche Übergröße|Käsereibe fein|Wärmflasche mit Bezug|Zubehör für Geräte|Süßstoff flüssig|Gürtel aus Leder|Straßenkarte Österreich',
  Spanish:
    'Año nuevo|Pimentón señorío|Cafetera eléctrica|Sartén antiadherente|Champú para niños|Camión de juguete|Jamón ibérico|Zapatos de tacón|Lámpara de pie|Cinturón marrón|Muñeca de algodón|Colchón viscoelástico|Azúcar moreno|Teléfono móvil|Cuchillo jamonero|Pañales talla 3|Ratón inalámbrico|Bañador señora|Batería recargable|Piña en almíbar|Edición limitada|Papel higiénico|Cuaderno rústico|Sofá cómodo|¿Quién es quién? juego',
  Italian:
    'Caffè macinato|Perù quinoa biologica|Tè alla pesca|Qualità superiore|Più morbido|Lavabiancheria capacità 8 kg|Cuscino però duro|Bontà di casa|Tiramisù surgelato|Novità estate|Maniglia età bambini|Ragù alla bolognese|Comò in legno|Lunedì rosso tovaglia|Città di Torino tazza|Bignè alla crema|Papà festa maglia|Menù portacarte|Velocità regolabile trapano|Caffè d’orzo',
  Portuguese:
    'Pão de queijo congelado|Calção de banho|Limão e maçã|Sabão em pó|Lâmpada econômica|Cartão de memória|Relógio de parede|Chá de camomila|Fogão elétrico|Colchão solteiro|Óculos de sol|Macarrão integral|Tênis esportivo|Feijão preto|Botão automático|Coração de chocolate|Café torrado e moído|Avião de brinquedo|Proteção térmica|Edição português',
  Dutch:
    'Crème fraîche|Reünie spel|Officiële bal|Geïsoleerde beker|Coëfficiënt meter|Zeeën puzzel|Espressoapparaat zilver|België vlag|Café stoel|Poëzie boek|Beïge trui|Patiënten laken|Oriëntaals tapijt|Hygiëne set|Tweeëntwintig delig bestek|Kopje thee à la carte|Italië wandkaart|Crêpepan|Lippenbalsem één stuk|Ruïne bouwset',
  Swedish:
    'Kökskniv|Ångkokare|Tändstickor|Städborste grön|Fågelmatare|Överkast blått|Smörkniv trä|Hängmatta|Äggkopp|Lövräfsa|Påslakanset|Brödrost|Vårjacka|Kaffebönor mörkrost|Flätad korg|Träningskläder|Skärbräda av ek|Julgransfot|Krämig tvål|Förvaringslåda',
  Danish:
    'Kødkniv|Håndsæbe økologisk|Æggekoger|Børnetøj blå|Rødvinsglas|Smørebræt|Køleskab grå|Sølvske|Væghylde|Skærebræt i bøg|Hårtørrer|Træsko|Øreringe|Brødkniv|Læderbælte|Pålæg dåse|Sengetøj grøn|Vækkeur|Fløde|Lygte rød',
  Norwegian:
    'Brødkniv|Håndkle blå|Kjøkkenstol|Ullgenser grønn|Støvel|Sølvskje|Tørkestativ|Lærbelte|Fløtekaramell|Såpe|Tåteflaske|Røykt ørret|Båtlykt|Fjellsko størrelse|Dør håndtak|Ønskebrønn|Påskeegg|Værstasjon|Kål|Vaffelrøre',
  Finnish:
    'Keittiöveitsi|Pöytäliina sininen|Lämpömittari|Työkalusarja|Hävittäjä lelu|Äitiyspakkaus|Kääntöpöytä|Villasukat lyhyet|Pyörä käsijarru|Säilytyslaatikko|Kynttilänjalka|Öljylamppu|Jäätelökauha|Hyllykkö mänty|Sähköpatteri|Tyyny pehmeä|Näppäimistö langaton|Mämmi|Vesipullo teräs|Pesuaine väri',
  Icelandic:
    'Ullarpeysa með hettu|Eldhúshnífur|Þurrkað kjöt|Lopapeysa blá|Skór stærð|Íslenskt sælgæti|Ljósapera|Kaffibolli með loki|Borðstofuborð|Rúmföt úr bómull|Hárþurrka|Þvottaefni|Skyr með jarðarberjum|Leikföng fyrir börn|Bók um jökla|Útivistarjakki|Vettlingar|Ostur léttur|Harðfiskur|Ilmvatn',
  Polish:
    'Łyżka do zupy świąteczna|Kubek żółty|Krzesło dębowe|Suszarka do włosów|Książka kucharska|Pościel bawełniana|Nóż kuchenny|Młynek do kawy|Buty męskie zamszowe|Płyn do mycia naczyń|Szczoteczka do zębów|Lampka nocna|Ręcznik kąpielowy|Śrubokręt krzyżakowy|Miód wielokwiatowy|Żarówka energooszczędna|Łóżko dziecięce|Półka ścienna|Ciśnieniomierz|Zabawka pluszowa miś',
  Czech:
    'Hrnek žlutý na čaj|Lžíce polévková|Židle dřevěná|Nůž kuchyňský|Čepice zimní|Šňůra prodlužovací|Dětské kolo červené|Měřič spotřeby|Pánev nepřilnavá|Ručník froté|Kožená peněženka|Křeslo houpací|Sušička ovoce|Šampon proti lupům|Vařečka bukové dřevo|Běžecké boty|Míč fotbalový|Zubní kartáček|Skleněná váza|Ložní prádlo',
  Slovak:
    'Šálka na čaj|Lyžica polievková|Stolička drevená|Nôž kuchynský|Čiapka zimná|Predlžovací kábel|Detský bicykel červený|Panvica nepriľnavá|Uterák froté|Kožená peňaženka|Kôš na bielizeň|Sušič vlasov|Šampón proti lupinám|Vareška drevená|Bežecké topánky|Futbalová lopta žltá|Zubná kefka mäkká|Sklenená váza|Posteľná bielizeň|Mäsový mlynček',
  Hungarian:
    'Bögre piros pöttyös|Konyhai kés|Fűszertartó üveg|Gyermekágy fehér|Törölköző készlet|Hűtőszekrény|Kávédaráló elektromos|Cipőkrém barna|Függöny zöld|Levesestányér|Nőifehérnemű szett|Étolaj|Földimogyoró sózott|Bőröv férfi|Asztali lámpa|Könyvespolc tölgy|Szőnyeg szürke|Vízforraló|Sütőforma szilikon|Fűnyíró',
  Romanian:
    'Cană roşie|Cuţit de bucătărie|Lenjerie de pat albă|Încălţăminte bărbaţi|Maşină de cafea|Pătură pufoasă|Tigaie antiaderentă|Scaun înalt pentru copii|Şampon pentru păr|Ceas de perete|Geantă din piele|Oală sub presiune|Rochie de vară|Săpun lichid|Masă de călcat|Jucărie din lemn|Brânză de oaie|Ciocolată amăruie|Perdea ţesută|Lampă de birou',
  Croatian:
    'Šalica za kavu|Kuhinjski nož|Dječja kolica|Žlica drvena|Četkica za zube|Ručnik veliki|Košulja muška plava|Cipele kožne|Začin za meso|Sušilo za kosu|Stolnjak pamučni|Čaj od kamilice|Prekrivač krevet|Lopta nogometna|Ogrtač đački|Svijeća mirisna|Kapa vunena|Noćna svjetiljka|Džem od šljiva|Mlinac kave',
  Turkish:
    'Büyük kırmızı çaydanlık|Gümüş tabak|Işıklı ayakkabı|Çocuk bisikleti mavi|Yüz havlusu|Bıçak seti|Kağıt havlu|Şampuan kuru saçlar için|Ahşap sandalye|Yatak örtüsü|Diş fırçası|Cüzdan hakiki deri|Süt ısıtıcı|Güneş gözlüğü|Kahve öğütücü|Düdüklü tencere|Kışlık çizme|Pamuklu gömlek|Saç kurutma makinesi|Zeytinyağı sabunu',
  Lithuanian:
    'Puodelis mažas raudonas|Virtuvinis peilis|Žalias rankšluostis|Medinė kėdė|Vaikiškas dviratis|Šaukštas|Dantų šepetėlis|Odinė piniginė|Plaukų džiovintuvas|Kavos malūnėlis|Šilta kepurė|Batai vyrams juodi|Lėkštė sriubai|Stalinė lempa|Įkroviklis|Pagalvė minkšta|Knygų lentyna ąžuolinė|Šampūnas|Žvakė kvapni|Ūkinis muilas',
  Latvian:
    'Krūze sarkana|Virtuves nazis|Dvielis liels zaļš|Koka krēsls|Bērnu velosipēds|Karote zupai|Zobu birste|Ādas maks|Matu žāvētājs|Kafijas dzirnaviņas|Silta cepure|Vīriešu kurpes melnas|Šķīvis dziļš|Galda lampa|Lādētājs|Spilvens mīksts|Grāmatu plaukts|Šampūns sausiem matiem|Svece aromātiska|Ēļļa rapšu',
  Estonian:
    'Köögi nuga|Käterätik sinine|Öölamp|Jalgratas lastele|Hõbelusikas|Söögilaud tamm|Õlipliit|Külmkapp väike|Mänguasi|Tõukeratas|Püksid meeste|Vöö nahast|Kohviubad röstitud|Šampoon kuivadele juustele|Küünal|Raamaturiiul|Žilett raseerija|Põrandalamp|Tüdrukute kleit|Müts soe',
  Russian:
    'Чайник эмалированный красный|Кружка керамическая|Нож кухонный|Полотенце махровое|Детский велосипед|Стул деревянный|Сковорода антипригарная|Ложка столовая|Шампунь для волос|Ботинки мужские зимние|Подушка мягкая|Книжная полка|Зубная щётка|Кошелёк кожаный|Фен для волос|Кофемолка электрическая|Шапка тёплая|Лампа настольная|Свеча ароматическая|Мыло хозяйственное',
  Ukrainian:
    'Чайник емальований червоний|Кухонний ніж|Рушник махровий|Дитячий велосипед|Стілець дерев’яний|Сковорідка антипригарна|Ложка столова|Шампунь для волосся|Черевики чоловічі зимові|Подушка м’яка|Книжкова полиця|Зубна щітка|Гаманець шкіряний|Фен для волосся|Кавомолка електрична|Шапка тепла|Лампа настільна|Свічка ароматична|Мило господарське|Їжа для котів',
  Bulgarian:
    'Чайник емайлиран червен|Кухненски нож|Хавлиена кърпа|Детско колело|Стол дървен|Тиган с незалепващо покритие|Лъжица супена|Шампоан за коса|Обувки мъжки зимни|Възглавница мека|Етажерка за книги|Четка за зъби|Портфейл кожен|Сешоар|Кафемелачка електрическа|Шапка топла|Лампа настолна|Свещ ароматна|Сапун домакински|Чаша голяма',
  Serbian:
    'Шоља за кафу црвена|Кухињски нож|Пешкир велики|Дечји бицикл|Столица дрвена|Тигањ нелепљиви|Кашика за супу|Шампон за косу|Ципеле мушке зимске|Јастук мекан|Полица за књиге|Четкица за зубе|Новчаник кожни|Фен за косу|Млин за кафу|Капа топла|Лампа стона|Свећа мирисна|Сапун|Џем од шљива',
  Greek:
    'Κόκκινη τσαγιέρα μεγάλη|Μαχαίρι κουζίνας|Πετσέτα μπάνιου|Παιδικό ποδήλατο|Καρέκλα ξύλινη|Τηγάνι αντικολλητικό|Κουτάλι σούπας|Σαμπουάν για ξηρά μαλλιά|Παπούτσια ανδρικά|Μαξιλάρι μαλακό|Βιβλιοθήκη|Οδοντόβουρτσα|Πορτοφόλι δερμάτινο|Πιστολάκι μαλλιών|Μύλος καφέ|Σκούφος ζεστός|Φωτιστικό γραφείου|Κερί αρωματικό|Σαπούνι|Ελαιόλαδο εξαιρετικό παρθένο',
  Hebrew:
    'קומקום אדום גדול|סכין מטבח|מגבת רחצה|אופניים לילדים|כיסא עץ|מחבת טפלון|כף מרק|שמפו לשיער יבש|נעלי גברים|כרית רכה|מדף ספרים|מברשת שיניים|ארנק עור|מייבש שיער|מטחנת קפה|כובע חם|מנורת שולחן|נר ריחני|סבון|שמן זית',
  Arabic:
    'إبريق شاي أحمر كبير|سكين مطبخ|منشفة حمام|دراجة أطفال|كرسي خشبي|مقلاة غير لاصقة|ملعقة حساء|شامبو للشعر الجاف|حذاء رجالي|وسادة ناعمة|رف كتب|فرشاة أسنان|محفظة جلدية|مجفف شعر|مطحنة قهوة|قبعة دافئة|مصباح مكتب|شمعة معطرة|صابون|زيت زيتون',
  Thai: 'กาน้ำชาสีแดง|มีดทำครัว|ผ้าเช็ดตัว|จักรยานเด็ก|เก้าอี้ไม้|กระทะเคลือบ|ช้อนซุป|แชมพูสำหรับผมแห้ง|รองเท้าผู้ชาย|หมอนนุ่ม|ชั้นวางหนังสือ|แปรงสีฟัน|กระเป๋าสตางค์หนัง|เครื่องเป่าผม|เครื่องบดกาแฟ|หมวกกันหนาว|โคมไฟตั้งโต๊ะ|เทียนหอม|สบู่|น้ำมันมะกอก',
  Japanese:
    '赤いティーポット|包丁 ステンレス|バスタオル 白|子供用自転車|木製の椅子|フライパン 26cm|スープスプーン|シャンプー 詰替|革靴 メンズ|枕 やわらか|本棚 組立式|電動歯ブラシ|財布 本革|ヘアドライヤー|コーヒーミル 手動|ニット帽|卓上ライト|アロマキャンドル|石鹸 無添加|ガラスのポット 表示',
  'Chinese, simplified':
    '红色茶壶陶瓷大号|厨房刀具套装|纯棉浴巾|儿童自行车|实木椅子|不粘平底锅|汤勺|洗发水滋润型|男士皮鞋|枕头柔软|书架简约|电动牙刷|真皮钱包|吹风机|咖啡磨豆机|保暖帽子|台灯护眼|香薰蜡烛|肥皂|橄榄油',
  'Chinese, traditional':
    '紅色茶壺陶瓷大號|廚房刀具組|純棉浴巾|兒童腳踏車|實木椅子|不沾平底鍋|湯匙|洗髮精滋潤型|男士皮鞋|枕頭柔軟|書架簡約|電動牙刷|真皮錢包|吹風機|咖啡磨豆機|保暖帽子|檯燈護眼|香氛蠟燭|肥皂|橄欖油',
  Korean:
    '빨간 찻주전자|주방용 칼|목욕 수건|어린이 자전거|나무 의자|프라이팬|수프 숟가락|샴푸 건성 모발용|남성 구두|베개 부드러운|책장 조립식|전동 칫솔|가죽 지갑|헤어 드라이어|커피 그라인더|니트 모자|탁상 조명|향초|비누|올리브 오일',
  Vietnamese:
    'Ấm trà màu đỏ|Dao nhà bếp|Khăn tắm|Xe đạp trẻ em|Ghế gỗ|Chảo chống dính|Muỗng canh|Dầu gội cho tóc khô|Giày nam|Gối mềm|Kệ sách|Bàn chải đánh răng|Ví da thật|Máy sấy tóc|Máy xay cà phê|Mũ len ấm|Đèn bàn|Nến thơm|Xà phòng|Dầu ô liu',
  English:
    'Café mug|Pot – large at £5|Price in £|“Deluxe” kettle|Men’s shoes|Temperature 40° max|Brand® toaster|Jalapeño sauce|Crème fraîche 200 ml|Décor naïve frame|Size 5½ boots|£10 gift card|Soap… lavender|Children’s bike|Piñata party set|Pâté knife|Rosé glass|Tea towel 30 × 50|20 € voucher|Entrée fork',
};
/** The encodings that each language was written in. */
export const pagesOf: Record<string, string[]> = {
  French: ['windows-1252', 'iso-8859-15', 'cp850', 'cp437', 'cp863', 'macroman'],
  German: [
    'windows-1252',
    'iso-8859-15',
    'cp850',
    'cp437',
    'macroman',
    'windows-1250',
    'iso-8859-2',
  ],
  Spanish: ['windows-1252', 'iso-8859-1', 'cp850', 'cp437', 'macroman'],
  Italian: ['windows-1252', 'cp850', 'macroman'],
  Portuguese: ['windows-1252', 'cp850', 'cp860', 'macroman'],
  Dutch: ['windows-1252', 'cp850', 'macroman'],
  Swedish: ['windows-1252', 'cp850', 'cp437', 'macroman'],
  Danish: ['windows-1252', 'cp850', 'cp865', 'macroman'],
  Norwegian: ['windows-1252', 'cp850', 'cp865', 'macroman'],
  Finnish: ['windows-1252', 'cp850', 'cp437', 'macroman'],
  Icelandic: ['windows-1252', 'cp850', 'cp861', 'maciceland'],
  Polish: ['windows-1250', 'iso-8859-2', 'cp852', 'maccenteuro'],
  Czech: ['windows-1250', 'iso-8859-2', 'cp852', 'maccenteuro'],
  Slovak: ['windows-1250', 'iso-8859-2', 'cp852', 'maccenteuro'],
  Hungarian: ['windows-1250', 'iso-8859-2', 'cp852', 'maccenteuro'],
  Romanian: ['windows-1250', 'iso-8859-2', 'cp852'],
  Croatian: ['windows-1250', 'iso-8859-2', 'cp852', 'maccroatian'],
  Turkish: ['windows-1254', 'iso-8859-9', 'cp857', 'macturkish'],
  Lithuanian: ['windows-1257', 'iso-8859-13', 'cp775'],
  Latvian: ['windows-1257', 'iso-8859-13', 'cp775'],
  Estonian: ['windows-1257', 'windows-1252', 'iso-8859-15', 'cp775'],
  Russian: ['windows-1251', 'koi8-r', 'cp866', 'iso-8859-5', 'maccyrillic'],
  Ukrainian: ['windows-1251', 'koi8-u', 'cp1125', 'macukraine'],
  Bulgarian: ['windows-1251', 'cp866', 'iso-8859-5', 'maccyrillic'],
  Serbian: ['windows-1251', 'iso-8859-5', 'cp855', 'maccyrillic'],
  Greek: ['windows-1253', 'iso-8859-7', 'cp737', 'cp869', 'macgreek'],
  Hebrew: ['windows-1255', 'iso-8859-8', 'cp862'],
  Arabic: ['windows-1256', 'iso-8859-6', 'cp720'],
  Thai: ['windows-874', 'tis620'],
  Japanese: ['shift_jis', 'euc-jp'],
  'Chinese, simplified': ['gbk', 'gb18030'],
  'Chinese, traditional': ['big5'],
  Korean: ['euc-kr'],
  Vietnamese: ['windows-1258'],
  English: ['windows-1252', 'iso-8859-15', 'macroman', 'cp850', 'windows-1250'],
};
