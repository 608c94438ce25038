"""Names of countries in eight languages, and of large regions and cities, by ISO 3166 code."""

COUNTRY_NAMES = """
AD: Andorra | Andorre
AE: United Arab Emirates | Vereinigte Arabische Emirate | Emirats Arabes Unis | Emiratos Árabes Unidos
AE: Emirati Arabi Uniti | Emirados Árabes Unidos | Verenigde Arabische Emiraten | Förenade Arabemiraten | UAE
AE: Emirates
AF: Afghanistan | Afganistán | Afeganistão
AG: Antigua and Barbuda | Antigua und Barbuda | Antigua et Barbuda | Antigua y Barbuda | Antigua e Barbuda
AG: Antigua en Barbuda | Antigua och Barbuda
AI: Anguilla | Anguila
AL: Albania | Albanien | Albanie
AM: Armenia | Armenien | Arménie
AO: Angola
AQ: Antarctica | Antarktis | Antarctique | Antártida | Antartide
AR: Argentina | Argentinien | Argentine | Argentinië
AS: American Samoa | Amerikanisch-Samoa | Samoa américaines | Samoa Americana | Samoa americane | Amerikaans Samoa
AS: Amerikanska Samoa
AT: Austria | Österreich | Autriche | Oostenrijk | Österrike
AU: Australia | Australien | Australie
AW: Aruba
AX: Åland Islands | Aaland-Inseln | Îles Åland | Islas Aland | Isole Aland | Ilhas Aland | Alandeilanden | Åland
AZ: Azerbaijan | Aserbaidschan | Azerbaïdjan | Azerbaiyán | Azerbaigian | Azerbaijão | Azerbeidzjan | Azerbadjan
BA: Bosnia | Herzegovina | Bosnia and Herzegovina | Bosnien und Herzegowina | Bosnie-Herzégovine | Bosnia y Hercegovina
BA: Bosnia | Herzegovina | Bosnia-Erzegovina | Bósnia-Herzegovina | Bosnië en Herzegovina | Bosnien och Herzegovina
BB: Barbados | Barbade
BD: Bangladesh | Bangladesch
BE: Belgium | Belgien | Belgique | Bélgica | Belgio | België
BF: Burkina Faso | Burquina Faso
BG: Bulgaria | Bulgarien | Bulgarie | Bulgarije
BH: Bahrain | Bahreïn
BI: Burundi
BJ: Benin
BL: Saint Barthélemy | Saint-Barthélemy | San Bartolomé | São Bartolomeu
BM: Bermuda | Bermudes | Bermudas
BN: Brunei
BO: Bolivia | Bolivien | Bolivie
BQ: Bonaire, Sint Eustatius and Saba | Bonaire, Sint Eustatius und Saba | Bonaire, Saint-Eustache et Saba
BQ: Bonaire, San Eustaquio y Saba | Bonaire, Sint Eustatius e Saba | Bonaire, Saint Eustatius och Saba
BR: Brazil | Brasilien | Brésil | Brasil | Brasile | Brazilië
BS: Bahamas | Bahama's
BT: Bhutan | Bhoutan | Bután | Butão
BV: Bouvet Island | Bouvet-Insel | Île Bouvet | Isla Bouvet | Isola di Bouvet | Ilha Bouvet | Bouveteiland
BV: Bouvetön
BW: Botswana | Botsuana
BY: Belarus | Biélo-Russie | Bielorrusia | Bielorussia | Wit-Rusland | Vitryssland
BZ: Belize | Belice
CA: Canada | Kanada
CC: Cocos Islands | Kokos-Inseln | Îles Cocos | Islas Cocos | Isole Cocos | Ilhas Coco | Cocoseilanden | Cocosöarna
CD: The Democratic Republic Of Congo | Demokratische Republik Kongo | République démocratique du Congo
CD: República Democrática del Congo | Repubblica democratica del Congo | Congo-Kinshasa
CD: Demokratiska republiken Kongo | DR Congo | DRC
CF: Central African Republic | Zentralafrikanische Republik | République Centre-Africaine
CF: República Centroafricana | Repubblica Centrafricana | República Centro-Africana | Centraal-Afrikaanse Republiek
CF: Centralafrikanska republiken
CG: Congo | Kongo | Congo Brazzaville | Congo Brazzaville
CH: Switzerland | Schweiz | Suisse | Suiza | Svizzera | Suíça | Zwitserland
CI: Côte d'Ivoire | Elfenbeinküste | Costa de Marfil | Costa d'Avorio | Costa do Marfim | Ivoorkust
CI: Elfenbenskusten | Ivory Coast
CK: Cook Islands | Cook-Inseln | Îles Cook | Islas Cook | Isole Cook | Ilhas Cook | Cookeilanden | Cooköarna
CL: Chile | Chili | Cile
CM: Cameroon | Kamerun | Cameroun | Camerún | República dos Camarões | Kameroen
CN: China | Chine | Cina | Kina | PRC | Mainland China
CO: Colombia | Kolumbien | Colombie
CR: Costa Rica
CU: Cuba | Kuba
CV: Cape Verde | Kap Verde | Cap Vert | Cabo Verde | Capo Verde | Kaapverdië
CW: Curaçao
CX: Christmas Island | Weihnachtsinsel | Île Christmas | Isla Christmas | Isola di Natale | Ilhas Natal
CX: Christmaseiland | Julön
CY: Cyprus | Zypern | Chypre | Chipre | Cipro | Cypern
CZ: Czech Republic | Tschechische Republik | République Tchèque | Chequia | Repubblica Ceca | República Tcheca
CZ: Tsjechië | Tjeckiska republiken | Czechia
DE: Germany | Deutschland | Allemagne | Alemania | Germania | Alemanha | Duitsland | Tyskland
DJ: Djibouti | Dschibuti | Yibuti | Gibuti | Djibuti
DK: Denmark | Dänemark | Dinamarca | Danimarca | Denemarken | Danmark
DM: Dominica | Dominique
DO: Dominican Republic | Dominikanische Republik | République Dominicaine | República Dominicana
DO: Repubblica Dominicana | Dominicaanse Republiek | Dominikanska republiken
DZ: Algeria | Algerien | Algérie | Argelia | Algerije | Algeriet
EC: Ecuador | Equateur | Equador
EE: Estonia | Estland | Estonie
EG: Egypt | Ägypten | Egypte | Egipto | Egitto | Egito | Egypten
EH: Western Sahara | Westsahara | Sahara Occidental | Sahara Occidentale | Saara Ocidental | Westelijke Sahara
EH: Västra Sahara
ER: Eritrea | Erythrée | Eritreia
ES: Spain | Spanien | Espagne | España | Spagna | Espanha | Spanje
ET: Ethiopia | Äthiopien | Ethiopie | Etiopía | Etiopien
FI: Finland | Finnland | Finlande | Finlandia | Suomi
FJ: Fiji | Fidschi | Fidji | Fiyi | Figi
FK: Falkland Islands | Falkland-Inseln | Îles Malouines | Islas Malvinas | Isole Falkland | Ilhas Malvinas
FK: Falklandeilanden | Falklandsöarna
FM: Micronesia | Mikronesien | Micronésie
FO: Faroe Islands | Färöer-Inseln | Îles Féroé | Islas Feroe | Isole Færoer | Ilhas Faroe | Faeröer | Färöarna
FR: France | Frankreich | Francia | França | Frankrijk | Frankrike
GA: Gabon | Gabun | Gabão
GB: United Kingdom | Vereinigtes Königreich | Royaume-Uni | Reino Unido | Regno Unito | Verenigd Koninkrijk
GB: Storbritannien | UK | U.K. | Great Britain | Britain | England | Scotland | Wales | Northern Ireland
GB: Grossbritannien
GD: Grenada | Grenade | Granada
GE: Georgien | Géorgie
GF: French Guiana | Französisch-Guayana | Guyane française | Guayana Francesa | Guayana Francese | Guiana Francesa
GF: Frans-Guyana | Franska Guyana
GG: Guernsey | Guernesey
GH: Ghana | Gana
GI: Gibraltar | Gibilterra
GL: Greenland | Grönland | Groenland | Groenlandia
GM: Gambia | Gambie
GN: Guinea | Guinée | Guiné
GP: Guadeloupe | Guadalupe | Guadalupa
GQ: Equatorial Guinea | Äquatorial-Guinea | Guinée Equatoriale | Guinea Ecuatorial | Guinea Equatoriale
GQ: Guiné Equatorial | Equatoriaal-Guinea | Ekvatorialguinea
GR: Greece | Griechenland | Grèce | Grecia | Griekenland | Grekland | Hellas
GS: South Georgia And The South Sandwich Islands | Süd-Georgia und die südlichen Sandwich-Inseln
GS: Géorgie du Sud et îles Sandwich du Sud | Islas Georgia del Sur y Sandwich del Sur
GS: Georgia del sud e isole Sandwich meridionali | Geórgia do Sul e Ilhas Sandwich do Sul
GS: Zuid-Georgië en Zuidelijke Sandwicheilanden | Sydgeorgien och Sydsandwichöarna
GT: Guatemala
GU: Guam
GW: Guinea-Bissau | Guinée-Bissau | Guinea Bissau | Guiné Bissau
GY: Guyana | Guiana
HK: Hong Kong | Hongkong | Hong-Kong | Hong Kong, Região Admin. Especial da China | Hongkong SAR van China
HM: Heard Island And McDonald Islands | Heard- und McDonald-Inseln | Île Heard et îles McDonald
HM: Islas Heard y McDonald | Isole Heard e McDonald | Ilha Heard e Ilhas McDonald | Heard- en McDonaldeilanden
HM: Heardöch McDonaldöarna
HN: Honduras
HR: Croatia | Kroatien | Croatie | Croacia | Croazia | Kroatië | Hrvatska
HT: Haiti
HU: Hungary | Ungarn | Hongrie | Hungría | Ungheria | Hongarije | Ungern | Magyarország
ID: Indonesia | Indonesien | Indonésie
IE: Ireland | Irland | Irlande | Irlanda | Ierland | Republic of Ireland | Eire
IL: Israel | Israele
IM: Isle Of Man | Ile de Man | Isla de Man | Isola di Man | Ilha de Man
IN: India | Indien | Inde | Bharat
IO: British Indian Ocean Territory | Britische Territorien im Indischen Ozean
IO: Territoires britanniques de l'Océan Indien | Territorio Británico del Océano Índico
IO: Territorio britannico dell'Oceano Indiano | Território Britânico do Oceano Índico
IO: Britse Gebieden in de Indische Oceaan | Brittiska territoriet i Indiska Oceanen
IQ: Iraq | Irak | Iraque
IR: Iran | Irã
IS: Iceland | Island | Islande | Islandia | Islanda | IJsland
IT: Italy | Italien | Italie | Italia
JE: Jersey
JM: Jamaica | Jamaika | Jamaïque | Giamaica
JO: Jordan | Jordanien | Jordanie | Jordania | Giordania
JP: Japan | Japon | Giappone | Japão | Nippon
KE: Kenya | Kenia | Quênia
KG: Kyrgyzstan | Kirgistan | Kirguizistán | Kirghizistan | Quirguistão | Kirgizië | Kirgisistan
KH: Cambodia | Kambodscha | Cambodge | Camboya | Cambogia | Camboja | Cambodja | Kambodja
KI: Kiribati | Quiribati
KM: Comoros | Komoren | Comores | Comore | Comoren | Komorerna
KN: Saint Kitts And Nevis | Saint Kitts und Nevis | Saint-Christophe-et-Niévès | San Cristóbal y Nieves
KN: Saint Kitts e Nevis | São Cristovão e Nevis | Saint Kitts en Nevis | Saint Kitts och Nevis
KP: North Korea | Nordkorea | Corée du Nord | Corea del Norte | Corea del Nord | Coreia do Norte | Noord-Korea
KR: South Korea | Südkorea | Corée du Sud | Corea del Sur | Corea del Sud | Coreia do Sul | Zuid-Korea | Sydkorea
KR: Korea
KW: Kuwait | Koweit | Koeweit
KY: Cayman Islands | Kaiman-Inseln | Îles Caïmans | Islas Caimán | Isole Cayman | Ilhas Caiman | Caymaneilanden
KY: Caymanöarna
KZ: Kazakhstan | Kasachstan | Kazajstán | Casaquistão | Kazachstan | Kazakstan
LA: Laos | República Popular Democrática do Laos
LB: Lebanon | Libanon | Liban | Líbano
LC: Saint Lucia | St. Lucia | Sainte-Lucie | Santa Lucia | Sainte Lucia
LI: Liechtenstein
LK: Sri Lanka
LR: Liberia
LS: Lesotho | Lesoto
LT: Lithuania | Litauen | Lithuanie | Lituania | Litouwen
LU: Luxembourg | Luxemburg | Luxemburgo | Lussemburgo
LV: Latvia | Lettland | Lettonie | Letonia | Lettonia | Letland
LY: Libya | Libyen | Libye | Libia | Libië
MA: Morocco | Marokko | Maroc | Marruecos | Marocco | Marrocos | Marocko
MC: Monaco
MD: Moldova | Moldau | Moldavie | Moldavia | Moldavien
ME: Montenegro
MF: Saint Martin | St. Martin | Saint-Martin | San Martín | São Martinho
MG: Madagascar | Madagaskar
MH: Marshall Islands | Marshall-Inseln | Îles Marshall | Islas Marshall | Isole Marshall | Ilhas Marshall
MH: Marshalleilanden | Marshallöarna
MK: Macedonia | Mazedonien | Macédoine | Macedonië | Makedonien | North Macedonia
ML: Mali
MM: Myanmar | Mianmar [Birmânia] | Burma
MN: Mongolia | Mongolei | Mongolie | Mongoliet
MO: Macao | Macau, Região Admin. Especial da China | Macao SAR van China | Macau
MP: Northern Mariana Islands | Nördliche Mariannen-Inseln | Îles Mariannes du Nord | Islas Marianas del Norte
MP: Isole Marianne settentrionali | Ilhas Marianas do Norte | Noordelijke Marianeneilanden | Nordmarianerna
MQ: Martinique | Martinica
MR: Mauritania | Mauretanien | Mauritanie
MS: Montserrat
MT: Malta | Malte
MU: Mauritius | Maurice | Mauricio | Maurizio
MV: Maldives | Maldiven | Maldivas | Maldive | Maldiverna
MW: Malawi | Malaui
MX: Mexico | Mexiko | Mexique | Messico
MY: Malaysia | Malaisie | Malasia | Maleisië
MZ: Mozambique | Mosambik | Mozambico | Moçambique
NA: Namibia | Namibie
NC: New Caledonia | Neukaledonien | Nouvelle-Calédonie | Nueva Caledonia | Nuova Caledonia | Nova Caledônia
NC: Nieuw-Caledonië | Nya Kaledonien
NE: Niger
NF: Norfolk Island | Norfolk-Insel | Île Norfolk | Isla Norfolk | Isola Norfolk | Ilha Norfolk | Norfolkeiland
NF: Norfolkön
NG: Nigeria
NI: Nicaragua
NL: Netherlands | Niederlande | Pays-Bas | Holanda | Paesi Bassi | Nederland | Nederländerna | Holland
NL: The Netherlands
NO: Norway | Norwegen | Norvège | Noruega | Norvegia | Noorwegen | Norge
NP: Nepal
NR: Nauru
NU: Niue
NZ: New Zealand | Neuseeland | Nouvelle-Zélande | Nueva Zelanda | Nuova Zelanda | Nova Zelândia | Nieuw-Zeeland
NZ: Nya Zeeland | Aotearoa
OM: Oman | Omã
PA: Panama
PE: Peru | Pérou
PF: French Polynesia | Französisch-Polynesien | Polynésie Française | Polinesia Francesa | Polinesia Francese
PF: Frans-Polynesië | Franska Polynesien
PG: Papua New Guinea | Papua-Neuguinea | Papouasie-Nouvelle-Guinée | Papua Nuova Guinea | Papua-Nova Guiné
PG: Papoea-Nieuw-Guinea | Papua Nya Guinea
PH: Philippines | Philippinen | Filipinas | Filippine | Filipijnen | Filippinerna
PK: Pakistan | Paquistán | Paquistão
PL: Poland | Polen | Pologne | Polonia | Polska
PM: Saint Pierre And Miquelon | St. Pierre und Miquelon | Saint-Pierre-et-Miquelon | San Pedro y Miquelón
PM: Saint Pierre e Miquelon | Saint Pierre en Miquelon | Saint Pierre och Miquelon
PN: Pitcairn | Islas Pitcairn
PR: Puerto Rico | Porto Rico
PS: Palestine | Palästina | Palestina | Territórios palestinos | Palestijns Gebied
PT: Portugal | Portogallo
PW: Palau | Belau | Palaos
PY: Paraguay | Paraguai
QA: Qatar | Katar | Catar
RE: Reunion | La Réunion | Reunião
RO: Romania | Rumänien | Roumanie | Rumania | Romênia | Roemenië
RS: Serbia | Serbien | Serbie | Sérvia | Servië
RU: Russia | Russland | Russie | Rusia | Rusland | Ryssland | Russian Federation
RW: Rwanda | Ruanda
SA: Saudi Arabia | Saudi-Arabien | Arabie Saoudite | Arabia Saudita | Saoedi-Arabië | Saudiarabien | KSA
SB: Solomon Islands | Solomon-Inseln | Îles Salomon | Islas Salomón | Isole Solomon | Ilhas Salomão
SB: Salomonseilanden | Salomonöarna
SC: Seychelles | Seychellen | Seychellerna
SD: Sudan | Soudan | Sudão | Soedan
SE: Sweden | Schweden | Suède | Suecia | Svezia | Zweden | Sverige
SG: Singapore | Singapur | Singapour | Cingapura
SH: Saint Helena | St. Helena | Sainte-Hélène | Santa Helena | Sant'Elena | Sint-Helena
SI: Slovenia | Slowenien | Slovénie | Eslovenia | Slovenien
SJ: Svalbard And Jan Mayen | Svalbard und Jan Mayen | Svalbard et Jan Mayen | Svalbard y Jan Mayen
SJ: Svalbard e Jan Mayen | Svalbard en Jan Mayen | Svalbard och Jan Mayen
SK: Slovakia | Slowakei | Slovaquie | Eslovaquia | Slovacchia | Slowakije | Slovakien
SL: Sierra Leone | Sierra Leona | Serra Leoa
SM: San Marino | Saint-Marin
SN: Senegal
SO: Somalia | Somalie
SR: Suriname | Surinam
SS: South Sudan | Südsudan | Sud-Soudan | Sudán del Sur | Sudan del Sud | Sydsudan
ST: Sao Tome And Principe | Sao Tome und Principe | Sao Tomé et Principe | Santo Tomé y Príncipe
ST: São Tomé e Principe | Sao Tomé en Principe | São Tomé och Príncipe
SV: El Salvador
SX: Sint Maarten (Dutch part) | Sint Maarten (Niederländischer Teil) | Saint-Martin (partie néerlandaise)
SX: San Martín (región holandesa) | Sint Maarten (parte olandese) | Sint Maarten (nederländska delen)
SY: Syria | Syrien | Syrie | Siria
SZ: Swaziland | Swasiland | Suazilandia
TC: Turks And Caicos Islands | Turks- und Caicos-Inseln | Îles Turks et Caicos | Islas Turcas y Caicos
TC: Isole Turks e Caicos | Ilhas Turks e Caicos | Turks- en Caicoseilanden | Turks- och Caicosöarna
TD: Chad | Tschad | Tchad | Ciad | Chade | Tsjaad
TF: French Southern Territories | Französische Südgebiete | Territoires Français du Sud
TF: Territorios Franceses del Sur | Territori Francesi d'Oltremare | Territórios Franceses do Sul
TF: Franse Gebieden in de zuidelijke Indische Oceaan | Franska södra territorierna
TG: Togo
TH: Thailand | Thaïlande | Tailandia | Thailandia
TJ: Tajikistan | Tadschikistan | Tadjikistan | Tayikistán | Tagikistan | Tadjiquistão | Tadzjikistan
TK: Tokelau
TL: Timor-Leste | Timor Oriental | Timor Leste | Oost-Timor | East Timor
TM: Turkmenistan | Turcomenistão
TN: Tunisia | Tunesien | Tunisie | Túnez | Tunesië | Tunisien
TO: Tonga
TR: Turkey | Türkei | Turquie | Turquía | Turchia | Turkije | Turkiet | Turkiye
TT: Trinidad | Tobago | Trinidad and Tobago
TT: Trinidad und Tobago | Trinité-et-Tobago | Trinidad y Tobago | Trinidad e Tobago
TT: Trinidad | Tobago | Trinidad en Tobago | Trinidad och Tobago
TV: Tuvalu
TW: Taiwan
TZ: Tanzania | Tansania | Tanzanie
UA: Ukraine | Ucrania | Ucraina | Oekraïne | Ukraina
UG: Uganda | Ouganda | Oeganda
UM: United States Minor Outlying Islands | Übrige Inseln im Pazifik der USA | Dépendances américaines du Pacifique
UM: Islas menores alejadas de los Estados Unidos | Isole minori lontane degli Stati Uniti
UM: Ilhas Menores Distantes dos Estados Unidos | Amerikaanse kleinere afgelegen eilanden
UM: Förenta staternas mindre öar i Oceanien och Västindien
US: the US | United States | Vereinigte Staaten von Amerika
US: Etats-Unis | Estados Unidos | Stati Uniti | Verenigde Staten
US: Amerikas Förenta Stater | USA | U.S. | U.S.A. | United States of America | America | the States | EE.UU.
UY: Uruguay | Uruguai
UZ: Uzbekistan | Usbekistan | Ouzbékistan | Uzbequistão | Oezbekistan
VA: Vatican | Vatikanstadt | Ciudad del Vaticano | Città del Vaticano | Vaticano | Vaticaanstad | Vatikanen
VC: Saint Vincent And The Grenadines | St. Vincent und die Grenadinen | Saint-Vincent-et-les Grenadines
VC: San Vicente y las Granadinas | Saint Vincent e Grenadine | São Vicente e Granadinas
VC: Saint Vincent en de Grenadines | Saint Vincent och Grenadinerna
VE: Venezuela
VG: British Virgin Islands | Britische Jungferninseln | Iles Vierges Britanniques | Islas Vírgenes Británicas
VG: Isole Vergini (GB) | Ilhas Virgens Britânicas | Britse Maagdeneilanden | Brittiska Virgin Islands
VI: U.S. Virgin Islands | Amerikanische Jungferninseln | Iles Vierges Américaines | Islas Vírgenes Americanas
VI: Isole Vergini (USA) | Ilhas Virgens dos EUA | Amerikaanse Maagdeneilanden | Amerikanska Virgin Islands
VN: Vietnam | Vietnã | Viet Nam
VU: Vanuatu
WF: Wallis And Futuna | Wallis und Futuna | Wallis-et-Futuna | Wallis y Futuna | Wallis e Futuna | Wallis en Futuna
WF: Wallis och Futuna
WS: Samoa
YE: Yemen | Jemen | Iêmen
YT: Mayotte | Mayotta
ZA: South Africa | Südafrika | Afrique du Sud | Sudáfrica | África do Sul | Zuid-Afrika | Sydafrika
ZM: Zambia | Sambia | Zambie
ZW: Zimbabwe | Simbabwe | Zimbabue
"""

