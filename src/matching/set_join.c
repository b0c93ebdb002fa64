/*
 * set_join.c
 *		All pairs of sets whose similarity by Jaccard is a threshold or more: exact, and without comparing all with all.
 *
 * Tokens are numbered by how few sets have them, the rarest first, and the tokens of a set put into that order.  Two sets of a and b
 * tokens that are similar enough have a number of tokens in common, at least, which follows from a, b and the threshold; so they have
 * one in common among the first of each, which are rare: its prefix (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007).
 * Sets are taken by size, the smallest first.  Each looks up the tokens of its prefix in lists of the sets that were taken before, and
 * is then put into the lists of the tokens of its own, shorter prefix, which is for sets that are as large or larger.
 *
 * What is in a list is a candidate, unless
 *
 *		it is too small for the size of the set		(lists are in order of size: these are not read again)
 *		too few tokens are left behind the one they share	(the positional filter of Xiao, Wang, Lin and Yu 2008, PPJoin)
 *		they differ in too many bits				(each has a bitmap of its tokens; Sandes, Teodoro and Melo 2020)
 *
 * and then both are walked along, until they agree in enough tokens or no longer can.  Equal sets are one set with several
 * members, so that a thousand equal names are looked up once.
 *
 * The bounds are not computed from the threshold, with a rounding that may be wrong by one, but found by the very comparison that
 * decides in the end: so the result is, to the last bit, that of comparing all with all.
 *
 * Cost: for each set the lists of its prefix.  Names of some 20 trigrams have a prefix of 9 of them at .6, 6 of which are listed.
 * Memory: 4 bytes for each token of each set, some 100 a set, and 8 for each listed token: of names of 20 trigrams some 250 bytes a name.
 *
 * Worked example: {1 2 3 4 5}, {1 2 3 4 6} and {5 7 8 9 10} at .6.  Sets of five need four in common (4 / 6, as 3 / 7 is too few), so
 * prefixes are two tokens.  Only 1 to 5 are shared: the rarest come first, and the second has 6 1 2 3 4, the first 1 2 3 4 5: they meet
 * in 1, with four left each, and have 4 of 6 in common.  The third has no token of a prefix in common with either.
 */
#include "matching/set_join.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

/* With all that goes with them, so many tokens take some 4 GB. */
#define MAX_TOKENS (UINT64CONST(1) << 28)
#define MAX_SETS 60000000

#define BITMAP_WORDS 2

/* Steps of an inner loop between two looks for a cancel. */
#define STEPS 65536

/* Equal sets of one side. */
typedef struct Group
{
	uint64		at;				/* of its tokens, which are numbers in order */
	uint32		size;
	uint32		first;			/* of its members */
	uint32		nmembers;
	uint32		side;
} Group;

/* What is read of a group each time that it is found in a list: apart from the rest, to be near. */
typedef struct GroupState
{
	uint32		size;
	uint32		shared;			/* tokens of prefixes that it shares with the group looked up, as far as these are counted */
} GroupState;

/* A bit for each token, some for several. */
typedef struct Bitmap
{
	uint64		words[BITMAP_WORDS];
} Bitmap;

/* That a group has a token, and how many tokens it has behind it. */
typedef struct Listed
{
	uint32		group;
	uint32		behind;
} Listed;

/* The groups of one side that have a token in their prefix, the smallest first. */
typedef struct TokenList
{
	uint64		from;			/* smaller ones before it are of no use any more */
	uint64		end;
} TokenList;

/* What sets of one size need. */
typedef struct SizeBounds
{
	uint32		size;
	uint32		least;			/* the smallest size that can be similar enough */
	uint32		look_up;		/* tokens that are looked up, of these sets */
	uint32		list;			/* and tokens that are listed */
	uint32		room;
	uint32	   *needed;			/* tokens in common with a set of `least` tokens, and of each size up to this one */
} SizeBounds;

typedef struct Joining
{
	SetJoin    *join;
	uint32		ndistinct;		/* tokens that are different */
	uint32		nsingle;		/* those that only one set has: the first numbers */
	uint32		ngroups;
	Group	   *groups;
	uint32	   *members;
	TokenList  *lists;			/* by token; of two sides, first those of side 0 */
	Listed	   *listed;
	GroupState *states;			/* of each group */
	Bitmap	   *bitmaps;
	uint32	   *candidates;
	SizeBounds	bounds;
	SetJoinPair pair;
	void	   *owner;
} Joining;

/* ---- what is added ---- */

