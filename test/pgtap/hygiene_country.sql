-- country_code against ISO 3166-1, names of Unicode CLDR and the file of names; postal_code_issue against examples of libaddressinput and the formats as regular expressions.
\ir setup.psql

-- ---- countries ----

-- each code of two letters, of three, and number: ISO 3166-1, as Debian's iso-codes 4.15 has it
CREATE TEMP TABLE iso AS SELECT substr(c, 1, 2) AS alpha_2, substr(c, 3, 3) AS alpha_3, substr(c, 6) AS number FROM regexp_split_to_table($$
ADAND020 AEARE784 AFAFG004 AGATG028 AIAIA660 ALALB008 AMARM051 AOAGO024 AQATA010 ARARG032 ASASM016 ATAUT040 AUAUS036 AWABW533 AXALA248 AZAZE031 BABIH070 BBBRB052 BDBGD050 BEBEL056 BFBFA854
BGBGR100 BHBHR048 BIBDI108 BJBEN204 BLBLM652 BMBMU060 BNBRN096 BOBOL068 BQBES535 BRBRA076 BSBHS044 BTBTN064 BVBVT074 BWBWA072 BYBLR112 BZBLZ084 CACAN124 CCCCK166 CDCOD180 CFCAF140 CGCOG178
CHCHE756 CICIV384 CKCOK184 CLCHL152 CMCMR120 CNCHN156 COCOL170 CRCRI188 CUCUB192 CVCPV132 CWCUW531 CXCXR162 CYCYP196 CZCZE203 DEDEU276 DJDJI262 DKDNK208 DMDMA212 DODOM214 DZDZA012 ECECU218
EEEST233 EGEGY818 EHESH732 ERERI232 ESESP724 ETETH231 FIFIN246 FJFJI242 FKFLK238 FMFSM583 FOFRO234 FRFRA250 GAGAB266 GBGBR826 GDGRD308 GEGEO268 GFGUF254 GGGGY831 GHGHA288 GIGIB292 GLGRL304
GMGMB270 GNGIN324 GPGLP312 GQGNQ226 GRGRC300 GSSGS239 GTGTM320 GUGUM316 GWGNB624 GYGUY328 HKHKG344 HMHMD334 HNHND340 HRHRV191 HTHTI332 HUHUN348 IDIDN360 IEIRL372 ILISR376 IMIMN833 ININD356
IOIOT086 IQIRQ368 IRIRN364 ISISL352 ITITA380 JEJEY832 JMJAM388 JOJOR400 JPJPN392 KEKEN404 KGKGZ417 KHKHM116 KIKIR296 KMCOM174 KNKNA659 KPPRK408 KRKOR410 KWKWT414 KYCYM136 KZKAZ398 LALAO418
LBLBN422 LCLCA662 LILIE438 LKLKA144 LRLBR430 LSLSO426 LTLTU440 LULUX442 LVLVA428 LYLBY434 MAMAR504 MCMCO492 MDMDA498 MEMNE499 MFMAF663 MGMDG450 MHMHL584 MKMKD807 MLMLI466 MMMMR104 MNMNG496
MOMAC446 MPMNP580 MQMTQ474 MRMRT478 MSMSR500 MTMLT470 MUMUS480 MVMDV462 MWMWI454 MXMEX484 MYMYS458 MZMOZ508 NANAM516 NCNCL540 NENER562 NFNFK574 NGNGA566 NINIC558 NLNLD528 NONOR578 NPNPL524
NRNRU520 NUNIU570 NZNZL554 OMOMN512 PAPAN591 PEPER604 PFPYF258 PGPNG598 PHPHL608 PKPAK586 PLPOL616 PMSPM666 PNPCN612 PRPRI630 PSPSE275 PTPRT620 PWPLW585 PYPRY600 QAQAT634 REREU638 ROROU642
RSSRB688 RURUS643 RWRWA646 SASAU682 SBSLB090 SCSYC690 SDSDN729 SESWE752 SGSGP702 SHSHN654 SISVN705 SJSJM744 SKSVK703 SLSLE694 SMSMR674 SNSEN686 SOSOM706 SRSUR740 SSSSD728 STSTP678 SVSLV222
SXSXM534 SYSYR760 SZSWZ748 TCTCA796 TDTCD148 TFATF260 TGTGO768 THTHA764 TJTJK762 TKTKL772 TLTLS626 TMTKM795 TNTUN788 TOTON776 TRTUR792 TTTTO780 TVTUV798 TWTWN158 TZTZA834 UAUKR804 UGUGA800
UMUMI581 USUSA840 UYURY858 UZUZB860 VAVAT336 VCVCT670 VEVEN862 VGVGB092 VIVIR850 VNVNM704 VUVUT548 WFWLF876 WSWSM882 YEYEM887 YTMYT175 ZAZAF710 ZMZMB894 ZWZWE716
$$, '\s+') c WHERE c <> '';
SELECT is(count(*), 249::bigint, 'the countries of ISO 3166-1') FROM iso;
SELECT is_empty('SELECT * FROM iso WHERE (country_code(alpha_2), country_code(alpha_3), country_code(number), country_code(lower(alpha_2)), country_code(initcap(alpha_3)), country_code('' '' || number || '' '')) IS DISTINCT FROM (alpha_2, alpha_2, alpha_2, alpha_2, alpha_2, alpha_2)', 'by each of their codes');
-- and no others, but those that are asked for: Kosovo, and what the United Kingdom and the European Commission write
SELECT is(array_agg(v || '=' || country_code(v) ORDER BY v), '{EL=GR,UK=GB,XK=XK}', 'codes of two letters') FROM (SELECT chr(a) || chr(b) AS v FROM generate_series(65, 90) a, generate_series(65, 90) b) s WHERE country_code(v) IS NOT NULL AND v NOT IN (SELECT alpha_2 FROM iso);
SELECT is(count(*), 249::bigint, 'numbers') FROM (SELECT lpad(i::text, 3, '0') AS v FROM generate_series(0, 999) i) s WHERE country_code(v) IS NOT NULL;