REGION_NAMES = """
US: Alabama | Alaska | Arizona | Arkansas | California | Colorado | Connecticut | Delaware | Florida | Hawaii | Idaho
US: Illinois | Indiana | Iowa | Kansas | Kentucky | Louisiana | Maine | Maryland | Massachusetts | Michigan | Minnesota
US: Mississippi | Missouri | Montana | Nebraska | Nevada | New Hampshire | New Jersey | New Mexico | New York State
US: North Carolina | North Dakota | Ohio | Oklahoma
US: Oregon | Pennsylvania | Rhode Island | South Carolina | South Dakota
US: Tennessee | Texas | Utah | Vermont | Virginia | Washington | West Virginia | Wisconsin | Wyoming
CA: Ontario | Quebec | Québec | British Columbia | Alberta | Manitoba | Saskatchewan | Nova Scotia | New Brunswick
CA: Newfoundland
AU: New South Wales | Queensland | South Australia | Tasmania | Western Australia
DE: Bavaria | Bayern | Saxony | Sachsen | Hesse | Hessen | North Rhine-Westphalia | Nordrhein-Westfalen | NRW
DE: Baden-Württemberg | Lower Saxony | Niedersachsen | Brandenburg | Thuringia | Thüringen | Schleswig-Holstein
ES: Catalonia | Catalunya | Andalusia | Andalucia | Basque Country
IT: Lombardy | Lombardia | Tuscany | Toscana | Sicily | Sicilia
IN: Maharashtra | Karnataka | Tamil Nadu | Kerala | Gujarat | Telangana
FR: Brittany | Bretagne | Normandy | Normandie | Provence
"""

