/*
 * signature_gist.c
 *		Signatures in a GiST index: by their grams, for the nearest of a text and for all that are near enough.
 *
 * A leaf has the grams themselves, so that what the index says is exact and no row is read to be compared again.  A page has a bitmap
 * of the grams that are below it, and how many the smallest and the largest signature has: of a query with n grams, of which c have
 * their bit, nothing below has more than c in common, and what has s grams at least is at most c / (n + max(s, c) - c) similar.
 * That is the bound that both searches cut by.
 *
 * What makes it fast is that pages hold what is alike.  The build sorts: by size, for the bound, and then by the grams themselves.
 * These begin with the initials of the words, then the first two letters of each, so that names of the same words come together, in
 * whatever order they have them.  (By the least of their hashes, as for MinHash, twice the pages are read.)
 *
 * Keys are read where they lie, without alignment.  A signature of very many grams is a bitmap in the leaf too; then, and only
 * then, the row is looked at.
 */
#include "matching/signature.h"

#include "access/gist.h"
#include "port/pg_bitutils.h"
#include "utils/sortsupport.h"

#define PAGE_BITS 1984
#define PAGE_WORDS (PAGE_BITS / 64)
#define LEAF_GRAMS 120			/* more are a bitmap; so no key is so large that it would be compressed */
#define SIZE_CLASS 4			/* grams: what a build puts together */

#define EXACT 0
#define BITMAP 1

/* What a key begins with.  Then the grams of one signature, or the bitmap of what is below. */
typedef struct KeyHeader
{
	uint16		form;
	uint16		fewest;			/* grams that a signature below has */
	uint16		most;
} KeyHeader;

typedef struct IndexKey
{
	KeyHeader	header;
	const char *body;
} IndexKey;

typedef struct PageBits
{
	KeyHeader	header;
	uint64		bits[PAGE_WORDS];
} PageBits;

static inline IndexKey
key_of(Datum datum)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	IndexKey	key;

	memcpy(&key.header, VARDATA_ANY(value), sizeof(KeyHeader));
	key.body = VARDATA_ANY(value) + sizeof(KeyHeader);
	return key;
}

static inline uint32
gram_at(const char *grams, uint32 i)
{
	uint32		gram;

	memcpy(&gram, grams + i * sizeof(uint32), sizeof(uint32));
	return gram;
}

static inline uint32
page_bit(uint32 gram)
{
	return (uint32) ((uint64) (uint32) (gram * 0x9E3779B1U) * PAGE_BITS >> 32);
}

static inline bool
has_bit(const char *bits, uint32 bit)
{
	return ((unsigned char) bits[bit / 8] >> bit % 8 & 1) != 0;
}

/* The bits are bytes in the index, so that they are the same on every machine. */
static inline void
set_page_bit(uint64 *bits, uint32 bit)
{
	((unsigned char *) bits)[bit / 8] |= (unsigned char) (1 << bit % 8);
}

/* The similarity to a query that nothing below a key exceeds; of an exact one, its similarity. */
static double
score_at_most(const IndexKey *key, const MatchSignature *query)
{
	uint32		common = 0;

	if (key->header.form == EXACT)
	{
		common = signature_common(key->body, key->header.fewest, query->grams, query->ngrams);
		return signature_score(common, query->ngrams, key->header.fewest, query->measure);
	}
	for (uint32 i = 0; i < query->ngrams; i++)
		common += has_bit(key->body, page_bit(query->grams[i]));
	common = Min(common, key->header.most);
	return signature_score(common, query->ngrams, Max(key->header.fewest, common), query->measure);
}

/* ---- pages ---- */

static struct varlena *
make_key(const KeyHeader *header, const void *body, Size size)
{
	struct varlena *value = palloc(VARHDRSZ + sizeof(KeyHeader) + size);

	SET_VARSIZE(value, VARHDRSZ + sizeof(KeyHeader) + size);
	memcpy(VARDATA(value), header, sizeof(KeyHeader));
	memcpy(VARDATA(value) + sizeof(KeyHeader), body, size);
	return value;
}

/* A key as a bitmap. */
static void
read_page(PageBits *page, Datum datum)
{
	IndexKey	key = key_of(datum);

	page->header = key.header;
	if (key.header.form == BITMAP)
	{
		memcpy(page->bits, key.body, sizeof(page->bits));
		return;
	}
	memset(page->bits, 0, sizeof(page->bits));
	for (uint32 i = 0; i < key.header.fewest; i++)
		set_page_bit(page->bits, page_bit(gram_at(key.body, i)));
}

static void
add_to_page(PageBits *page, const PageBits *other)
{
	page->header.fewest = Min(page->header.fewest, other->header.fewest);
	page->header.most = Max(page->header.most, other->header.most);
	for (int i = 0; i < PAGE_WORDS; i++)
		page->bits[i] |= other->bits[i];
}