-- every name in the file, as it is there (so the file is in folded spelling), in capitals and with "the" and signs
CREATE TEMP TABLE line (id int GENERATED ALWAYS AS IDENTITY, line text);
\copy line (line) FROM PROGRAM 'grep -v -e "^#" -e "^$" src/core/countries.tsv | tr "\t" "~"'
CREATE TEMP TABLE name AS SELECT split_part(line, '~', 1) AS code, name FROM line, regexp_split_to_table(regexp_replace(line, '.*~', ''), '\|') name;
SELECT cmp_ok(count(*), '>', 5000::bigint, 'names: ' || count(*)) FROM name;
SELECT is_empty('SELECT * FROM name WHERE country_code(name) IS DISTINCT FROM code', 'each name in the file is found');
SELECT is_empty($$SELECT * FROM name WHERE country_code(upper(name)) IS DISTINCT FROM code OR country_code('- ' || name || E'.\n') IS DISTINCT FROM code OR country_code(replace(name, ' ', '')) IS DISTINCT FROM code$$, 'in capitals, among signs, and without blanks');
SELECT is_empty($$SELECT * FROM name WHERE length(replace(name, ' ', '')) > 3 AND name !~ '^the | the$' AND country_code('The ' || name) IS DISTINCT FROM code OR country_code(' "' || name || E'" (the)\n') IS DISTINCT FROM code AND length(replace(name, ' ', '')) > 3 AND name !~ '^the | the$'$$, 'with the article');
SELECT is_empty($$SELECT * FROM name WHERE country_code(name || ' (' || code || ')') IS DISTINCT FROM code OR country_code(code || ' - ' || name) IS DISTINCT FROM code AND name <> 'ksa'$$, 'and with the code (SA - KSA without the hyphen is Saksa, Germany in Finnish)');
SELECT is_empty($$SELECT * FROM name WHERE country_code(name || ' qq') IS NOT NULL OR country_code('qq' || name) IS NOT NULL$$, 'and not with something more');
SELECT is_empty($$SELECT * FROM name WHERE country_code(name || ' / ' || CASE WHEN code IN ('FR', 'MF') THEN 'Italy' ELSE 'France' END) IS NOT NULL$$, 'nor with another country');
SELECT is_empty('SELECT alpha_2, alpha_3, number FROM iso EXCEPT SELECT split_part(line, ''~'', 1), split_part(line, ''~'', 2), split_part(line, ''~'', 3) FROM line', 'the file has the codes of all');

