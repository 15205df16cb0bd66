/* TOML 1.0 (by toml++) as this program sees it: text in, a flat list of nodes with their places out.
 *
 * A document belongs to its caller until toml_document_free; everything it hands out lives as long as it does. A
 * document may be read from any thread, by one at a time. No exception leaves a function. Lines and columns count
 * from 1, columns in Unicode code points.
 */
#ifndef CTOML_H
#define CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    TOML_LONGEST_TEXT = 1 << 20,     /* bytes; a longer text is refused unread */
    TOML_DEEPEST_BRACKETS = 32,      /* arrays and inline tables within each other */
    TOML_DEEPEST_KEY = 16            /* parts of one dotted key or table header */
};

typedef enum { TOML_TABLE, TOML_ARRAY, TOML_STRING, TOML_INTEGER, TOML_FLOAT, TOML_BOOLEAN, TOML_DATE } toml_kind;

typedef struct { uint32_t line, column; } toml_place;

/* One value. Nodes stand in the order of their keys, parents before children; node 0 is the whole document. */
typedef struct {
    toml_kind kind;
    const char *key;                 /* NULL in arrays and for node 0; may hold any character, NUL included */
    size_t key_length;
    toml_place key_place;
    toml_place place;                /* of the value itself */
    const char *string;              /* of strings; never NULL there */
    size_t string_length;
    int64_t integer;
    double real;
    bool boolean;
    size_t end;                      /* index after the last node below this one */
} toml_node;

/* Why a text is no TOML. */
typedef struct {
    toml_place place;
    char message[256];               /* UTF-8, one line */
} toml_fault;

typedef struct toml_document toml_document;

/* Returns the document, or NULL with *fault filled. */
toml_document *toml_document_parse(const char *text, size_t length, toml_fault *fault);
void toml_document_free(toml_document *document);

/* All nodes; never NULL. */
const toml_node *toml_document_nodes(const toml_document *document, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
