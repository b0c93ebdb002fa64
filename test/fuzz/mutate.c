/*
 * mutate.c
 *		Mutations that keep the shape of an input: of JSON its tokens, of text its characters.
 *
 * Most mutations of the bytes of a JSON text are no JSON, and the server's parser, which is not what we look for
 * mistakes in, would refuse them.  So two in three mutations work on whole tokens, and are libFuzzer's own otherwise.
 */
#include "fuzz.h"

#include "mb/pg_wchar.h"

FuzzMutator fuzz_mutator = FUZZ_MUTATE_BYTES;

extern size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
extern size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static uint32 chance;

static uint32
any(uint32 n)
{
	chance ^= chance << 13;
	chance ^= chance >> 17;
	chance ^= chance << 5;
	return chance % n;
}

/* Puts bytes in the place of some; the size afterwards, unchanged where there is no room. */
static size_t
replace(uint8_t *data, size_t size, size_t max_size, size_t at, size_t length, const void *by, size_t by_length)
{
	if (size - length + by_length > max_size)
		return size;
	memmove(data + at + by_length, data + at + length, size - at - length);
	memcpy(data + at, by, by_length);
	return size - length + by_length;
}

/* ---- JSON ---- */

typedef struct Span
{
	size_t		start;
	size_t		length;
} Span;

#define MAX_TOKENS 2000

/* Splits JSON, or what looks like it, into strings, numbers and words, and single characters. */
static int
tokens_of(const uint8_t *data, size_t size, Span *tokens)
{
	int			n = 0;

	for (size_t i = 0; i < size && n < MAX_TOKENS;)
	{
		size_t		start = i++;

		if (data[start] == ' ' || data[start] == '\n' || data[start] == '\t')
			continue;
		if (data[start] == '"')
		{
			while (i < size && data[i] != '"')
				i += data[i] == '\\' ? 2 : 1;
			i = Min(i + 1, size);
		}
		else if (strchr("{}[],:", data[start]) == NULL || data[start] == '\0')
		{
			while (i < size && data[i] != '\0' && strchr("{}[],:\" \n\t", data[i]) == NULL)
				i++;
		}
		tokens[n++] = (Span) {start, i - start};
	}
	return n;
}

/* From a bracket to the one that closes it, or else the token alone. */
static Span
whole_value(const uint8_t *data, const Span *tokens, int n, int first)
{
	int			depth = 0;

	for (int i = first; i < n; i++)
	{
		uint8_t		c = data[tokens[i].start];

		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
		if (depth <= 0)
			return (Span) {tokens[first].start, tokens[i].start + tokens[i].length - tokens[first].start};
	}
	return tokens[first];
}