-- names of Unicode CLDR 41, in another spelling than the file: some of each language (language: code=name; ...)
CREATE TEMP TABLE cldr AS SELECT split_part(l, ':', 1) AS language, left(trim(n), 2) AS code, substr(trim(n), 4) AS name FROM regexp_split_to_table($$
de: BH=Bahrain; GY=Guyana; KY=Kaimaninseln; MV=Malediven; MZ=Mosambik; NC=Neukaledonien; RO=Rumänien; ST=São Tomé und Príncipe; TV=Tuvalu
fr: BV=Île Bouvet; GP=Guadeloupe; IT=Italie; LI=Liechtenstein; PN=Îles Pitcairn; SH=Sainte-Hélène; SJ=Svalbard et Jan Mayen; SL=Sierra Leone; ZM=Zambie
es: AT=Austria; CD=República Democrática del Congo; ES=España; FI=Finlandia; FM=Micronesia; MD=Moldavia; MW=Malaui; US=Estados Unidos; VG=Islas Vírgenes Británicas
it: BE=Belgio; HU=Ungheria; IS=Islanda; JM=Giamaica; ME=Montenegro; PW=Palau; SD=Sudan; TR=Turchia; VN=Vietnam
pt: BM=Bermudas; CI=Costa do Marfim; GS=Ilhas Geórgia do Sul e Sandwich do Sul; PE=Peru; PM=São Pedro e Miquelão; PS=Territórios palestinos; QA=Catar; TW=Taiwan; VA=Cidade do Vaticano
nl: BD=Bangladesh; CR=Costa Rica; CZ=Tsjechië; ID=Indonesië; MH=Marshalleilanden; SN=Senegal; TT=Trinidad en Tobago; ZA=Zuid-Afrika
pl: BT=Bhutan; CA=Kanada; CG=Kongo; CL=Chile; ET=Etiopia; IR=Iran; JP=Japonia; LK=Sri Lanka; PY=Paragwaj
sv: BY=Vitryssland; CC=Kokosöarna; CH=Schweiz; GQ=Ekvatorialguinea; HM=Heardön och McDonaldöarna; KZ=Kazakstan; SG=Singapore; SZ=Swaziland; TH=Thailand
da: CV=Kap Verde; ER=Eritrea; GE=Georgien; HN=Honduras; MO=SAR Macao; RW=Rwanda; SB=Salomonøerne; UG=Uganda; WF=Wallis og Futuna
nb: AX=Åland; GR=Hellas; KP=Nord-Korea; KW=Kuwait; MP=Nord-Marianene; OM=Oman; SC=Seychellene; SR=Surinam; TL=Øst-Timor
fi: AF=Afganistan; AM=Armenia; AQ=Antarktis; AW=Aruba; LA=Laos; MF=Saint-Martin; MM=Myanmar (Burma); TD=Tšad; TN=Tunisia
cs: BL=Svatý Bartoloměj; CX=Vánoční ostrov; DO=Dominikánská republika; EG=Egypt; JE=Jersey; LV=Lotyšsko; MA=Maroko; PL=Polsko; SA=Saúdská Arábie
tr: CM=Kamerun; CY=Kıbrıs; DE=Almanya; EE=Estonya; MN=Moğolistan; MQ=Martinik; SE=İsveç; VI=ABD Virjin Adaları; YT=Mayotte
ru: AD=Андорра; BW=Ботсвана; EC=Эквадор; GM=Гамбия; GT=Гватемала; HR=Хорватия; NL=Нидерланды; NZ=Новая Зеландия; TO=Тонга
ja: AI=アンギラ; BO=ボリビア; BR=ブラジル; HK=中華人民共和国香港特別行政区; IQ=イラク; NI=ニカラグア; PG=パプアニューギニア; TC=タークス・カイコス諸島; UA=ウクライナ
zh_Hans: AL=阿尔巴尼亚; DJ=吉布提; GB=英国; LU=卢森堡; MX=墨西哥; PF=法属波利尼西亚; PT=葡萄牙; RU=俄罗斯; TG=多哥
zh_Hant: AU=澳洲; FJ=斐濟; GU=關島; HT=海地; IO=英屬印度洋領地; KH=柬埔寨; SV=薩爾瓦多; SX=荷屬聖馬丁; SY=敘利亞
ko: BF=부르키나파소; BQ=네덜란드령 카리브; BS=바하마; CK=쿡 제도; FR=프랑스; GN=기니; PH=필리핀; PR=푸에르토리코; UY=우루과이
ar: CW=كوراساو; GF=غويانا الفرنسية; GH=غانا; GI=جبل طارق; GW=غينيا بيساو; LB=لبنان; NR=ناورو; PA=بنما; TZ=تنزانيا
$$, '\n') l, regexp_split_to_table(split_part(l, ': ', 2), ';') n WHERE l <> '';
SELECT cmp_ok(count(*), '>', 160::bigint, 'names of CLDR: ' || count(*) || ', languages: ' || count(DISTINCT language)) FROM cldr;
SELECT is_empty('SELECT *, country_code(name) FROM cldr WHERE country_code(name) IS DISTINCT FROM code', 'each is found');

