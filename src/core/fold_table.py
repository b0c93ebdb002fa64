#!/usr/bin/env python3
"""Writes fold_table.h, the data of core/fold.c, from Python's unicodedata alone.

    python3 src/core/fold_table.py > src/core/fold_table.h

Stored keys depend on this table, so it is generated once, committed, and pinned: the generator refuses to run
with another Unicode version than the one below.  A table that folds any character differently needs a new
SALESOPS_FOLD_VERSION and a note in docs/upgrading.

What a character is folded to is decided by fold_one(); the rules are described in core/fold.h.  Before anything
is written, the table is checked:
  * folding a folded text changes nothing;
  * the composed and the decomposed form of every character fold alike (but for KEPT_IDEOGRAPHS);
  * every character of a single-byte or EUC server encoding folds to characters of that encoding, and the letters that
    its marks compose are of that encoding or are said not to be, so that a folded text can always be given back to
    the database it came from.
"""
import re
import sys
import unicodedata

UNICODE_VERSION = "14.0.0"
FOLD_VERSION = 1
PAGE_BITS = 7
TABLE_END = 0x30000             # beyond it only U+E0000..U+E0FFF is not kept (tags, variation selectors)
MAX_RESULT = 4                  # characters that fold to more are kept as they are (some Arabic ligatures)

if unicodedata.unidata_version != UNICODE_VERSION:
    sys.exit(f"fold_table.py: needs Unicode {UNICODE_VERSION}, this Python has {unicodedata.unidata_version}")

KEEP, DROP, COMPOSE_OR_KEEP, COMPOSE_OR_DROP, FIRST_RESULT = 0, 1, 2, 3, 4

# Combining marks that are an accent on a letter rather than a letter of its script.
ACCENTS = [(0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)]

# Invisible, though Unicode calls them letters, marks or symbols: Hangul fillers, variation selectors, Khmer inherent vowels.
INVISIBLE = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10)}

# Kept although Unicode has another character for them, which the server encoding they come from has not:
# two ideographs of EUC_KR, the full-width currency signs of EUC_CN and EUC_KR, the alef sign of EUC_JIS_2004.
KEPT_IDEOGRAPHS = {0xF92C, 0xF9B8}
KEPT = KEPT_IDEOGRAPHS | {*range(0xFFE0, 0xFFE7), *range(0x2135, 0x2139)}

# Format characters that are seen (category Cf, but not ignorable).
VISIBLE_FORMAT = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13439),
                  *range(0xFFF9, 0xFFFC)}