void
set_join_init(SetJoin *join, double threshold, SetJoinRounding rounding, bool two_sides)
{
	memset(join, 0, sizeof(*join));
	join->threshold = threshold;
	join->rounding = rounding;
	join->two_sides = two_sides;
	join->set_room = 64;
	join->token_room = 1024;
	join->sets = palloc(join->set_room * sizeof(JoinedSet));
	join->tokens = palloc(join->token_room * sizeof(uint32));
}

/* Adds a set of tokens that are all different; one without tokens is like no other. */
void
set_join_add(SetJoin *join, uint32 side, uint32 member, const uint32 *tokens, uint32 n)
{
	JoinedSet  *set;

	if (n == 0)
		return;
	if (unlikely(join->ntokens + n > MAX_TOKENS || join->nsets == MAX_SETS))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("there are more names than can be compared at a time: %u", join->nsets + 1),
				 errdetail("They may be %d, with " UINT64_FORMAT " trigrams together.", MAX_SETS, MAX_TOKENS),
				 errhint("Compare them in parts, each with itself and with those before it.")));
	if (unlikely(join->ntokens + n > join->token_room))
	{
		CHECK_FOR_INTERRUPTS();
		join->token_room = Max(join->token_room + join->token_room / 2, join->ntokens + n);
		join->tokens = repalloc_huge(join->tokens, join->token_room * sizeof(uint32));
	}
	if (unlikely(join->nsets == join->set_room))
	{
		join->set_room += join->set_room / 2;
		join->sets = repalloc_huge(join->sets, join->set_room * sizeof(JoinedSet));
	}
	set = &join->sets[join->nsets++];
	set->at = join->ntokens;
	set->size = n;
	set->member = member;
	set->side = side;
	memcpy(&join->tokens[join->ntokens], tokens, n * sizeof(uint32));
	join->ntokens += n;
}

/* ---- numbers for tokens, the rarest first ---- */

typedef struct Token
{
	uint32		token;
	uint32		count;			/* sets that have it, and then its number; 0 is a free place */
} Token;

typedef struct TokenTable
{
	uint32		bits;			/* as many places as they number */
	uint32		n;
	uint32		seed;
	Token	   *tokens;
} TokenTable;

/* Nobody knows the seed, so nobody can choose tokens that meet in one place. */
static inline Token *
token_place(const TokenTable *table, uint32 token)
{
	uint32		mask = ((uint32) 1 << table->bits) - 1;
	uint32		place = murmurhash32(token ^ table->seed) & mask;

	while (table->tokens[place].count != 0 && table->tokens[place].token != token)
		place = (place + 1) & mask;
	return &table->tokens[place];
}

static void
table_init(TokenTable *table, uint32 bits, uint32 seed)
{
	Size		size = sizeof(Token) << bits;

	table->bits = bits;
	table->n = 0;
	table->seed = seed;
	table->tokens = MemoryContextAllocHuge(CurrentMemoryContext, size);
	memset(table->tokens, 0, size);
}

static pg_noinline void
table_grow(TokenTable *table)
{
	TokenTable	old = *table;

	CHECK_FOR_INTERRUPTS();
	table_init(table, old.bits + 1, old.seed);
	for (uint32 i = 0; i < (uint32) 1 << old.bits; i++)
	{
		if (old.tokens[i].count > 0)
			*token_place(table, old.tokens[i].token) = old.tokens[i];
	}
	table->n = old.n;
	pfree(old.tokens);
}

static inline int
token_compare(const Token *a, const Token *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return a->token < b->token ? -1 : a->token > b->token;
}

#define MERGE_SORT_NAME sort_tokens
#define MERGE_SORT_TYPE Token
#define MERGE_SORT_COMPARE token_compare
#include "core/merge_sort.h"

static inline int
number_compare(const uint32 *a, const uint32 *b)
{
	return *a < *b ? -1 : *a > *b;
}

#define MERGE_SORT_NAME sort_numbers
#define MERGE_SORT_TYPE uint32
#define MERGE_SORT_COMPARE number_compare
#include "core/merge_sort.h"