-- how people and systems write; ISO 3166's own long forms; what is decided
SELECT is(country_code(name), code, format('%s is %s', name, coalesce(code, 'none'))) FROM (VALUES ('Federal Republic of Germany', 'DE'), ('Korea, Republic of', 'KR'), ('Korea, Democratic People''s Republic of', 'KP'), ('Republic of Korea', 'KR'), ('People''s Republic of China', 'CN'), ('Taiwan, Province of China', 'TW'), ('Viet Nam', 'VN'),
	('Türkiye', 'TR'), ('Turkey', 'TR'), ('Czechia', 'CZ'), ('Czech Republic', 'CZ'), ('Eswatini', 'SZ'), ('Swaziland', 'SZ'), ('Iran (Islamic Republic of)', 'IR'), ('Tanzania, United Republic of', 'TZ'), ('Côte d’Ivoire', 'CI'), ('Cote d''Ivoire', 'CI'), ('Netherlands (Kingdom of the)', 'NL'),
	('U.K.', 'GB'), ('G.B.', 'GB'), ('England', 'GB'), ('SCOTLAND', 'GB'), ('Wales', 'GB'), ('Northern Ireland', 'GB'), ('Great Britain', 'GB'), ('U.S.A.', 'US'), ('U. S. A.', 'US'), ('United States of America (the)', 'US'), ('America', 'US'), ('EE. UU.', 'US'), ('Holland', 'NL'), ('UAE', 'AE'), ('Burma', 'MM'), ('Zaire', 'CD'), ('Macedonia', 'MK'),
	('Österreich', 'AT'), ('Oesterreich', 'AT'), ('OSTERREICH', 'AT'), ('Straße', NULL), ('GER', 'DE'), ('NED', 'NL'), ('ＪＡＰＡＮ', 'JP'), ('الامارات', 'AE'), ('台湾', 'TW'), ('臺灣', 'TW'), ('대한민국', 'KR'), ('Ελλάδα', 'GR'), ('भारत', 'IN'), ('United Kingdom (UK)', 'GB'), ('Schweiz/Suisse/Svizzera', 'CH'), ('España - Spain', 'ES'), ('DE, Germany', 'DE'), ('[FR] France', 'FR'),
	('Congo', 'CG'), ('Congo (DRC)', 'CD'), ('Korea', 'KR'), ('Georgia', 'GE'), ('Guinea', 'GN'), ('Ireland', 'IE'), ('Samoa', 'WS'), ('Kosovo', 'XK'), ('Niger', 'NE'), ('Nigeria', 'NG'), ('Dominica', 'DM'), ('República Dominicana', 'DO'), ('Republic of China', 'TW'), ('Saint Martin', 'MF'), ('Sint Maarten', 'SX'), ('Guiana', 'GY'), ('Namibia', 'NA'), ('NA', 'NA'), ('na', 'NA'), ('N/A', NULL), ('n.a.', NULL), ('N R', NULL), ('U K', 'GB'), ('there', NULL), ('Thebes', NULL), ('the UK', 'GB'), ('The US', 'US'), ('Virgin Islands', NULL), ('Man', NULL),
	('Yugoslavia', NULL), ('Czechoslovakia', NULL), ('European Union', NULL), ('EU', NULL), ('Europe', NULL), ('Paris, France', NULL), ('Georgia, US', NULL), ('California', NULL), ('Germany 1', NULL), ('Germny', NULL), ('49', NULL), ('40', NULL), ('+49', NULL), ('n/a', NULL), ('Unknown', NULL), ('the', NULL), ('The', NULL), ('D', NULL), ('', NULL), (' ', NULL), ('-', NULL), ('()', NULL), ('/', NULL), ('XX', NULL), ('ZZ', NULL), ('000', NULL), ('2 7 6', 'DE'),
	(repeat(' ', 100000) || 'DE', 'DE'), ('Germany' || repeat('-', 100000), 'DE'), (repeat('-', 3000) || 'Österreich', NULL), (repeat('Germany', 100000), NULL), (repeat('Ö', 100000), NULL), (repeat('DE/', 100), 'DE'), (repeat('DE/', 100000), NULL), (NULL, NULL)) v(name, code);