static Datum
page_key(PageBits *page)
{
	page->header.form = BITMAP;
	return PointerGetDatum(make_key(&page->header, page->bits, sizeof(page->bits)));
}

/* How many bits only the second page has. */
static inline uint32
new_bits(const PageBits *page, const PageBits *other)
{
	uint32		n = 0;

	for (int i = 0; i < PAGE_WORDS; i++)
		n += (uint32) pg_popcount64(other->bits[i] & ~page->bits[i]);
	return n;
}

SALESOPS_FUNCTION(salesops_signature_gist_compress);
SALESOPS_FUNCTION(salesops_signature_gist_consistent);
SALESOPS_FUNCTION(salesops_signature_gist_distance);
SALESOPS_FUNCTION(salesops_signature_gist_union);
SALESOPS_FUNCTION(salesops_signature_gist_same);
SALESOPS_FUNCTION(salesops_signature_gist_penalty);
SALESOPS_FUNCTION(salesops_signature_gist_picksplit);
SALESOPS_FUNCTION(salesops_signature_gist_sortsupport);

/* (entry internal): the key of a signature */
Datum
salesops_signature_gist_compress(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	GISTENTRY  *compressed;
	const MatchSignature *signature;
	Datum		key;

	if (!entry->leafkey)
		PG_RETURN_POINTER(entry);
	signature = signature_of(entry->key);
	if (signature->ngrams <= LEAF_GRAMS)
	{
		KeyHeader	header = {EXACT, signature->ngrams, signature->ngrams};

		key = PointerGetDatum(make_key(&header, signature->grams, signature->ngrams * sizeof(uint32)));
	}
	else
	{
		PageBits	page = {.header = {BITMAP, signature->ngrams, signature->ngrams}, .bits = {0}};

		for (uint32 i = 0; i < signature->ngrams; i++)
			set_page_bit(page.bits, page_bit(signature->grams[i]));
		key = page_key(&page);
	}
	compressed = palloc(sizeof(GISTENTRY));
	gistentryinit(*compressed, key, entry->rel, entry->page, entry->offset, false);
	PG_RETURN_POINTER(compressed);
}

/* (entry internal, query, strategy int2, subtype oid, recheck internal) */
Datum
salesops_signature_gist_consistent(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	const MatchSignature *query = signature_arg(fcinfo, 1);
	IndexKey	key = key_of(entry->key);

	*(bool *) PG_GETARG_POINTER(4) = key.header.form != EXACT;
	PG_RETURN_BOOL(score_at_most(&key, query) >= query->min_similarity);
}

/* (entry internal, query, strategy int2, subtype oid, recheck internal) */
Datum
salesops_signature_gist_distance(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	const MatchSignature *query = signature_arg(fcinfo, 1);
	IndexKey	key = key_of(entry->key);

	*(bool *) PG_GETARG_POINTER(4) = key.header.form != EXACT;
	PG_RETURN_FLOAT8(1 - score_at_most(&key, query));
}

/* (entries internal, size internal): what is below them all */
Datum
salesops_signature_gist_union(PG_FUNCTION_ARGS)
{
	GistEntryVector *entries = (GistEntryVector *) PG_GETARG_POINTER(0);
	int		   *size = (int *) PG_GETARG_POINTER(1);
	PageBits	page;
	PageBits	other;
	Datum		key;

	read_page(&page, entries->vector[0].key);
	for (int i = 1; i < entries->n; i++)
	{
		read_page(&other, entries->vector[i].key);
		add_to_page(&page, &other);
	}
	key = page_key(&page);
	*size = (int) VARSIZE(DatumGetPointer(key));
	PG_RETURN_DATUM(key);
}

/* (a bytea, b bytea, result internal) */
Datum
salesops_signature_gist_same(PG_FUNCTION_ARGS)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	*(bool *) PG_GETARG_POINTER(2) = VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
	PG_RETURN_POINTER(PG_GETARG_POINTER(2));
}

/*
 * (page internal, added internal, penalty internal): the grams that the page did not have, by how much it is smaller or larger than
 * all below, twice, and of equal pages the emptier one
 */
Datum
salesops_signature_gist_penalty(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	GISTENTRY  *added = (GISTENTRY *) PG_GETARG_POINTER(1);
	float	   *penalty = (float *) PG_GETARG_POINTER(2);
	PageBits	page;
	PageBits	other;

	read_page(&page, entry->key);
	read_page(&other, added->key);
	*penalty = (float) new_bits(&page, &other) +
		(float) (2 * Max((int) page.header.fewest - other.header.fewest, 0) + 2 * Max((int) other.header.most - page.header.most, 0)) +
		(float) pg_popcount((const char *) page.bits, sizeof(page.bits)) / (2 * PAGE_BITS);
	PG_RETURN_POINTER(penalty);
}

