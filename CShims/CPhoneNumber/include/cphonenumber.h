/* libphonenumber as this program sees it: one number in, plain facts out.
 *
 * Thread-safe: the library's tables are read-only once built, and are built once. No exception leaves a function.
 * Nothing is kept of what is passed in. Texts in the answer are UTF-8 and end with a NUL.
 */
#ifndef CPHONENUMBER_H
#define CPHONENUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longest text that phone_number_parse looks at; longer ones are refused unread. */
enum { PHONE_NUMBER_LONGEST_TEXT = 64 };

typedef enum {
    PHONE_NUMBER_UNKNOWN = 0,
    PHONE_NUMBER_FIXED,
    PHONE_NUMBER_MOBILE,
    PHONE_NUMBER_FIXED_OR_MOBILE,
    PHONE_NUMBER_TOLL_FREE,
    PHONE_NUMBER_PREMIUM,
    PHONE_NUMBER_SHARED_COST,
    PHONE_NUMBER_IP,
    PHONE_NUMBER_PERSONAL,
    PHONE_NUMBER_PAGER,
    PHONE_NUMBER_COMPANY_WIDE,
    PHONE_NUMBER_VOICEMAIL
} phone_number_class;

typedef struct {
    char e164[24];                   /* +81312345678 */
    char national[64];               /* as the number's own country writes it: 03-1234-5678 */
    char international[64];          /* as other countries write it: +81 3-1234-5678 */
    int32_t country_code;
    phone_number_class number_class; /* UNKNOWN where the library's tables, which age, know no such range */
    bool is_possible;                /* the length exists in its country */
    /* ISO 3166 of the country or territory whose range holds it: one country code may have many (+1 has 25). "" where the
     * tables know no such range, "001" for a code that is no country's. Toll-free and premium ranges of a shared code
     * belong to the first of its countries. */
    char region[4];
    bool is_in_region;               /* it lies in a range of the region that was asked for, whoever else shares it */
} phone_number_facts;

/* Reads `length` bytes of digits with an optional leading '+'. region: two capital letters of ISO 3166, the country
 * whose national form is understood. Returns true and fills *out, or false with *out untouched: no number, too long,
 * no memory. */
bool phone_number_parse(const char *text, size_t length, const char *region, phone_number_facts *out);

/* Whether digits dialled in the region reach the police, fire brigade, ambulance or coast guard. */
bool phone_number_is_emergency(const char *text, size_t length, const char *region);

/* Whether digits are a short number of the region's public network, such as directory enquiries. */
bool phone_number_is_short_number(const char *text, size_t length, const char *region);

/* Whether the library knows the region. */
bool phone_number_knows_region(const char *region);

/* What is dialled in the region before the country code of a number elsewhere, as digits with a NUL: "010" in JP.
 * Returns false with *out untouched when the library does not know, or it does not fit into `size` bytes. */
bool phone_number_international_prefix(const char *region, char *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