/* Puts numbers in the place of tokens, in order in each set. */
static void
number_tokens(Joining *joining)
{
	SetJoin    *join = joining->join;
	TokenTable	table;
	Token	   *sorted;
	uint32		n = 0;

	table_init(&table, 12, pg_prng_uint32(&pg_global_prng_state));
	for (uint64 i = 0; i < join->ntokens; i++)
	{
		Token	   *place = token_place(&table, join->tokens[i]);

		if (unlikely(i % STEPS == 0))
			CHECK_FOR_INTERRUPTS();
		if (place->count++ > 0)
			continue;
		place->token = join->tokens[i];
		if (++table.n > ((uint32) 1 << table.bits) / 2)
			table_grow(&table);
	}
	sorted = MemoryContextAllocHuge(CurrentMemoryContext, Max(table.n, 1) * sizeof(Token));
	for (uint32 i = 0; i < (uint32) 1 << table.bits; i++)
	{
		if (table.tokens[i].count > 0)
			sorted[n++] = table.tokens[i];
	}
	sort_tokens(sorted, n);
	joining->ndistinct = n;
	while (joining->nsingle < n && sorted[joining->nsingle].count == 1)
		joining->nsingle++;
	/* from 1 on, as 0 is a free place */
	for (uint32 i = 0; i < n; i++)
		token_place(&table, sorted[i].token)->count = i + 1;
	pfree(sorted);
	for (uint32 i = 0; i < join->nsets; i++)
	{
		uint32	   *tokens = &join->tokens[join->sets[i].at];

		if (unlikely(i % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; j < join->sets[i].size; j++)
			tokens[j] = token_place(&table, tokens[j])->count - 1;
		sort_numbers(tokens, join->sets[i].size);
	}
	pfree(table.tokens);
}

/* ---- equal sets are one ---- */

typedef struct SetRef
{
	uint64		hash;
	uint32		size;
	uint32		set;
} SetRef;

/* By size, and equal ones of a side together, in the order in which they came. */
static inline int
set_compare(const SetRef *a, const SetRef *b, const SetJoin *join)
{
	int			order;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	if (likely(a->hash != b->hash))
		return a->hash < b->hash ? -1 : 1;
	order = memcmp(&join->tokens[join->sets[a->set].at], &join->tokens[join->sets[b->set].at], a->size * sizeof(uint32));
	if (order != 0)
		return order;
	if (join->sets[a->set].side != join->sets[b->set].side)
		return join->sets[a->set].side < join->sets[b->set].side ? -1 : 1;
	return a->set < b->set ? -1 : a->set > b->set;
}

#define MERGE_SORT_NAME sort_sets
#define MERGE_SORT_TYPE SetRef
#define MERGE_SORT_PARAMETER const SetJoin *join
#define MERGE_SORT_COMPARE(a, b) set_compare(a, b, join)
#include "core/merge_sort.h"

static inline bool
same_set(const SetRef *a, const SetRef *b, const SetJoin *join)
{
	return a->size == b->size && a->hash == b->hash && join->sets[a->set].side == join->sets[b->set].side &&
		memcmp(&join->tokens[join->sets[a->set].at], &join->tokens[join->sets[b->set].at], a->size * sizeof(uint32)) == 0;
}

static void
make_groups(Joining *joining)
{
	SetJoin    *join = joining->join;
	uint32		n = join->nsets;
	SetRef	   *refs = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(SetRef));

	for (uint32 i = 0; i < n; i++)
	{
		const JoinedSet *set = &join->sets[i];
		uint64		hash = 0;

		if (unlikely(i % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; j < set->size; j++)
		{
			hash = (hash ^ join->tokens[set->at + j]) * UINT64CONST(0x9E3779B97F4A7C15);
			hash ^= hash >> 32;
		}
		refs[i] = (SetRef) {hash, set->size, i};
	}
	sort_sets(refs, n, join);
	joining->members = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(uint32));
	joining->groups = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(Group));
	joining->states = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(GroupState));
	joining->bitmaps = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(Bitmap));
	for (uint32 i = 0; i < n; i++)
	{
		const JoinedSet *set = &join->sets[refs[i].set];

		if (unlikely(i % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		joining->members[i] = set->member;
		if (i == 0 || !same_set(&refs[i - 1], &refs[i], join))
		{
			Bitmap	   *bitmap = &joining->bitmaps[joining->ngroups];

			joining->groups[joining->ngroups] = (Group) {set->at, set->size, i, 0, set->side};
			joining->states[joining->ngroups] = (GroupState) {set->size, 0};
			joining->ngroups++;
			memset(bitmap, 0, sizeof(*bitmap));
			for (uint32 j = 0; j < set->size; j++)
			{
				uint32		bit = (join->tokens[set->at + j] * 0x9E3779B1U) >> 25;

				bitmap->words[bit / 64] |= UINT64CONST(1) << bit % 64;
			}
		}
		joining->groups[joining->ngroups - 1].nmembers++;
	}
	pfree(refs);
	/* everything of the sets is in the groups now */
	pfree(join->sets);
	join->sets = NULL;
}

/* ---- bounds ---- */

/* The comparison that decides. */
static inline bool
similar_enough(const SetJoin *join, uint32 common, uint32 a, uint32 b)
{
	if (join->rounding == SET_JOIN_REAL)
		return (double) (float4) ((float4) common / (float4) (int32) (a + b - common)) >= join->threshold;
	return (double) common / (a + b - common) >= join->threshold;
}

/* How many tokens sets of these sizes have in common, at least; more than the smaller one has, where no number is enough. */
static uint32
needed_in_common(const SetJoin *join, uint32 a, uint32 b)
{
	uint32		most = Min(a, b);
	uint32		common = (uint32) Min(join->threshold / (1 + join->threshold) * ((double) a + b), most);

	while (common > 1 && similar_enough(join, common - 1, a, b))
		common--;
	while (common == 0 || (common <= most && !similar_enough(join, common, a, b)))
		common++;
	return common;
}

static void
set_bounds(const SetJoin *join, SizeBounds *bounds, uint32 size)
{
	uint32		least = (uint32) Min(join->threshold * size, size - 1) + 1;

	while (least > 1 && similar_enough(join, least - 1, size, least - 1))
		least--;
	while (least < size && !similar_enough(join, least, size, least))
		least++;
	bounds->size = size;
	bounds->least = least;
	if (size - least >= bounds->room)
	{
		bounds->room = Max(size - least + 1, 64);
		if (bounds->needed != NULL)
			pfree(bounds->needed);
		bounds->needed = palloc(bounds->room * sizeof(uint32));
	}
	for (uint32 other = least; other <= size; other++)
		bounds->needed[other - least] = needed_in_common(join, size, other);
	/* with fewer tokens than are needed left, nothing is found any more */
	bounds->look_up = size - bounds->needed[0] + 1;
	bounds->list = size - bounds->needed[size - least] + 1;
}

/* ---- joining ---- */

/* Room for the lists: as long as they will be. */
static void
make_lists(Joining *joining)
{
	SetJoin    *join = joining->join;
	Size		nlists = (Size) joining->ndistinct * (join->two_sides ? 2 : 1);
	uint64		n = 0;

	joining->lists = MemoryContextAllocHuge(CurrentMemoryContext, Max(nlists, 1) * sizeof(TokenList));
	memset(joining->lists, 0, nlists * sizeof(TokenList));
	joining->bounds.size = 0;
	for (uint32 i = 0; i < joining->ngroups; i++)
	{
		const Group *group = &joining->groups[i];
		const uint32 *tokens = &join->tokens[group->at];
		TokenList  *lists = joining->lists + (Size) group->side * joining->ndistinct;

		if (unlikely(i % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		if (group->size != joining->bounds.size)
			set_bounds(join, &joining->bounds, group->size);
		for (uint32 j = 0; j < joining->bounds.list; j++)
			lists[tokens[j]].end++;
	}
	for (Size i = 0; i < nlists; i++)
	{
		uint64		length = i % joining->ndistinct < joining->nsingle ? 0 : joining->lists[i].end;

		joining->lists[i].from = joining->lists[i].end = n;
		n += length;
	}
	joining->listed = MemoryContextAllocHuge(CurrentMemoryContext, Max(n, 1) * sizeof(Listed));
}

/* How many tokens two sets have in common, or some number that is not enough. */
static inline uint32
count_common(const uint32 *a, uint32 na, const uint32 *b, uint32 nb, uint32 needed)
{
	uint32		common = 0;
	uint32		i = 0;
	uint32		j = 0;

	while (i < na && j < nb)
	{
		uint32		x = a[i];
		uint32		y = b[j];

		common += x == y;
		i += x <= y;
		j += y <= x;
		if (unlikely(common + Min(na - i, nb - j) < needed))
			return 0;
	}
	return common;
}

/* All members of one group with all of another. */
static void
report_pairs(const Joining *joining, const Group *a, const Group *b, double similarity)
{
	if (joining->join->two_sides && a->side == 1)
	{
		const Group *first = b;

		b = a;
		a = first;
	}
	for (uint32 i = 0; i < a->nmembers; i++)
	{
		uint32		x = joining->members[a->first + i];

		CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; j < b->nmembers; j++)
		{
			uint32		y = joining->members[b->first + j];

			if (joining->join->two_sides || x < y)
				joining->pair(joining->owner, x, y, similarity);
			else
				joining->pair(joining->owner, y, x, similarity);
		}
	}
}

/* The members of a group with each other. */
static void
report_equal(const Joining *joining, const Group *group)
{
	for (uint32 i = 0; i < group->nmembers; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 j = i + 1; j < group->nmembers; j++)
			joining->pair(joining->owner, joining->members[group->first + i], joining->members[group->first + j], 1);
	}
}

/* The groups, among those that were listed, that share enough tokens of prefixes with one; their number. */
static uint32
find_candidates(Joining *joining, const Group *group, TokenList *lists)
{
	const uint32 *tokens = &joining->join->tokens[group->at];
	GroupState *states = joining->states;
	const SizeBounds *bounds = &joining->bounds;
	uint32		n = 0;

	for (uint32 i = 0; i < bounds->look_up; i++)
	{
		TokenList  *list = &lists[tokens[i]];
		uint32		behind = group->size - i - 1;

		if (tokens[i] < joining->nsingle)
			continue;
		while (list->from < list->end && states[joining->listed[list->from].group].size < bounds->least)
			list->from++;
		for (uint64 j = list->from; j < list->end; j++)
		{
			Listed		other = joining->listed[j];
			GroupState *state = &states[other.group];
			uint32		needed = bounds->needed[state->size - bounds->least];
			uint32		before = state->shared;

			/* what fails here fails at every token behind it too */
			if (before + 1 + Min(behind, other.behind) >= needed)
			{
				if (before == 0)
					joining->candidates[n++] = other.group;
				state->shared = before + 1;
			}
			if (unlikely(j % STEPS == 0))
				CHECK_FOR_INTERRUPTS();
		}
	}
	return n;
}

static inline uint32
different_bits(const Bitmap *a, const Bitmap *b)
{
	uint32		n = 0;

	for (int i = 0; i < BITMAP_WORDS; i++)
		n += (uint32) pg_popcount64(a->words[i] ^ b->words[i]);
	return n;
}

static void
look_up(Joining *joining, uint32 number)
{
	const SetJoin *join = joining->join;
	const Group *group = &joining->groups[number];
	const Bitmap bitmap = joining->bitmaps[number];
	const uint32 *tokens = &join->tokens[group->at];
	TokenList  *lists = joining->lists + (join->two_sides && group->side == 0 ? joining->ndistinct : 0);
	uint32		n = find_candidates(joining, group, lists);

	for (uint32 i = 0; i < n; i++)
	{
		uint32		candidate = joining->candidates[i];
		uint32		size = joining->states[candidate].size;
		uint32		needed = joining->bounds.needed[size - joining->bounds.least];
		const Group *other;
		uint32		common;

		joining->states[candidate].shared = 0;
		if (unlikely(i % 1024 == 0))
			CHECK_FOR_INTERRUPTS();
		/* a bit that one has is of a token, at least, that one has */
		if (group->size + size - different_bits(&bitmap, &joining->bitmaps[candidate]) < 2 * needed)
			continue;
		other = &joining->groups[candidate];
		common = count_common(tokens, group->size, &join->tokens[other->at], size, needed);
		if (common >= needed)
			report_pairs(joining, group, other, (double) common / (group->size + size - common));
	}
}

static void
list_group(Joining *joining, uint32 number)
{
	const Group *group = &joining->groups[number];
	const uint32 *tokens = &joining->join->tokens[group->at];
	TokenList  *lists = joining->lists + (Size) group->side * joining->ndistinct;

	for (uint32 i = 0; i < joining->bounds.list; i++)
	{
		if (tokens[i] >= joining->nsingle)
			joining->listed[lists[tokens[i]].end++] = (Listed) {number, group->size - i - 1};
	}
}

/* Finds the pairs; what was added is used up. */
void
set_join_run(SetJoin *join, SetJoinPair pair, void *owner)
{
	MemoryContext context;
	MemoryContext before;
	Joining		joining = {.join = join, .pair = pair, .owner = owner};

	if (join->nsets == 0)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "set_join", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	number_tokens(&joining);
	make_groups(&joining);
	make_lists(&joining);
	joining.candidates = MemoryContextAllocHuge(context, joining.ngroups * sizeof(uint32));
	joining.bounds.size = 0;
	for (uint32 i = 0; i < joining.ngroups; i++)
	{
		const Group *group = &joining.groups[i];

		CHECK_FOR_INTERRUPTS();
		if (group->size != joining.bounds.size)
			set_bounds(join, &joining.bounds, group->size);
		look_up(&joining, i);
		if (!join->two_sides)
			report_equal(&joining, group);
		list_group(&joining, i);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
}