/* Entries by how much nearer they are to the one seed than to the other. */
typedef struct Placed
{
	int			preference;
	OffsetNumber offset;
} Placed;

static int
compare_placed(const void *a, const void *b)
{
	const Placed *x = a;
	const Placed *y = b;

	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Places entries by two seeds that are far from each other, and says how many go to the first: a third at least to each. */
static int
place_by_seeds(const PageBits *pages, Placed *placed, int n)
{
	int			seeds[2] = {0, 0};
	int			least = Max(n / 3, 1);
	int			nleft = 0;

	for (int s = 0; s < 3; s++)
	{
		uint32		farthest = 0;
		const PageBits *from = &pages[seeds[s % 2]];

		for (int i = 0; i < n; i++)
		{
			uint32		distance = new_bits(from, &pages[i]) + new_bits(&pages[i], from);

			if (distance > farthest)
			{
				farthest = distance;
				seeds[(s + 1) % 2] = i;
			}
		}
	}
	for (int i = 0; i < n; i++)
		placed[i].preference = (int) new_bits(&pages[seeds[0]], &pages[i]) - (int) new_bits(&pages[seeds[1]], &pages[i]);
	qsort(placed, n, sizeof(Placed), compare_placed);
	while (nleft < n && placed[nleft].preference < 0)
		nleft++;
	return Min(Max(nleft, least), n - least);
}

/*
 * (entries internal, split internal): a build hands over several pages at once, in its order, which is better than what can be found
 * among so few: it is kept.  A page that is full is divided by what is alike.
 */
Datum
salesops_signature_gist_picksplit(PG_FUNCTION_ARGS)
{
	GistEntryVector *entries = (GistEntryVector *) PG_GETARG_POINTER(0);
	GIST_SPLITVEC *split = (GIST_SPLITVEC *) PG_GETARG_POINTER(1);
	int			n = entries->n - 1; /* the first is none */
	PageBits   *pages = palloc(n * sizeof(PageBits));
	Placed	   *placed = palloc(n * sizeof(Placed));
	Size		size = 0;
	PageBits	left;
	PageBits	right;
	int			nleft;

	for (int i = 0; i < n; i++)
	{
		read_page(&pages[i], entries->vector[FirstOffsetNumber + i].key);
		placed[i].preference = 0;
		placed[i].offset = (OffsetNumber) (FirstOffsetNumber + i);
		size += VARSIZE_ANY(DatumGetPointer(entries->vector[FirstOffsetNumber + i].key));
	}
	nleft = size > BLCKSZ ? n / 2 : place_by_seeds(pages, placed, n);

	split->spl_left = palloc((Size) n * sizeof(OffsetNumber));
	split->spl_right = palloc((Size) n * sizeof(OffsetNumber));
	split->spl_nleft = nleft;
	split->spl_nright = n - nleft;
	left = pages[placed[0].offset - FirstOffsetNumber];
	right = pages[placed[n - 1].offset - FirstOffsetNumber];
	for (int i = 0; i < n; i++)
	{
		OffsetNumber offset = placed[i].offset;

		if (i < nleft)
			split->spl_left[i] = offset;
		else
			split->spl_right[i - nleft] = offset;
		add_to_page(i < nleft ? &left : &right, &pages[offset - FirstOffsetNumber]);
	}
	split->spl_ldatum = page_key(&left);
	split->spl_rdatum = page_key(&right);
	PG_RETURN_POINTER(split);
}

/* The order in which a build fills pages: by the grams; bitmaps behind. */
static int
compare_keys(Datum a, Datum b, SortSupport ssup)
{
	IndexKey	x = key_of(a);
	IndexKey	y = key_of(b);
	uint32		n = Min(x.header.fewest, y.header.fewest);

	if (x.header.form != y.header.form)
		return x.header.form < y.header.form ? -1 : 1;
	if (x.header.form == BITMAP)
		return memcmp(x.body, y.body, PAGE_BITS / 8);
	if (x.header.fewest / SIZE_CLASS != y.header.fewest / SIZE_CLASS)
		return x.header.fewest / SIZE_CLASS < y.header.fewest / SIZE_CLASS ? -1 : 1;
	for (uint32 i = 0; i < n; i++)
	{
		uint32		p = gram_at(x.body, i);
		uint32		q = gram_at(y.body, i);

		if (p != q)
			return p < q ? -1 : 1;
	}
	return x.header.fewest < y.header.fewest ? -1 : x.header.fewest > y.header.fewest;
}

/* (sort internal) */
Datum
salesops_signature_gist_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = compare_keys;
	ssup->ssup_extra = NULL;
	PG_RETURN_VOID();
}