CITY_NAMES = """
AE: Dubai | Abu Dhabi | Sharjah
AF: Kabul
AL: Tirana
AM: Yerevan
AR: Buenos Aires | Rosario | Mendoza | La Plata
AT: Vienna | Wien | Graz | Linz | Salzburg | Innsbruck | Klagenfurt
AU: Sydney | Melbourne | Brisbane | Perth | Adelaide | Canberra | Gold Coast | Hobart | Darwin
AZ: Baku
BA: Sarajevo | Banja Luka
BD: Dhaka | Chittagong | Chattogram
BE: Brussels | Brüssel | Bruxelles | Brussel | Antwerp | Antwerpen | Anvers | Ghent | Gent | Liege | Leuven | Bruges
BG: Sofia | Plovdiv | Varna
BH: Manama
BO: La Paz | Santa Cruz de la Sierra | Cochabamba
BR: Sao Paulo | Rio de Janeiro | Rio | Brasilia | Belo Horizonte | Curitiba | Porto Alegre | Recife | Fortaleza
BR: Salvador da Bahia | Florianopolis | Campinas
BY: Minsk
CA: Toronto | Montreal | Vancouver | Calgary | Ottawa
CA: Edmonton | Winnipeg | Quebec City | Halifax | Mississauga | Waterloo
CH: Zurich | Zürich | Geneva | Genf | Genève | Basel | Bern
CH: Lausanne | Lucerne | Luzern | Lugano | Zug | Winterthur | St Gallen
CI: Abidjan
CL: Santiago | Santiago de Chile | Valparaiso | Concepcion
CM: Douala | Yaounde
CN: Beijing | Peking | Shanghai | Shenzhen | Guangzhou | Hangzhou | Chengdu | Wuhan | Nanjing | Suzhou | Tianjin | Xi'an
CO: Bogota | Medellin | Cali | Barranquilla | Cartagena de Indias
CR: San Jose Costa Rica
CU: Havana | La Habana
CY: Nicosia | Limassol | Larnaca
CZ: Prague | Praha | Prag | Brno | Ostrava | Plzen
DE: Berlin | Munich | München | Muenchen | Hamburg | Cologne | Köln | Koeln | Frankfurt | Frankfurt am Main | Stuttgart
DE: Düsseldorf | Duesseldorf | Leipzig | Dresden | Hanover | Hannover | Nuremberg | Nürnberg | Bremen | Essen | Dortmund
DE: Bonn | Mannheim | Karlsruhe | Augsburg | Münster | Freiburg
DE: Heidelberg | Mainz | Kiel | Aachen | Ulm | Potsdam | Bochum
DE: Wuppertal | Bielefeld | Wiesbaden | Regensburg | Würzburg
DE: Darmstadt | Erfurt | Rostock | Lübeck | Kassel | Ingolstadt
DK: Copenhagen | Kopenhagen | København | Aarhus | Odense | Aalborg
DO: Santo Domingo
DZ: Algiers | Alger | Oran
EC: Quito | Guayaquil
EE: Tallinn | Tartu
EG: Cairo | Giza
ES: Madrid | Barcelona | Valencia | Seville | Sevilla
ES: Bilbao | Malaga | Zaragoza | Palma de Mallorca | Murcia | Alicante
ES: San Sebastian | Granada | Vigo | A Coruña | Gijon | Valladolid
ET: Addis Ababa
FI: Helsinki | Espoo | Tampere | Turku | Oulu | Vantaa
FR: Paris | Lyon | Marseille | Toulouse | Nice | Nantes
FR: Strasbourg | Montpellier | Bordeaux | Lille | Rennes | Grenoble
FR: Reims | Le Havre | Dijon | Angers | Clermont-Ferrand | Aix-en-Provence | Sophia Antipolis
GB: London | Londres | Manchester | Birmingham | Leeds | Glasgow | Edinburgh | Liverpool | Bristol | Sheffield | Cardiff
GB: Belfast | Nottingham | Leicester | Brighton | Oxford
GB: Southampton | Portsmouth | Aberdeen | Milton Keynes | Coventry
GB: Newcastle upon Tyne | Norwich | Exeter | Swansea | Dundee | Reading | Greater London | Yorkshire
GE: Tbilisi
GH: Accra | Kumasi
GR: Athens | Athen | Athina | Thessaloniki | Patras
GT: Guatemala City
HK: Kowloon
HR: Zagreb | Split | Rijeka
HU: Budapest | Debrecen | Szeged
ID: Jakarta | Surabaya | Bandung | Bali
IE: Dublin | Cork | Galway | Limerick
IL: Tel Aviv | Jerusalem | Haifa | Herzliya
IN: Mumbai | Bombay | Delhi | New Delhi | Bangalore | Bengaluru
IN: Hyderabad | Chennai | Kolkata | Pune | Ahmedabad | Gurgaon
IN: Gurugram | Noida | Jaipur | Kochi | Chandigarh | Indore | Coimbatore | Lucknow | Surat
IQ: Baghdad | Erbil
IR: Tehran
IS: Reykjavik
IT: Rome | Rom | Roma | Milan | Milano | Mailand | Turin
IT: Torino | Naples | Napoli | Florence | Firenze | Bologna | Genoa
IT: Genova | Venice | Venezia | Verona | Palermo | Bari | Padua | Padova | Trieste | Brescia | Parma | Modena
JM: Kingston Jamaica
JO: Amman
JP: Tokyo | Osaka | Kyoto | Yokohama | Nagoya | Fukuoka | Sapporo | Kobe | Hiroshima
KE: Nairobi | Mombasa
KH: Phnom Penh
KR: Seoul | Busan | Incheon | Daegu
KW: Kuwait City
KZ: Almaty | Astana
LB: Beirut
LK: Colombo
LT: Vilnius | Kaunas
LU: Luxembourg City
LV: Riga
MA: Casablanca | Rabat | Marrakesh | Marrakech | Tangier | Tanger
MD: Chisinau
MK: Skopje
MM: Yangon
MN: Ulaanbaatar
MT: Valletta | Sliema
MU: Port Louis
MX: Mexico City | Ciudad de México | CDMX | Guadalajara | Monterrey | Tijuana | Puebla | Queretaro | Cancun
MY: Kuala Lumpur | Penang | Johor Bahru
NG: Lagos | Abuja | Ibadan | Port Harcourt
NL: Amsterdam | Rotterdam | The Hague | Den Haag | Utrecht | Eindhoven | Groningen | Delft | Tilburg | Breda | Nijmegen
NL: Haarlem | Arnhem | Maastricht | Leiden | Enschede | Almere
NO: Oslo | Bergen | Trondheim | Stavanger | Tromso | Drammen
NP: Kathmandu
NZ: Auckland | Wellington | Christchurch
OM: Muscat
PA: Panama City
PE: Lima | Arequipa
PH: Manila | Cebu | Quezon City | Makati | Davao
PK: Karachi | Lahore | Islamabad | Rawalpindi
PL: Warsaw | Warschau | Warszawa | Krakow | Cracow | Krakau
PL: Wroclaw | Breslau | Gdansk | Poznan | Lodz | Katowice | Szczecin
PR: San Juan
PT: Lisbon | Lisboa | Lissabon | Lisbonne | Porto | Oporto | Braga | Coimbra | Aveiro | Faro
PY: Asuncion
QA: Doha
RO: Bucharest | Bukarest | Bucuresti | Cluj | Cluj-Napoca | Timisoara | Iasi | Brasov
RS: Belgrade | Belgrad | Beograd | Novi Sad
RU: Moscow | Moskau | Moskva | Saint Petersburg | St Petersburg | Novosibirsk | Kazan
RW: Kigali
SA: Riyadh | Jeddah | Dammam | Mecca
SE: Stockholm | Gothenburg | Göteborg | Malmö | Malmo | Uppsala | Linköping | Lund | Västerås | Örebro | Helsingborg
SI: Ljubljana | Maribor
SK: Bratislava | Kosice
SN: Dakar
SV: San Salvador
TH: Bangkok | Chiang Mai | Phuket
TN: Tunis
TR: Istanbul | Ankara | Izmir | Antalya | Bursa
TW: Taipei | Kaohsiung | Taichung | Hsinchu
TZ: Dar es Salaam | Arusha
UA: Kyiv | Kiev | Lviv | Odesa | Odessa | Kharkiv | Dnipro
UG: Kampala
US: New York | New York City | NYC | Brooklyn | Manhattan
US: Los Angeles | San Francisco | Bay Area | Silicon Valley | Chicago
US: Houston | Phoenix | Philadelphia | San Antonio | San Diego | Dallas | Austin | San Jose | Jacksonville | Fort Worth
US: Columbus | Charlotte | Indianapolis | Seattle | Denver | Boston | Nashville | Detroit | Oklahoma City | Portland
US: Las Vegas | Memphis | Louisville | Baltimore | Milwaukee | Albuquerque | Tucson | Fresno | Sacramento | Kansas City
US: Atlanta | Omaha | Raleigh | Miami | Oakland | Minneapolis | Tulsa | Tampa | New Orleans | Cleveland | Honolulu
US: Cincinnati | St Louis | Saint Louis | Pittsburgh | Orlando | Salt Lake City | Boise | Palo Alto | Mountain View
US: Silicon Beach | Boulder | Anchorage | Buffalo | Madison | Des Moines | Durham NC | Chattanooga | Reno | Spokane
US: Washington DC | Cupertino | Redmond | Menlo Park | Santa Monica | Irvine
UY: Montevideo
UZ: Tashkent
VE: Caracas
VN: Hanoi | Ho Chi Minh City | Saigon | Da Nang
ZA: Johannesburg | Cape Town | Durban | Pretoria | Stellenbosch
ZM: Lusaka
ZW: Harare
"""
