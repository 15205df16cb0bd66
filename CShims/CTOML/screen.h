/* What is refused before toml++ sees it.
 *
 * toml++ recurses once per part of a dotted key and per bracket, when it builds and when it frees: a megabyte of
 * "a.a.a.…" would overflow the stack, which no exception reports. Its own limit (TOML_MAX_NESTED_VALUES) counts
 * brackets only. */
#ifndef CTOML_SCREEN_H
#define CTOML_SCREEN_H

#include "include/ctoml.h"

#include <string_view>

/* NULL when the text may be parsed; else what is wrong with it, a constant text, and where. */
const char *toml_screen(std::string_view text, toml_place &where);

#endif
