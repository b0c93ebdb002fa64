-- Word lists of the sample generator: what names of people and companies, addresses and industries are made of.
-- All of them are dropped when the data is there (finish.sql). The order of the words matters, as draws pick by place:
-- another order, or one word more, gives other data.

-- Surnames. Most are put together from a beginning and an ending that go together in a group of languages, which gives
-- about 1,700 believable ones; the others are written out. Companies pick among the surnames of their own country first.
CREATE UNLOGGED TABLE truth.w_surname AS
WITH part (family, beginnings, endings) AS (
    VALUES
    ('english',  'Ash|Brad|Whit|Thorn|Hart|Lang|Wake|Black|Hol|Stan|Win|Rad|Mar|Har|Wood|Clay|Fair|Gil|Kirk|Lock|Mer|Nor|Oak|Pres|Red|Sel|Shel|Tarl|Under|Wel',
                 'ford|ley|worth|ton|field|well|wood|bury|combe|ridge'),
    ('german',   'Stein|Wald|Brand|Lind|Eich|Rosen|Weiss|Kirch|Acker|Baum|Fried|Gold|Hart|Kauf|Lichten|Neu|Ober|Schön|Winter|Burg|Reich|Holz|Ried|Thal|Vogel',
                 'mann|bach|hauser|meier|berger|hofer|ner'),
    ('nordic',   'Halvor|Erik|Gunnar|Ivar|Arne|Einar|Håkon|Henrik|Jon|Karl|Anton|Tor|Rolf|Sigurd|Bjørn|Harald|Leif|Edvard|Peder|Simon',
                 'sen|sson'),
    ('nordic',   'Lind|Sand|Sjö|Ek|Dal|Gran|Hall|Holm|Lund|Ny|Ström|Sund|Öst|Åker|Hag|Björk|Al|Norr|Rosen|Wester',
                 'berg|gren|qvist|ström|man|blad'),
    ('french',   'Beau|Mont|Bon|Clair|Haute|Roche|Ville|Grand|Font|Mar|Char|Gir|Lam|Per|Bar|Gau|Len|Mor|Bél|Ver',
                 'champ|fort|court|mont|val|din|bert|rière|lier|chet'),
    ('iberian',  'Cast|Mont|Vill|Sal|Mor|Cor|Bar|Ser|Val|Her|Alm|Carr|Quint|Az|Mend|Pal|Ros|Tor',
                 'ero|eda|ano|illo|anza|ales|era|uela'),
    ('italian',  'Mart|Bert|Ross|Ferr|Gall|Mor|Ben|Cast|Pell|Rin|Sant|Cor|Zan|Marc|Gugl|Lomb|Barb|Bell|Cav|Fab',
                 'ini|elli|etti|oni|ucci|ari|eri|ato|ino'),
    ('slavic',   'Kowal|Nov|Petr|Mich|Wójc|Jank|Krawc|Mazur|Pawl|Sok|Dvor|Hor|Kuč|Mar|Blaž|Zem|Bart|Vol|Stan|Lis',
                 'ak|ek|owski|enko|ov|ić|ovský'),
    ('finnish',  'Virta|Mäki|Lahti|Koski|Salmi|Järvi|Ranta|Lehto|Aalto|Harju|Kallio|Saari|Rauta|Kivi|Peura',
                 'nen|maa|la|vuori'),
    ('japanese', 'Yama|Naka|Taka|Fuji|Mori|Ishi|Kawa|Matsu|Oka|Sugi|Hashi|Ike|Kuro|Shima|Kita|Nishi|Ino|Hoso',
                 'moto|mura|da|shita|gawa|hara|no|saki|yama'),
    ('asian',    'Agarwal|Banerjee|Chandra|Deshmukh|Ganguly|Iyer|Joshi|Kapoor|Kulkarni|Malhotra|Mehta|Menon|Nair|Patel|Rao|Reddy|Sethi|Sharma|Subramanian|Verma|Chatterjee|Bhatt|Desai|Gupta|Krishnan|Pillai|Saxena|Tan|Lim|Wong|Chua|Koh|Teo|Ng|Nguyen|Tran|Pham|Santos|Reyes|Bautista|Wijaya|Hartono|Rahman|Aziz|Chen|Zhang|Liu|Huang|Park|Choi',
                 ''),
    ('english',  'Okafor|Adeyemi|Mensah|Diallo|Nkosi|Abebe|Haddad|Khoury|Demir|Kaplan|O''Connell|O''Rourke|McAllister|McKinnon|MacLeod|Fitzgerald|Donnelly|Gallagher|Abernathy|Cavanaugh|Delacroix|Ellison|Forsythe|Granger|Hargreaves|Ingram|Jarvis|Kendrick|Lockhart|Maddox|Nightingale|Osgood|Pemberton|Quigley|Rutherford|Sinclair|Trask|Underhill|Vance|Yarrow',
                 ''),
    ('iberian',  'Fernández|Hernández|Martínez|Rodríguez|Domínguez|Gutiérrez|Jiménez|Ordóñez|Ramírez|Sánchez|Velázquez|Núñez|Peña|Ibáñez|Figueiredo|Guimarães|Araújo|Gonçalves|Magalhães|Nogueira|Teixeira|Vasconcelos|Echeverría|Zubiri|Urrutia',
                 '')
), name AS (
    SELECT DISTINCT family, (b || e) COLLATE "C" AS surname
    FROM part, unnest(truth.words(beginnings)) AS b,
         -- An empty list of endings still gives one, the empty one.
         unnest(CASE endings WHEN '' THEN ARRAY[''] ELSE truth.words(endings) END) AS e
    WHERE lower(b COLLATE "C") <> e
)
SELECT family, surname,
       row_number() OVER (PARTITION BY family ORDER BY surname)::integer AS n_in_family,
       row_number() OVER (ORDER BY family COLLATE "C", surname)::integer AS n