-- letters, and what stands between them, at random: an answer is a code, and its own
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE country_code(code) IS DISTINCT FROM code OR code NOT IN (SELECT alpha_2 FROM iso UNION SELECT 'XK')) FROM (SELECT country_code((SELECT string_agg(substr('abcdeilmnortuSTUÄß 27/(),.-', 1 + floor(random() * 26 + k * 0)::int, 1), '') FROM generate_series(1, 1 + i % 4) k)) AS code FROM generate_series(1, 20000) i) s WHERE code IS NOT NULL$$, 'of anything, a code');

-- ---- postal codes ----

CREATE TEMP TABLE postal (country text, formats text, prefixes text, in_use text);
\copy postal FROM PROGRAM 'grep -v -e "^#" -e "^$" src/hygiene/postal_formats.tsv'
SELECT is_empty('(SELECT alpha_2 FROM iso UNION SELECT ''XK'') EXCEPT SELECT country FROM postal', 'each country has a line');
SELECT is_empty($$SELECT country FROM postal WHERE (postal_code_issue('1', country) = 'not_used') <> (formats = '-')$$, 'and no codes where there are none');

-- an example of each country: Google's libaddressinput, region_data_constants.cc, the first of zipex
CREATE TEMP TABLE example AS SELECT left(btrim(e, E' \n'), 2) AS country, substr(btrim(e, E' \n'), 4) AS code FROM regexp_split_to_table($$
AD=AD100; AF=1001; AI=2640; AL=1001; AM=375010; AR=C1070AAM; AS=96799; AT=1010; AU=2060; AX=22150; AZ=1000; BA=71000; BB=BB23026; BD=1340; BE=4000; BG=1000; BH=317; BL=97100; BM=FL 07;
BN=BT2328; BR=40301-110; BT=11001; BY=223016; CA=H3Z 2Y7; CC=6799; CH=2544; CL=8340457; CN=266033; CO=111221; CR=1000; CU=10700; CV=7600; CX=6798; CY=2008; CZ=100 00; DE=26133; DK=8660;
DO=11903; DZ=40304; EC=090105; EE=69501; EG=4460232; EH=70000; ES=28039; ET=1000; FI=00550; FK=FIQQ 1ZZ; FM=96941; FO=100; FR=33380; GB=EC1Y 8SY; GE=0101; GF=97300; GG=GY1 1AA; GI=GX11 1AA;
GL=3900; GN=001; GP=97100; GR=151 24; GS=SIQQ 1ZZ; GT=09001; GU=96910; GW=1000; HM=7050; HN=31301; HR=10000; HT=6120; HU=1037; ID=40115; IE=A65 F4E2; IL=9614303; IM=IM2 1AA; IN=110034;
IO=BBND 1ZZ; IQ=31001; IR=11936-12345; IS=320; IT=00144; JE=JE1 1AA; JO=11937; JP=154-0023; KE=20100; KG=720001; KH=120101; KR=03051; KW=54541; KY=KY1-1100; KZ=040900; LA=01160; LB=2038 3054;
LI=9496; LK=20000; LR=1000; LS=100; LT=04340; LU=4750; LV=LV-1073; MA=53000; MC=98000; MD=2012; ME=81257; MF=97100; MG=501; MH=96960; MK=1314; MM=11181; MN=65030; MP=96950; MQ=97220;
MT=NXR 01; MU=42602; MV=20026; MX=02860; MY=43000; MZ=1102; NA=10001; NC=98814; NE=8001; NF=2899; NG=930283; NI=52000; NL=1234 AB; NO=0025; NP=44601; NZ=6001; OM=133; PE=LIMA 23; PF=98709;
PG=111; PH=1008; PK=44000; PL=00-950; PM=97500; PN=PCRN 1ZZ; PR=00930; PT=2725-079; PW=96940; PY=1536; RE=97400; RO=060274; RS=106314; RU=247112; SA=11564; SD=11042; SE=11455; SG=546080;
SH=STHL 1ZZ; SI=4000; SJ=9170; SK=010 01; SM=47890; SN=12500; SO=JH 09010; SV=1101; SZ=H100; TC=TKCA 1ZZ; TH=10150; TJ=735450; TM=744000; TN=1002; TR=01960; TT=500234; TW=104; TZ=6090;
UA=15432; UM=96898; US=95014; UY=11600; UZ=702100; VA=00120; VC=VC0100; VE=1010; VG=VG1110; VI=00802-1222; VN=70010; WF=98600; XK=10000; YT=97600; ZA=0083; ZM=50100
$$, ';') e;
-- and of others, from the Universal Postal Union's descriptions
INSERT INTO example VALUES ('AQ', 'BIQQ 1ZZ'), ('DJ', '77101'), ('GH', 'GA-184-1234'), ('JM', '10'), ('KI', 'KI0101'), ('KN', 'KN0101'), ('LC', 'LC04 101'), ('LY', '13600'), ('MS', 'MSR 1110'), ('MW', '101100'), ('PA', '0801'), ('PS', '600'), ('WS', 'WS1382');
SELECT is(count(DISTINCT country), 193::bigint, 'examples') FROM example;
SELECT is_empty($$SELECT *, postal_code_issue(code, country) FROM example WHERE postal_code_issue(code, country) IS NOT NULL$$, 'each is right');
SELECT is_empty($$SELECT * FROM example WHERE postal_code_issue(lower(code), country) IS NOT NULL OR postal_code_issue(regexp_replace(code, '[ -]', '', 'g'), lower(country)) IS NOT NULL OR postal_code_issue(' ' || regexp_replace(code, '(.)', '\1 ', 'g'), country) IS NOT NULL OR code NOT LIKE country || '%' AND code NOT LIKE 'MSR%' AND postal_code_issue(country || '-' || code, country) IS NOT NULL$$, 'in small letters, with and without blanks and hyphens, and with the country in front');
SELECT is_empty($$SELECT * FROM example WHERE postal_code_issue(code || '/1', country) IS DISTINCT FROM 'wrong_format' OR postal_code_issue(code || ' or so', country) IS DISTINCT FROM 'wrong_format' OR postal_code_issue('ÄÖ' || code, country) IS DISTINCT FROM 'wrong_format'$$, 'and none with something more');
SELECT is_empty($$SELECT country, p FROM example JOIN postal USING (country), regexp_split_to_table(prefixes, ' ') p WHERE prefixes <> '-' AND code NOT LIKE p || '%' AND postal_code_issue(p || '-' || code, country) IS NOT NULL$$, 'with the country''s other sign');
-- a key is judged as what it is the key of
SELECT is_empty($$SELECT * FROM example WHERE postal_code_issue(postal_key(code), country) IS NOT NULL$$, 'as postal_key reads it');