static size_t
mutate_json(uint8_t *data, size_t size, size_t max_size)
{
	static const char *const numbers[] = {
		"0", "1", "-1", "2", "0.5", "1.0", "0.000001", "0.0000001", "-0.0", "7.25", "12", "86400", "86400000000", "86400000000.000001", "99999", "1000000",
		"999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "1e37", "9999999999999999999999999999999999999",
		"-9999999999999999999999999999999999999", "1e38", "1e400", "1e-400", "1e-20", "0.00", "0.0000", "1e131071", "1e-16383"
	};
	static const char *const escapes[] = {"\\u00e9", "\\u0000", "\\ud83d\\ude00", "\\u304b\\u3099", "\\uff21", "\\n", "\\\\", "\\\"", "\\u0041", "Z", " ", ","};
	Span		tokens[MAX_TOKENS];
	uint8_t		copy[4096];
	int			n = tokens_of(data, size, tokens);
	Span		a;
	Span		b;

	if (n == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	a = whole_value(data, tokens, n, (int) any(n));
	b = whole_value(data, tokens, n, (int) any(n));
	switch (any(6))
	{
		case 0:				/* a token less, with the comma before or behind it */
			if (a.start + a.length < size && data[a.start + a.length] == ',')
				a.length++;
			return replace(data, size, max_size, a.start, a.length, "", 0);
		case 1:				/* a value in the place of another */
			if (b.length > sizeof(copy))
				return size;
			memcpy(copy, data + b.start, b.length);
			return replace(data, size, max_size, a.start, a.length, copy, b.length);
		case 2:				/* a value twice */
			if (a.length + 2 > sizeof(copy))
				return size;
			memcpy(copy, data + a.start, a.length);
			memcpy(copy + a.length, ", ", 2);
			return replace(data, size, max_size, a.start, 0, copy, a.length + 2);
		case 3:				/* another number, in the place of a number where one is found soon */
			for (int i = 0, at = (int) any(n); i < n; i++, at = (at + 1) % n)
			{
				if ((data[tokens[at].start] >= '0' && data[tokens[at].start] <= '9') || data[tokens[at].start] == '-')
				{
					const char *number = numbers[any(lengthof(numbers))];

					return replace(data, size, max_size, tokens[at].start, tokens[at].length, number, strlen(number));
				}
			}
			return size;
		case 4:				/* an escape within a string */
			for (int i = 0, at = (int) any(n); i < n; i++, at = (at + 1) % n)
			{
				if (data[tokens[at].start] == '"' && tokens[at].length >= 2)
				{
					const char *escape = escapes[any(lengthof(escapes))];

					return replace(data, size, max_size, tokens[at].start + 1 + any((uint32) tokens[at].length - 1), 0, escape, strlen(escape));
				}
			}
			return size;
		default:				/* the bytes of one token */
			{
				uint8_t		token[64];
				size_t		length = Min(a.length, sizeof(token) / 2);

				memcpy(token, data + a.start, length);
				length = LLVMFuzzerMutate(token, length, sizeof(token));
				return replace(data, size, max_size, a.start, Min(a.length, sizeof(token) / 2), token, length);
			}
	}
}

/* ---- text ---- */

static size_t
mutate_text(uint8_t *data, size_t size, size_t max_size)
{
	/* blocks in which something folds, composes, separates or is dropped */
	static const struct
	{
		pg_wchar	first;
		pg_wchar	last;
	}			blocks[] = {
		{0x20, 0x7E}, {0x00, 0x1F}, {0x80, 0xFF}, {0x100, 0x24F}, {0x300, 0x36F}, {0x370, 0x3FF}, {0x400, 0x4FF}, {0x591, 0x5F4}, {0x610, 0x6FF}, {0x900, 0x97F},
		{0xE00, 0xE7F}, {0x1100, 0x11FF}, {0x1E00, 0x1FFF}, {0x2000, 0x206F}, {0x20A0, 0x214F}, {0x2150, 0x218F}, {0x2460, 0x24FF}, {0x3000, 0x30FF}, {0x3200, 0x33FF},
		{0x4E00, 0x4E80}, {0xAC00, 0xAC60}, {0xF900, 0xFA6D}, {0xFB00, 0xFB4F}, {0xFE00, 0xFE6F}, {0xFF00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F100, 0x1F1FF}, {0xE0000, 0xE01EF}
	};
	uint32		block = any(lengthof(blocks));
	unsigned char character[4];
	size_t		at = any((uint32) size + 1);
	size_t		next;

	(void) unicode_to_utf8(blocks[block].first + any(blocks[block].last - blocks[block].first + 1), character);
	/* between characters, and at times in the place of one */
	while (at < size && (data[at] & 0xC0) == 0x80)
		at++;
	next = at;
	if (any(2) == 0 && next < size)
	{
		do
			next++;
		while (next < size && (data[next] & 0xC0) == 0x80);
	}
	return replace(data, size, max_size, at, next - at, character, pg_utf_mblen(character));
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size_t		mutated = size;

	chance = seed * 2654435761U | 1;
	(void) any(2);
	if (fuzz_mutator == FUZZ_MUTATE_BYTES || any(3) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	for (uint32 times = 1 + any(3); times > 0; times--)
		mutated = fuzz_mutator == FUZZ_MUTATE_JSON ? mutate_json(data, mutated, max_size) : mutate_text(data, mutated, max_size);
	return mutated == 0 ? LLVMFuzzerMutate(data, size, max_size) : mutated;
}