FROM name;

CREATE UNLOGGED TABLE truth.w_surname_count AS
SELECT family, count(*)::integer AS names, min(n) AS first_n, sum(count(*)) OVER ()::integer AS all_names
FROM truth.w_surname
GROUP BY family;

CREATE FUNCTION truth.given_names() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.words('Aaliyah|Adrian|Agnieszka|Aiko|Alejandra|Amara|Amit|Ana|Anders|Anika|Antoine|Arjun|Astrid|Beatriz|Benedikt|Birgit|Bruno|Camila|Carlos|Caroline|Cecilia|Chidi|Chloe|Claire|Daniel|Darius|Deepa|Diego|Dominic|Eileen|Elena|Elias|Emeka|Emma|Erin|Esther|Fatima|Felix|Fiona|Florian|Francesca|Gabriel|Grace|Gustavo|Hana|Hannah|Haruto|Helena|Hugo|Imani|Ines|Ingrid|Isaac|Ivana|Jacob|Jasmine|Javier|Jens|Joanna|Jonas|Julia|Kaito|Karim|Katarina|Kenji|Kofi|Lars|Laura|Leila|Liam|Lucia|Luca|Magnus|Malik|Marcus|Maria|Marta|Mateo|Maya|Mei|Miguel|Mila|Nadia|Naomi|Neha|Niamh|Nils|Noah|Olga|Oliver|Omar|Owen|Paolo|Patricia|Pedro|Petra|Priya|Quentin|Rachel|Rafael|Ravi|Renata|Robert|Rosa|Ruth|Samuel|Sanjay|Sara|Sebastian|Sofia|Stefan|Tamara|Teresa|Thomas|Tomoko|Tuula|Uma|Valentina|Victor|Vikram|Wei|Yara|Yusuf|Zoe');