-- the formats as regular expressions, over codes at random: right is what matches, but for what is typed to get past a form
CREATE FUNCTION pg_temp.expression(format text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(CASE WHEN part = 'N' THEN '[0-9]' WHEN part = 'A' THEN '[A-Z]' ELSE upper(part) END, '' ORDER BY o)
	FROM regexp_matches(regexp_replace(format, '(?<![0-9A-Z])[ -]|[ -](?![0-9A-Z\[])| |(?<=[^\[])-(?=[NA\[])(?![^\[]*\])', '', 'g'), '\[[^\]]*\]|.', 'g') WITH ORDINALITY m (parts, o), unnest(parts) part $$;
CREATE TEMP TABLE expression AS SELECT country, '^(' || string_agg(pg_temp.expression(f), '|') || ')$' AS expression, bool_and(length(pg_temp.expression(f)) > 0) FROM postal, regexp_split_to_table(formats, '\|') f WHERE formats <> '-' GROUP BY country;
CREATE TEMP TABLE made AS
	SELECT country, expression, (SELECT string_agg(substr('0123456789', 1 + floor(random() * 10 + k * 0)::int, 1), '') FROM generate_series(1, (array[2, 3, 4, 4, 5, 5, 5, 6, 7])[1 + i % 9]) k) AS code FROM expression, generate_series(1, 300) i
	UNION ALL SELECT e.country, expression, (SELECT string_agg(CASE WHEN c ~ '[0-9]' THEN substr('0123456789', 1 + floor(random() * 10)::int, 1) WHEN c ~ '[A-Za-z]' AND random() < 0.8 THEN substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1 + floor(random() * 26)::int, 1) ELSE upper(c) END, '') FROM regexp_split_to_table(regexp_replace(x.code, '[ -]', '', 'g'), CASE WHEN i > 0 THEN '' END) c)
	FROM expression e JOIN example x USING (country), generate_series(1, 300) i;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (postal_code_issue(code, country) IS NULL) <> (code ~ expression)) FROM made WHERE code !~ '^(.)\1*$' AND code !~ '^[A-Z]'$$, 'digits, as the expressions have it');
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (postal_code_issue(code, m.country) IS NULL) <> (code ~ expression OR regexp_replace(code, '^(' || m.country || '|' || replace(prefixes, ' ', '|') || ')(?=.)', '') ~ expression)) FROM made m JOIN postal USING (country) WHERE code ~ '^[A-Z]' AND NOT is_blank(code)$$, 'and with letters');
SELECT cmp_ok(count(*), '>', 10000::bigint, 'of which many are right') FROM made WHERE code ~ expression;
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE (postal_code_issue(code, country) = 'lost_zero') <> ('0' || code ~ expression OR '00' || code ~ expression)) FROM made WHERE code ~ '^[0-9]+$' AND code !~ '^(.)\1*$' AND code !~ expression$$, 'a zero was lost, or two');