EXPLICIT = {
    # apostrophes and single quotes, and what is typed in their place
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02bb\u02b9\u02bd\u02be\u02bf\u02c8\u00b4`\u2039\u203a\u055a\ua78c", "'"),
    # double quotes
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u301d\u301e\u301f", '"'),
    # hyphens and dashes
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u02d7", "-"),
    "\u2044": "/", "\u2215": "/",
    # letters that Unicode does not decompose
    "\u00e6": "ae", "\u0153": "oe", "\u00df": "ss", "\u00f0": "d", "\u00fe": "th", "\u0131": "i", "\u0138": "k", "\u014b": "ng",
    "\u017f": "s", "\u013f": "l", "\u0140": "l",
    # the micro sign is typed for a Latin u; the Greek letter stays Greek, and ISO 8859-1 does not have it
    "\u00b5": "u",
    # Russian uses both spellings of the same names; short i (U+0439) is another letter and stays
    "\u0451": "\u0435",
    # marks of trade are symbols, not the letters that NFKD makes of them
    "\u2122": "\u2122", "\u2120": "\u2120",
    # lone accents
    **dict.fromkeys("\u00a8\u00af\u00b8\u02d8\u02d9\u02da\u02db\u02dc\u02dd", " "),
}

STROKE = re.compile(r"^LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH ")


def is_accent(cp):
    return any(a <= cp <= b for a, b in ACCENTS)


def is_dropped(cp):
    cat = unicodedata.category(chr(cp))
    if cp in INVISIBLE or is_accent(cp):
        return True
    if cat == "Cc":
        return not (9 <= cp <= 13 or cp == 0x85)
    return cat == "Cf" and cp not in VISIBLE_FORMAT


def expand(c):
    """One step towards the folded form of one character, as a string."""
    cp = ord(c)
    if cp in KEPT:
        return c
    if is_dropped(cp):
        return ""
    if 9 <= cp <= 13 or cp == 0x85 or unicodedata.category(c) in ("Zs", "Zl", "Zp"):
        return " "
    if c in EXPLICIT:
        return EXPLICIT[c]
    if len(unicodedata.normalize("NFC", c)) == 1 and unicodedata.normalize("NFC", c) != c:
        return unicodedata.normalize("NFC", c)
    if c in ("\uff9e", "\uff9f"):
        return c                # fold.c reads the half-width voicing marks as the full-width ones
    name = unicodedata.name(c, "")
    if name.startswith(("LATIN ", "GREEK ")):
        plain = "".join(x for x in unicodedata.normalize("NFKD", c) if not unicodedata.combining(x))
        if plain != c:
            return plain
        stroke = STROKE.match(name)
        if stroke:
            return stroke.group(1).lower()
        return c.casefold()
    if c.casefold() != c and not 0x13A0 <= cp <= 0x13FF and not 0xAB70 <= cp <= 0xABBF:
        return c.casefold()     # Cherokee alone folds to capitals, and has hardly two cases to fold
    if 0xFFA1 <= cp <= 0xFFDC and unicodedata.decomposition(c):
        return chr(int(unicodedata.decomposition(c).split()[-1], 16))
    compatible = unicodedata.normalize("NFKC", c)
    if compatible != c and any(0x1100 <= ord(x) <= 0x11FF for x in compatible):
        return c                # Hangul letters that stand alone, also in brackets and circles
    return " " if compatible[0] == " " else compatible  # a mark that stands alone is a space with that mark


def fold_one(cp):
    text = chr(cp)
    for _ in range(10):
        new = "".join(expand(x) for x in text)
        if new == text:
            break
        text = new
    else:
        sys.exit(f"fold_table.py: U+{cp:04X} does not settle")
    return text if len(text) <= MAX_RESULT else chr(cp)


def surrogate(cp):
    return 0xD800 <= cp <= 0xDFFF


everything = [cp for cp in range(TABLE_END) if not surrogate(cp)]
folded = {cp: fold_one(cp) for cp in everything}

# Letters of a script with marks: base and mark, as the text has them, become the letter that Unicode composes.
compose = {}
for cp in everything:
    d = unicodedata.normalize("NFD", chr(cp))
    if len(d) < 2 or 0xAC00 <= cp <= 0xD7A3 or unicodedata.normalize("NFC", chr(cp)) != chr(cp):
        continue
    first = unicodedata.normalize("NFC", d[:-1])
    if len(first) != 1:
        sys.exit(f"fold_table.py: U+{cp:04X} has no single base")
    base, mark, whole = folded[ord(first)], d[-1], folded[cp]
    if whole == base or not base or not whole:
        continue
    if len(base) != 1 or len(whole) != 1:
        sys.exit(f"fold_table.py: U+{cp:04X} cannot be composed")
    compose[(ord(base), ord(mark))] = ord(whole)
marks = {m for _, m in compose}

# Server encodings (by Python's name) that have a base and a mark, but not always the letter they make, which is then
# not composed there; and the flag that says so in the table.
LACKING = {"euc_jp": 1, "euc_jis_2004": 2}


def encodable(text, encoding):
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def lacks(whole):
    return sum(flag for encoding, flag in LACKING.items() if not encodable(chr(whole), encoding))


def entry_kind(cp):
    if cp in marks:
        return COMPOSE_OR_DROP if folded[cp] == "" else COMPOSE_OR_KEEP
    if folded[cp] == "":
        return DROP
    return KEEP if folded[cp] == chr(cp) else FIRST_RESULT


def fold(text):
    """What core/fold.c does; for the checks."""
    out = []
    for c in text:
        cp = ord(c)
        if cp in (0xFF9E, 0xFF9F):
            cp -= 0xFF9E - 0x3099
        last = ord(out[-1]) if out else 0
        if cp < TABLE_END:
            kind = entry_kind(cp)
            if kind in (COMPOSE_OR_KEEP, COMPOSE_OR_DROP) and (last, cp) in compose:
                out[-1] = chr(compose[(last, cp)])
                continue
            if kind in (DROP, COMPOSE_OR_DROP):
                continue
            if 0x1161 <= cp <= 0x1175 and 0x1100 <= last <= 0x1112:
                out[-1] = chr(0xAC00 + ((last - 0x1100) * 21 + cp - 0x1161) * 28)
                continue
            if 0x11A8 <= cp <= 0x11C2 and 0xAC00 <= last <= 0xD7A3 and (last - 0xAC00) % 28 == 0:
                out[-1] = chr(last + cp - 0x11A7)
                continue
            out.extend(folded[cp] if kind == FIRST_RESULT else chr(cp))
        elif not 0xE0000 <= cp <= 0xE0FFF:
            out.append(chr(cp))
    return "".join(out)


def check():
    for cp in everything:
        c = chr(cp)
        f = fold(c)
        if fold(f) != f:
            sys.exit(f"fold_table.py: folding U+{cp:04X} twice differs")
        for form in ("NFC", "NFD"):
            if fold(unicodedata.normalize(form, c)) != f and cp not in KEPT_IDEOGRAPHS:
                sys.exit(f"fold_table.py: U+{cp:04X} and its {form} differ: {fold(unicodedata.normalize(form, c))!a} {f!a}")
    single = ["iso8859_%d" % n for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)]
    single += ["cp%d" % n for n in (866, 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)] + ["koi8_r", "koi8_u"]
    for enc in single + ["euc_jp", "euc_kr", "gb2312", "euc_jis_2004"]:
        inside = [cp for cp in everything if encodable(chr(cp), enc)]
        for cp in inside:
            if not encodable(folded[cp], enc):
                sys.exit(f"fold_table.py: U+{cp:04X} of {enc} folds out of it, to {folded[cp]!a}")
        bases = {x for cp in inside for x in folded[cp]}
        for (base, mark), whole in compose.items():
            half_width = mark + 0xFF9E - 0x3099 if mark in (0x3099, 0x309A) else mark
            if (chr(base) in bases and any(encodable(chr(x), enc) for x in (mark, half_width))
                    and not encodable(chr(whole), enc) and enc not in LACKING):
                sys.exit(f"fold_table.py: U+{base:04X} and U+{mark:04X} of {enc} compose out of it, to U+{whole:04X}")


def utf8_len(s):
    return len(s.encode("utf-8"))


def is_separator(cp):
    """Not part of a word: punctuation, symbols, spaces.  Letters, digits, marks and the unknown are."""
    return unicodedata.category(chr(cp))[0] in "PSZC" and unicodedata.category(chr(cp)) not in ("Cn", "Co", "Cs", "Cf")


def rows(values, fmt, per_line):
    for i in range(0, len(values), per_line):
        print("\t" + " ".join(fmt % v + "," for v in values[i:i + per_line]))


def main():
    check()

    pool, where = [0] * FIRST_RESULT, {}
    entries = []
    for cp in range(TABLE_END):
        if surrogate(cp):
            entries.append(KEEP)
            continue
        kind = entry_kind(cp)
        if kind == FIRST_RESULT:
            f = folded[cp]
            if f not in where:
                where[f] = len(pool)
                pool += [len(f) << 24 | ord(f[0])] + [ord(x) for x in f[1:]]
            kind = where[f]
        entries.append(kind)
    if len(pool) > 0xFFFF:
        sys.exit("fold_table.py: too many results for 16 bits")

    size = 1 << PAGE_BITS
    pages, index = {}, []
    for start in range(0, TABLE_END, size):
        page = tuple(entries[start:start + size])
        index.append(pages.setdefault(page, len(pages)))
    if len(pages) > 256:
        sys.exit("fold_table.py: too many pages for 8 bits")

    growth = max(-(-utf8_len(folded[cp]) // utf8_len(chr(cp))) for cp in everything)
    longest = max(len(folded[cp]) for cp in everything)

    separators = []
    for cp in range(0x80, TABLE_END):
        if not surrogate(cp) and is_separator(cp) and entry_kind(cp) == KEEP:
            if separators and all(not surrogate(x) and (is_separator(x) or entry_kind(x) not in (KEEP, COMPOSE_OR_KEEP))
                                  for x in range(separators[-1][1] + 1, cp)):
                separators[-1][1] = cp      # what lies between is never seen in a folded text
            else:
                separators.append([cp, cp])

    print(f"""\
/*
 * fold_table.h
 *		The data of core/fold.c: generated by src/core/fold_table.py from Unicode {UNICODE_VERSION}; do not edit.
 */
#ifndef SALESOPS_FOLD_TABLE_H
#define SALESOPS_FOLD_TABLE_H

#if SALESOPS_FOLD_VERSION != {FOLD_VERSION}
#error "fold_table.h belongs to another SALESOPS_FOLD_VERSION"
#endif

#if FOLD_GROWTH != {growth} || FOLD_CHARACTERS != {longest}
#error "the bounds in core/fold.h do not fit fold_table.h"
#endif

#define FOLD_PAGE_BITS {PAGE_BITS}
#define FOLD_TABLE_END 0x{TABLE_END:X}

/* What an entry of a page says; from FOLD_FIRST_RESULT on it is a position in fold_result. */
#define FOLD_KEEP {KEEP}
#define FOLD_DROP {DROP}
#define FOLD_COMPOSE_OR_KEEP {COMPOSE_OR_KEEP}
#define FOLD_COMPOSE_OR_DROP {COMPOSE_OR_DROP}
#define FOLD_FIRST_RESULT {FIRST_RESULT}

/* A composed letter that these server encodings have not. */
#define FOLD_NOT_IN_EUC_JP {LACKING["euc_jp"]}
#define FOLD_NOT_IN_EUC_JIS_2004 {LACKING["euc_jis_2004"]}

/* ASCII: the folded character, or 0 where it is dropped. */
static const unsigned char fold_ascii[128] = {{""")
    rows([ord(folded[cp]) if folded[cp] else 0 for cp in range(128)], "0x%02x", 16)
    print("};\n\n/* The page of each block of characters. */")
    print(f"static const uint8 fold_index[{len(index)}] = {{")
    rows(index, "%d", 32)
    print(f"}};\n\nstatic const uint16 fold_page[{len(pages)}][{size}] = {{")
    for page in pages:
        print("\t{")
        rows(page, "%d", 16)
        print("\t},")
    print("};\n\n/* Results: the first character of each with the number of characters in the top byte, then the others. */")
    print(f"static const uint32 fold_result[{len(pool)}] = {{")
    rows(pool, "0x%x", 12)
    print(f"}};\n\n/* Base and mark, folded, the letter they make, and which encodings lack it; sorted.  Hangul is composed by arithmetic. */")
    print(f"static const FoldComposition fold_composition[{len(compose)}] = {{")
    rows([(b, m, compose[(b, m)], lacks(compose[(b, m)])) for b, m in sorted(compose)], "{0x%x, 0x%x, 0x%x, %d}", 6)
    print(f"}};\n\n/* Ranges of characters that are no part of a word, from U+0080 on, in folded text; sorted. */")
    print(f"static const FoldRange fold_separator[{len(separators)}] = {{")
    rows([tuple(r) for r in separators], "{0x%x, 0x%x}", 8)
    print("};\n\n#endif\t\t\t\t\t\t\t/* SALESOPS_FOLD_TABLE_H */")
    print(f"{len(pages)} pages, {len(pool)} results, {len(compose)} compositions, {len(separators)} ranges, "
          f"growth {growth}, longest {longest}", file=sys.stderr)


main()