-- Invented company words: a beginning, a middle and an end.
CREATE FUNCTION truth.coined(u1 float8, u2 float8, u3 float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.pick(truth.words('Zen|Ver|Al|Nex|Cor|Lum|Quan|Syn|Tel|Vant|Ax|Bel|Cal|Dyn|El|Fen|Gal|Hel|Ind|Jor|Kel|Lyn|Mir|Nor|Op|Prax|Ret|Sol|Trin|Um|Vel|Xan|Yor|Zyl|Ar|Brin|Cred|Dex|Ev|Flux|Or|Per|Stav|Tav'), u1)
        || truth.pick(truth.words('a|o|i|e|u|ano|era|ito|ova|iqua|ena|ori|ume|alto|enti'), u2)
        || truth.pick(truth.words('tra|dyne|tix|vio|lane|mark|nova|gen|plex|ris|via|wave|dia|cor|line|ron|sys|tek|lis|zon|bit|rix|mont|ware|lium'), u3);

-- Two-word beginnings after things, such as Silver Heron.
CREATE FUNCTION truth.emblem(u1 float8, u2 float8) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.pick(truth.words('Silver|Iron|Blue|Red|Golden|Copper|Granite|Amber|Northern|Western|Bright|Crystal|Cedar|Stone|Wild|White|Green|Black|Scarlet|Crimson|Quiet|High|Grand|First|Royal|Twin|Prairie|Harbor|Coastal|Alpine|Desert|River|Summit|Pioneer|Liberty|Emerald|Frontier|Lone|Open|True'), u1)
        || ' ' || truth.pick(truth.words('Heron|Bridge|Oak|Falcon|Lantern|Anchor|Ridge|Meadow|Compass|Arrow|Bear|Maple|Canyon|Harvest|Star|Gate|Mill|Forge|Peak|Wolf|Pine|Tower|Field|Spring|Eagle|Orchard|Valley|Shore|Crown|Horizon|Elk|Fox|Willow|Beacon|Stag|Sparrow|Birch|Lake|Mesa|Tide'), u2);

-- What companies do, the industry it belongs to, and words that go before it: some that suit every trade, some of the industry.
CREATE UNLOGGED TABLE truth.w_trade AS
SELECT row_number() OVER (ORDER BY g.n, t.n)::integer AS n, t.trade, g.n AS industry_n, g.industry,
       truth.words('International|National|Global|Regional|Metropolitan|Commercial|Professional|Specialty|Custom|Premium|Family|United|Allied|Associated|General|Select|Independent|Reliable|Heritage|Continental|Atlantic|Pacific|Nordic|Coastal|Central|Overseas|Modern|Integrated')
       || truth.words(g.qualifiers) AS qualifiers
FROM (VALUES
    (1,  'Manufacturing',       'Manufacturing|Industries|Fabrication|Machine Works|Tool & Die|Castings|Plastics|Packaging|Coatings|Instruments|Controls|Bearings|Steel|Alloys|Textiles|Furniture|Paper Products|Manufacturing Company',
         'Industrial|Precision|Advanced|Thermal|Hydraulic|Automotive|Aerospace|Marine|Structural|Technical'),
    (2,  'Technology',          'Software|Systems|Technologies|Data Systems|Networks|Labs|Robotics|Analytics|Cloud Services|Information Systems|Semiconductors|Electronics|Interactive|Cyber Security',
         'Digital|Mobile|Secure|Applied|Interactive|Smart|Scientific|Embedded|Wireless|Industrial'),
    (3,  'Transportation',      'Logistics|Freight|Transport|Shipping|Trucking|Airlines|Couriers|Cold Storage|Rail Services|Fleet Management',
         'Rapid|Overland|Express|Marine|Refrigerated|Interstate|Urban|Alpine|Bulk|Harbor'),
    (4,  'Healthcare',          'Health|Medical Center|Dental Group|Clinics|Home Care|Diagnostics|Therapeutics|Pharmacy|Hospital Services|Laboratories|Biosciences|Medical Devices',
         'Clinical|Medical|Community|Pediatric|Veterinary|Advanced|Applied|Rural|Surgical|Orthopedic'),
    (5,  'Financial Services',  'Capital|Insurance|Wealth Management|Advisors|Savings Bank|Credit Services|Holdings|Asset Management|Payments',
         'Mutual|Private|Agricultural|Strategic|Marine|Equity|Municipal|Secure|First|Merchant'),
    (6,  'Construction',        'Construction|Builders|Roofing|Engineering|Contractors|Plumbing & Heating|Concrete|Surveyors|Paving|Development',
         'Residential|Structural|Civil|Industrial|Municipal|Urban|Marine|Sustainable|Mechanical|Electrical'),
    (7,  'Retail',              'Outfitters|Hardware|Grocers|Home Goods|Stores|Sporting Goods|Bookshops|Jewelers|Garden Centers|Trading Company',
         'Discount|Urban|Outdoor|Vintage|Organic|Country|Village|Downtown|Rural|Quality'),
    (8,  'Food & Beverage',     'Foods|Bakery|Brewing|Dairy|Farms|Vineyards|Coffee Roasters|Seafood|Catering|Beverages|Orchards',
         'Organic|Natural|Artisan|Country|Gourmet|Frozen|Valley|Fresh|Traditional|Mountain'),
    (9,  'Energy',              'Energy|Power|Solar|Oil & Gas|Pipelines|Wind|Utilities|Drilling|Renewables',
         'Offshore|Sustainable|Municipal|Rural|Thermal|Clean|Industrial|Northern|Hydraulic|Advanced'),
    (10, 'Media',               'Media|Publishing|Studios|Pictures|Broadcasting|Marketing Group|Communications|Press|Events',
         'Digital|Creative|Interactive|Urban|Educational|Public|Visual|Sound|Live|Video'),
    (11, 'Business Services',   'Consulting|Staffing|Services|Solutions|Facilities|Security Services|Translations|Associates|Partners|Group|Supply|Design',
         'Strategic|Technical|Industrial|Medical|Digital|Executive|Creative|Legal|Environmental|Corporate'),
    (12, 'Hospitality',         'Hotels|Resorts|Restaurants|Travel|Leisure',
         'Alpine|Seaside|Grand|Urban|Mountain|Lakeside|Boutique|Royal|Country|Tropical'),
    (13, 'Education',           'Academy|Learning|Schools|Institute|Training',
         'Technical|Scientific|Digital|Creative|Vocational|Medical|Open|Language|Practical|Early'),
    (14, 'Real Estate',         'Properties|Realty|Estates|Land Company|Property Management',
         'Residential|Urban|Industrial|Waterfront|Rural|Downtown|Municipal|Private|Seaside|Country'),
    (15, 'Agriculture',         'Seeds|Nurseries|Feed & Grain|Timber|Irrigation|Agri Services',
         'Organic|Natural|Rural|Sustainable|Tropical|Highland|Valley|Agricultural|Prairie|Hydroponic')
) AS g (n, industry, trades, qualifiers), unnest(truth.words(g.trades)) WITH ORDINALITY AS t (trade, n);

-- Words that differ by a letter or two and mean different things: for companies that look alike and are not the same.
CREATE FUNCTION truth.lookalike_first() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.words('Health|Marine|Foods|Optical|Dental|Solar|Printing|Metals|Aviation|Leather|Mining|Farming|Boats|Tools|Steel|Glass|Roofing|Casting|Signs|Packaging|Legal|Capital');
CREATE FUNCTION truth.lookalike_second() RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN truth.words('Wealth|Marina|Woods|Optimal|Rental|Sonar|Painting|Medals|Avionics|Weather|Milling|Framing|Coats|Pools|Steam|Grass|Proofing|Coating|Signals|Packing|Regal|Coastal');

-- Countries: how often they occur (weights add up to 1000, and by region to the teams' shares), which surnames are at home
-- there, the legal forms of companies, how telephone numbers and postal codes look (patterns of to_char; and how many such
-- numbers there are), cities, streets (# is the house number) and words for trades in the language of the country, each with the number of its industry in w_trade.
CREATE UNLOGGED TABLE truth.w_country AS
SELECT v.country, v.iso, v.region, v.family,
       sum(v.weight) OVER (ORDER BY v.iso COLLATE "C") - v.weight AS weight_from,
       sum(v.weight) OVER (ORDER BY v.iso COLLATE "C") AS weight_to,
       truth.words(v.forms) AS forms,
       v.phone, ('1' || translate(v.phone, translate(v.phone, '0', ''), ''))::bigint AS phone_numbers,
       v.postal, ('1' || translate(v.postal, translate(v.postal, '0', ''), ''))::bigint AS postal_numbers,
       truth.words(v.cities) AS cities, truth.words(v.streets) AS streets,
       truth.words(v.trades) AS trades
FROM (VALUES
    ('United States', 'US', 'AMER', 490, 'english', 'Inc.|LLC|Corp.|Co.|Inc.|LLC|LP|Corporation', 'FM"+1 ("000") 555-"0000', 'FM00000',
     'Boston|Chicago|Denver|Austin|Seattle|Portland|Columbus|Charlotte|Phoenix|Atlanta|Nashville|Cleveland|Kansas City|Salt Lake City|Minneapolis|San Diego|Tampa|Pittsburgh|Omaha|Raleigh|Saint Paul|Des Moines|Boise|Albuquerque|Richmond|Hartford|Buffalo|Tulsa|Madison|Spokane',
     '# Main Street|# Oak Avenue|# Market Street|# Industrial Parkway|# Lakeview Drive|# Commerce Blvd|# Washington Street|# North Park Road|# Mill Lane|# Highland Ave Suite 200', NULL),
    ('Canada', 'CA', 'AMER', 60, 'english', 'Ltd.|Inc.|Corp.|Limited', 'FM"+1 "000"-555-"0000', NULL,
     'Toronto|Vancouver|Montréal|Calgary|Ottawa|Halifax|Winnipeg|Québec', '# King Street West|# Granville Street|# rue Saint-Paul|# Bay Street|# Portage Avenue', NULL),
    ('Mexico', 'MX', 'AMER', 35, 'iberian', 'S.A. de C.V.|S. de R.L. de C.V.', 'FM"+52 "00" "0000" "0000', 'FM00000',
     'Monterrey|Guadalajara|Querétaro|Puebla|Ciudad de México|León|Tijuana', 'Av. Reforma #|Calle Hidalgo #|Av. Juárez #|Blvd. Díaz Ordaz #', 'Servicios:11|Alimentos:8|Construcciones:6|Textiles:1|Transportes:3'),
    ('Brazil', 'BR', 'AMER', 40, 'iberian', 'Ltda.|S.A.', 'FM"+55 "00" "00000"-"0000', 'FM00000"-"000',
     'São Paulo|Curitiba|Porto Alegre|Belo Horizonte|Florianópolis|Goiânia|Recife', 'Rua das Flores, #|Avenida Paulista, #|Rua São João, #|Avenida Brasil, #', 'Alimentos:8|Engenharia:6|Comércio:7|Transportes:3|Indústria:1'),
    ('United Kingdom', 'GB', 'EMEA', 70, 'english', 'Ltd|Limited|PLC|LLP|Ltd', 'FM"+44 "00" "0000" "0000', NULL,
     'London|Manchester|Birmingham|Leeds|Glasgow|Bristol|Sheffield|Cardiff|Newcastle upon Tyne', '# High Street|# Station Road|# Church Lane|# Victoria Road|# Mill Hill|Unit #, Riverside Estate', NULL),
    ('Germany', 'DE', 'EMEA', 50, 'german', 'GmbH|AG|GmbH & Co. KG|GmbH|e.K.', 'FM"+49 "00" "0000000', 'FM00000',
     'Berlin|Hamburg|München|Köln|Stuttgart|Düsseldorf|Leipzig|Nürnberg|Bremen|Würzburg', 'Hauptstraße #|Bahnhofstraße #|Gartenweg #|Lindenallee #|Am Markt #|Schillerstraße #', 'Maschinenbau:1|Logistik:3|Elektrotechnik:1|Holzbau:6|Feinmechanik:1|Anlagenbau:1'),
    ('France', 'FR', 'EMEA', 30, 'french', 'S.A.|SARL|SAS|SAS', 'FM"+33 "0" "00" "00" "00" "00', 'FM00000',
     'Paris|Lyon|Marseille|Toulouse|Nantes|Lille|Besançon|Orléans', '# rue de la Gare|# avenue Jean Jaurès|# place du Marché|# rue Victor Hugo', 'Conseil:11|Ingénierie:6|Négoce:7|Textiles:1|Transports:3|Industrie:1'),
    ('Netherlands', 'NL', 'EMEA', 20, 'german', 'B.V.|N.V.|B.V.', 'FM"+31 "00" "0000000', NULL,
     'Amsterdam|Rotterdam|Utrecht|Eindhoven|Groningen|Breda', 'Dorpsstraat #|Kerkstraat #|Havenweg #|Stationsplein #', 'Techniek:1|Bouw:6|Transport:3|Installaties:6'),
    ('Sweden', 'SE', 'EMEA', 14, 'nordic', 'AB|Aktiebolag', 'FM"+46 "00" "000" "00" "00', 'FM000" "00',
     'Stockholm|Göteborg|Malmö|Uppsala|Västerås|Örebro', 'Storgatan #|Kungsgatan #|Björkvägen #|Hamngatan #', 'Bygg:6|Teknik:1|Industri:1|Åkeri:3'),
    ('Denmark', 'DK', 'EMEA', 8, 'nordic', 'A/S|ApS', 'FM"+45 "00" "00" "00" "00', 'FM0000',
     'København|Aarhus|Odense|Aalborg', 'Nørregade #|Vestergade #|Havnegade #', 'Byg:6|Teknik:1|Maskinfabrik:1'),
    ('Norway', 'NO', 'EMEA', 8, 'nordic', 'AS|ASA', 'FM"+47 "000" "00" "000', 'FM0000',
     'Oslo|Bergen|Trondheim|Stavanger', 'Storgata #|Kirkegata #|Sjøgata #', 'Bygg:6|Maskin:1|Rederi:3'),
    ('Finland', 'FI', 'EMEA', 8, 'finnish', 'Oy|Oyj|Oy', 'FM"+358 "0" "000" "0000', 'FM00000',
     'Helsinki|Tampere|Turku|Oulu|Jyväskylä', 'Mannerheimintie #|Hämeenkatu #|Satamatie #', 'Rakennus:6|Tekniikka:1|Konepaja:1|Kuljetus:3'),
    ('Switzerland', 'CH', 'EMEA', 10, 'german', 'AG|SA|GmbH', 'FM"+41 "00" "000" "00" "00', 'FM0000',
     'Zürich|Genève|Basel|Lausanne|Winterthur', 'Seestrasse #|Bahnhofplatz #|Rue du Lac #', 'Feinmechanik:1|Treuhand:5|Uhren:1'),
    ('Spain', 'ES', 'EMEA', 12, 'iberian', 'S.L.|S.A.', 'FM"+34 "000" "000" "000', 'FM00000',
     'Madrid|Barcelona|Valencia|Sevilla|Bilbao|Málaga', 'Calle Mayor #|Avenida de la Constitución #|Plaza del Sol #', 'Servicios:11|Alimentación:8|Construcciones:6|Ingeniería:6'),
    ('Italy', 'IT', 'EMEA', 10, 'italian', 'S.r.l.|S.p.A.|S.r.l.', 'FM"+39 "00" "00000000', 'FM00000',
     'Milano|Torino|Bologna|Verona|Padova|Forlì', 'Via Roma #|Corso Garibaldi #|Via Dante #', 'Meccanica:1|Arredi:7|Tessuti:1|Alimentari:8'),
    ('Poland', 'PL', 'EMEA', 10, 'slavic', 'Sp. z o.o.|S.A.', 'FM"+48 "00" "000" "00" "00', 'FM00"-"000',
     'Warszawa|Kraków|Wrocław|Poznań|Gdańsk|Łódź', 'ul. Długa #|ul. Kościuszki #|Aleje Jerozolimskie #', 'Budownictwo:6|Transport:3|Meble:1|Technika:1'),
    ('Japan', 'JP', 'APAC', 55, 'japanese', 'K.K.|Co., Ltd.|K.K.|G.K.', 'FM"+81 "0" "0000" "0000', 'FM000"-"0000',
     'Tokyo|Osaka|Nagoya|Yokohama|Kobe|Fukuoka|Sapporo', '#-3 Marunouchi|#-12 Umeda|#-7 Sakae|#-1 Minato', 'Seiki:1|Shoji:7|Denki:1|Kogyo:1|Sangyo:1|Kensetsu:6'),
    ('Australia', 'AU', 'APAC', 30, 'english', 'Pty Ltd|Ltd|Pty Ltd', 'FM"+61 "0" "0000" "0000', 'FM0000',
     'Sydney|Melbourne|Brisbane|Perth|Adelaide|Hobart', '# George Street|# Collins Street|# Queen Street|# Harbour Road', NULL),
    ('New Zealand', 'NZ', 'APAC', 6, 'english', 'Ltd|Limited', 'FM"+64 "0" "000" "0000', 'FM0000',
     'Auckland|Wellington|Christchurch', '# Queen Street|# Lambton Quay|# Rimu Road', NULL),
    ('Singapore', 'SG', 'APAC', 14, 'asian', 'Pte. Ltd.|Pte Ltd', 'FM"+65 "0000" "0000', 'FM000000',
     'Singapore', '# Robinson Road|# Jurong East Street|# Tampines Avenue', NULL),
    ('India', 'IN', 'APAC', 20, 'asian', 'Pvt. Ltd.|Private Limited|Ltd.', 'FM"+91 "00" "0000" "0000', 'FM000000',
     'Bengaluru|Mumbai|Pune|Chennai|Hyderabad', '# MG Road|# Nehru Marg|# Industrial Area Phase II', NULL)
) AS v (country, iso, region, weight, family, forms, phone, postal, cities, streets, trades);

-- Legal forms and another way to write each.
CREATE UNLOGGED TABLE truth.w_form AS
SELECT * FROM (VALUES
    ('Inc.', 'Incorporated'), ('LLC', 'L.L.C.'), ('Corp.', 'Corporation'), ('Corporation', 'Corp'), ('Co.', 'Company'), ('LP', 'L.P.'),
    ('Ltd', 'Limited'), ('Ltd.', 'Limited'), ('Limited', 'Ltd.'), ('PLC', 'plc'), ('LLP', 'L.L.P.'),
    ('S.A. de C.V.', 'SA de CV'), ('S. de R.L. de C.V.', 'S de RL de CV'), ('Ltda.', 'Limitada'), ('S.A.', 'SA'),
    ('GmbH', 'Gesellschaft mbH'), ('AG', 'Aktiengesellschaft'), ('GmbH & Co. KG', 'GmbH + Co KG'), ('e.K.', 'eK'),
    ('SARL', 'S.à r.l.'), ('SAS', 'S.A.S.'), ('B.V.', 'BV'), ('N.V.', 'NV'), ('AB', 'Aktiebolag'), ('Aktiebolag', 'AB'),
    ('A/S', 'AS'), ('ApS', 'Aps'), ('AS', 'A/S'), ('ASA', 'A.S.A.'), ('Oy', 'Osakeyhtiö'), ('Oyj', 'OYJ'), ('SA', 'S.A.'),
    ('S.L.', 'SL'), ('S.r.l.', 'SRL'), ('S.p.A.', 'SpA'), ('Sp. z o.o.', 'Spółka z o.o.'),
    ('K.K.', 'Kabushiki Kaisha'), ('Co., Ltd.', 'Company Limited'), ('G.K.', 'GK'), ('Pty Ltd', 'Pty. Limited'),
    ('Pte. Ltd.', 'Pte Limited'), ('Pte Ltd', 'Pte. Ltd.'), ('Pvt. Ltd.', 'Private Limited'), ('Private Limited', 'Pvt Ltd')
) AS v (form, other_form);

-- Common abbreviations of words in company names, in one direction or the other.
CREATE FUNCTION truth.abbreviate(t text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN trim(BOTH FROM
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(' ' || t || ' '
            , ' & ', ' and '), ' International ', ' Intl '), ' Manufacturing ', ' Mfg '), ' Technologies ', ' Tech '), ' Brothers ', ' Bros ')
            , ' Associates ', ' Assoc. '), ' Associated ', ' Assoc. '), ' Group ', ' Grp '), ' Services ', ' Svcs '), ' Systems ', ' Sys ')
            , ' Solutions ', ' Soln '), ' Engineering ', ' Eng. '), ' Industries ', ' Ind. '), ' Industrial ', ' Indl '), ' Management ', ' Mgmt ')
            , ' Laboratories ', ' Labs '), ' Centers ', ' Ctrs '), ' Center ', ' Ctr '), ' National ', ' Natl '), ' Company ', ' Co ')
            , ' Saint ', ' St. '), ' Construction ', ' Constr. '), ' Communications ', ' Comms '), ' Medical ', ' Med. '), ' Agricultural ', ' Agri ')
            , ' Development ', ' Dev. '), ' Electronics ', ' Elec. '), ' Properties ', ' Props '), ' Metropolitan ', ' Metro '), ' Insurance ', ' Ins. ')
            , ' Institute ', ' Inst. '), ' Technical ', ' Tech. '), ' Commercial ', ' Comml '), ' Products ', ' Prods '));

ANALYZE truth.w_surname, truth.w_surname_count, truth.w_trade, truth.w_country, truth.w_form;