-- by hand: what the posts say of letters, and what is typed in place of a code
SELECT is(postal_code_issue(code, country), issue, format('%s of %s: %s', left(code, 20), left(country, 20), coalesce(issue, 'right'))) FROM (VALUES ('10115', 'DE', NULL), ('D-10115', 'Deutschland', NULL), ('D 10115', 'DEU', NULL), ('DE-10115', 'DE', NULL), ('10 115', 'DE', NULL), ('CH-10115', 'DE', 'wrong_format'), ('A-1010', 'AT', NULL), ('F-75001', 'FR', NULL), ('FR-75001', 'FR', NULL), ('LV-1050', 'LV', NULL), ('1050', 'LV', NULL),
	-- Royal Mail: A9 9AA, A99 9AA, AA9 9AA, AA99 9AA, A9A 9AA, AA9A 9AA; no Q V X first, no I J Z second; behind no C I K M O V
	('M1 1AE', 'GB', NULL), ('B33 8TH', 'UK', NULL), ('CR2 6XH', 'GB', NULL), ('DN55 1PT', 'GB', NULL), ('W1A 1HQ', 'England', NULL), ('EC1A 1BB', 'GB', NULL), ('SW1A1AA', 'GB', NULL), ('sw1a 1aa', 'GB', NULL), ('GIR 0AA', 'GB', NULL), ('BFPO 1234', 'GB', NULL), ('QN55 1PT', 'GB', 'wrong_format'), ('DI5 1PT', 'GB', 'wrong_format'), ('M1 1CE', 'GB', 'wrong_format'), ('M1 11A', 'GB', 'wrong_format'), ('W1I 1HQ', 'GB', 'wrong_format'), ('EC1C 1BB', 'GB', 'wrong_format'), ('SW1A', 'GB', 'wrong_format'),
	-- Canada Post: no D F I O Q U, and no W Z first
	('K1A 0B1', 'CA', NULL), ('k1a0b1', 'CA', NULL), ('D1A 0B1', 'CA', 'wrong_format'), ('K1O 0B1', 'CA', 'wrong_format'), ('W1A 0B1', 'CA', 'wrong_format'), ('Z1A 0B1', 'CA', 'wrong_format'), ('K1W 0Z1', 'CA', NULL), ('K1A OB1', 'CA', 'wrong_format'),
	('1234 AB', 'NL', NULL), ('1234ab', 'NL', NULL), ('0234 AB', 'NL', 'wrong_format'), ('1234 SA', 'NL', 'wrong_format'), ('1234 SS', 'NL', 'wrong_format'), ('1234 SB', 'NL', NULL), ('1234', 'NL', 'wrong_format'), ('A65 F4E2', 'IE', NULL), ('D6W XY00', 'IE', NULL), ('B65 F4E2', 'IE', 'wrong_format'), ('D6A XY00', 'IE', 'wrong_format'),
	('12345', 'US', NULL), ('12345-6789', 'US', NULL), ('12345 6789', 'US', NULL), ('123456789', 'US', NULL), ('00501', 'US', NULL), ('00400', 'US', 'wrong_format'), ('1234', 'US', 'lost_zero'), ('2134', 'US', 'lost_zero'), ('501', 'US', 'lost_zero'), ('2134-1234', 'US', 'lost_zero'), ('123456', 'US', 'wrong_format'), ('1067', 'DE', 'lost_zero'), ('D-1067', 'DE', 'lost_zero'), ('123', 'DE', 'wrong_format'), ('100', 'FI', 'lost_zero'), ('12', 'NO', 'lost_zero'), ('1', 'NO', 'wrong_format'),
	('123', 'AT', 'wrong_format'), ('950', 'PL', 'lost_zero'), ('60001', 'JP', 'lost_zero'), ('100-0001', 'JP', NULL), ('〒100-0001', 'JP', NULL), ('１００−０００１', 'JP', NULL), ('1000', 'KR', 'lost_zero'), ('100', 'KR', 'wrong_format'), ('110-110', 'KR', 'wrong_format'), ('3051', 'KR', 'lost_zero'),
	('00000', 'US', 'filler'), ('00000-0000', 'US', 'filler'), ('99999', 'US', 'filler'), ('11111', 'US', 'filler'), ('44444', 'US', NULL), ('33333', 'DE', NULL), ('99999', 'FI', NULL), ('9999', 'LU', NULL), ('9999', 'AT', 'filler'), ('0', 'DE', 'filler'), ('0000', 'DE', 'filler'), ('1111', 'DE', 'filler'), ('111', 'DE', 'wrong_format'), ('4444', 'CH', NULL), ('2222', 'AU', NULL), ('111', 'IS', NULL), ('999', 'IS', 'filler'), ('9', 'JM', NULL), ('0000', 'GB', 'filler'), ('D-00000', 'DE', 'filler'), ('000000000000', 'DE', 'filler'), ('0000000000000', 'DE', 'wrong_format'),
	('n/a', 'DE', 'blank'), ('', 'DE', 'blank'), ('--', 'XX', 'blank'), ('xxxxx', 'DE', 'blank'), ('unbekannt', 'HK', 'blank'), ('10115', 'Atlantis', 'unknown_country'), ('10115', '', 'unknown_country'), ('0000', 'XX', 'unknown_country'), ('999077', 'Hong Kong', 'not_used'), ('0000', 'HK', 'not_used'), ('asdf', 'DE', 'wrong_format'), ('Berlin', 'DE', 'wrong_format'), ('é', 'DE', 'wrong_format'), ('Q', 'DE', 'wrong_format'), ('D', 'DE', 'wrong_format'), ('DE', 'DE', 'wrong_format'), ('D-', 'DE', 'wrong_format'),
	('96939', 'PW', NULL), ('22100', 'AX', NULL), ('FI-22100', 'AX', NULL), ('00926', 'PR', NULL), ('10926', 'PR', 'wrong_format'), ('GY1 1AA', 'GG', NULL), ('GY1 1AA', 'GB', NULL), ('JE1 1AA', 'GG', 'wrong_format'), ('9490', 'LI', NULL), ('FL-9490', 'LI', NULL), ('8001', 'LI', 'wrong_format'),
	(repeat('1', 100000), 'DE', 'wrong_format'), (repeat(' ', 900) || '10115', 'DE', NULL), (repeat(' ', 100000) || '10115', 'DE', NULL), ('10115', repeat('x', 100000), 'unknown_country'), (repeat('é', 100000), 'DE', 'wrong_format'), (repeat('-', 100000), 'DE', 'blank')) v(code, country, issue);
SELECT is((postal_code_issue(NULL, 'DE'), postal_code_issue('10115', NULL)), (NULL::text, NULL::text), 'of NULL');
SELECT is_empty($$SELECT country, code FROM postal, regexp_split_to_table(in_use, ' ') code WHERE in_use <> '-' AND postal_code_issue(code, country) IS NOT NULL$$, 'codes of one digit that are in use');
-- whatever it is, a reason or none
SELECT pg_temp.holds($$SELECT count(*), count(*) FILTER (WHERE issue NOT IN ('blank', 'unknown_country', 'not_used', 'filler', 'lost_zero', 'wrong_format')) FROM (SELECT postal_code_issue((SELECT string_agg(substr('0123ADSé/〒- .', 1 + floor(random() * 13 + k * 0)::int, 1), '') FROM generate_series(1, i % 9) k), (array['DE', 'us', 'Japan', 'HK', 'x', 'GB'])[1 + i % 6]) AS issue FROM generate_series(1, 20000) i) s$$, 'of anything, a reason or none');

SELECT * FROM finish();
ROLLBACK;
