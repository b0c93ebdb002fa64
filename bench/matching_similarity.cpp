/*
 * matching_similarity.cpp
 *		What the RapidFuzz C++ library takes for a comparison, for the pairs that bench/matching_similarity.sql compares.
 *
 * It is no part of the extension and is not built with it.  It needs the library's headers alone, in Debian 13 the package
 * librapidfuzz-cpp-dev (rapidfuzz 3.3.2), and a compiler of C++17:
 *
 *		g++ -O2 -std=c++17 bench/matching_similarity.cpp -o /tmp/matching_similarity
 *		psql -c "\copy (SELECT company_a, company_b FROM bench.pairs) TO /tmp/pairs.tsv"
 *		/tmp/matching_similarity /tmp/pairs.tsv
 *
 * One string against one, no -march, characters of one byte and of four.  Prints the least of seven rounds, in nanoseconds of processor time for a pair.
 * Strings are made before the clock runs: the function of the database reads a stored text, which is a little more.
 */
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <rapidfuzz/distance.hpp>
#include <rapidfuzz/fuzz.hpp>

template <typename Text>
using Pairs = std::vector<std::pair<Text, Text>>;

static std::u32string
decode(const std::string &utf8)
{
	std::u32string text;

	for (size_t i = 0; i < utf8.size();)
	{
		unsigned char c = utf8[i++];
		int			more = c < 0xC0 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
		char32_t	value = more == 0 ? c : c & (0x3F >> more);

		for (; more > 0 && i < utf8.size(); more--)
			value = value << 6 | (utf8[i++] & 0x3F);
		text += value;
	}
	return text;
}

template <typename Text, typename Function>
static void
measure(const char *name, const Pairs<Text> &pairs, Function function)
{
	double		best = 1e300;
	double		sum = 0;

	for (int round = 0; round < 7; round++)
	{
		std::clock_t start = std::clock();

		for (const auto &pair : pairs)
			sum += function(pair.first, pair.second);
		best = std::min(best, 1e9 * (std::clock() - start) / CLOCKS_PER_SEC / pairs.size());
	}
	std::printf("  %-44s %8.1f ns  (mean %.6f)\n", name, best, sum / 7 / pairs.size());
}

template <typename Text>
static void
measure_all(const char *characters, const Pairs<Text> &pairs)
{
	std::printf("%s\n", characters);
	measure("jaro_winkler_similarity", pairs, [](const Text &a, const Text &b) { return rapidfuzz::jaro_winkler_similarity(a, b); });
	measure("levenshtein_normalized_similarity", pairs, [](const Text &a, const Text &b) { return rapidfuzz::levenshtein_normalized_similarity(a, b); });
	measure("osa_normalized_similarity", pairs, [](const Text &a, const Text &b) { return rapidfuzz::osa_normalized_similarity(a, b); });
	measure("damerau_levenshtein_normalized_similarity", pairs,
			[](const Text &a, const Text &b) { return rapidfuzz::experimental::damerau_levenshtein_normalized_similarity(a, b); });
	measure("token_sort_ratio", pairs, [](const Text &a, const Text &b) { return rapidfuzz::fuzz::token_sort_ratio(a, b) / 100; });
	measure("token_set_ratio", pairs, [](const Text &a, const Text &b) { return rapidfuzz::fuzz::token_set_ratio(a, b) / 100; });
}

int
main(int argc, char **argv)
{
	std::ifstream file(argc == 2 ? argv[1] : "");
	std::string line;
	Pairs<std::string> bytes;
	Pairs<std::u32string> characters;

	while (std::getline(file, line))
	{
		size_t		tab = line.find('\t');

		if (tab == std::string::npos)
			continue;
		bytes.emplace_back(line.substr(0, tab), line.substr(tab + 1));
		characters.emplace_back(decode(bytes.back().first), decode(bytes.back().second));
	}
	if (bytes.empty())
	{
		std::fprintf(stderr, "usage: %s FILE, of two texts a line with a tab between\n", argv[0]);
		return 2;
	}
	std::printf("%zu pairs\n", bytes.size());
	measure_all("characters of one byte", bytes);
	measure_all("characters of four bytes", characters);
	return 0;
}
