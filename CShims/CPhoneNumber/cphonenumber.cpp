#include "include/cphonenumber.h"

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <cstring>
#include <set>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

namespace {

/* Digits with an optional leading '+': the library understands far more (letters, extensions, URIs), and none of that
 * is wanted from a stranger. */
bool is_plain(const char *text, size_t length) {
    if (text == nullptr || length == 0 || length > PHONE_NUMBER_LONGEST_TEXT) return false;
    for (size_t i = 0; i < length; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (!digit && !(i == 0 && text[i] == '+')) return false;
    }
    return true;
}

template <size_t size> bool copy(const std::string &from, char (&to)[size]) {
    if (from.size() >= size) return false;
    std::memcpy(to, from.c_str(), from.size() + 1);
    return true;
}

phone_number_class class_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE: return PHONE_NUMBER_FIXED;
    case PhoneNumberUtil::MOBILE: return PHONE_NUMBER_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return PHONE_NUMBER_FIXED_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE: return PHONE_NUMBER_TOLL_FREE;
    case PhoneNumberUtil::PREMIUM_RATE: return PHONE_NUMBER_PREMIUM;
    case PhoneNumberUtil::SHARED_COST: return PHONE_NUMBER_SHARED_COST;
    case PhoneNumberUtil::VOIP: return PHONE_NUMBER_IP;
    case PhoneNumberUtil::PERSONAL_NUMBER: return PHONE_NUMBER_PERSONAL;
    case PhoneNumberUtil::PAGER: return PHONE_NUMBER_PAGER;
    case PhoneNumberUtil::UAN: return PHONE_NUMBER_COMPANY_WIDE;
    case PhoneNumberUtil::VOICEMAIL: return PHONE_NUMBER_VOICEMAIL;
    default: return PHONE_NUMBER_UNKNOWN;
    }
}

}  // namespace

bool phone_number_parse(const char *text, size_t length, const char *region, phone_number_facts *out) try {
    if (!is_plain(text, length) || region == nullptr || out == nullptr) return false;
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util.Parse(std::string(text, length), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return false;

    phone_number_facts facts = {};
    std::string e164, national, international;
    util.Format(number, PhoneNumberUtil::E164, &e164);
    util.Format(number, PhoneNumberUtil::NATIONAL, &national);
    util.Format(number, PhoneNumberUtil::INTERNATIONAL, &international);
    if (!copy(e164, facts.e164) || !copy(national, facts.national) || !copy(international, facts.international))
        return false;
    facts.country_code = number.country_code();
    facts.number_class = class_of(util.GetNumberType(number));
    /* IsPossibleNumber() would also take what can be dialled only next door, without area code. */
    facts.is_possible = util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
    std::string region_of_number;
    util.GetRegionCodeForNumber(number, &region_of_number);
    if (region_of_number != "ZZ" && !copy(region_of_number, facts.region)) return false;
    facts.is_in_region = util.IsValidNumberForRegion(number, region);
    *out = facts;
    return true;
} catch (...) {
    return false;
}

bool phone_number_is_emergency(const char *text, size_t length, const char *region) try {
    if (!is_plain(text, length) || region == nullptr) return false;
    return ShortNumberInfo().IsEmergencyNumber(std::string(text, length), region);
} catch (...) {
    return false;
}

bool phone_number_is_short_number(const char *text, size_t length, const char *region) try {
    if (!is_plain(text, length) || region == nullptr) return false;
    /* A number of which only the national digits are known: short numbers have no international form to parse. */
    PhoneNumber number;
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    number.set_country_code(util.GetCountryCodeForRegion(region));
    number.set_national_number(std::stoull(std::string(text, length)));
    return ShortNumberInfo().IsValidShortNumberForRegion(number, region);
} catch (...) {
    return false;
}

bool phone_number_knows_region(const char *region) try {
    if (region == nullptr) return false;
    std::set<std::string> regions;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(&regions);
    return regions.count(region) == 1;
} catch (...) {
    return false;
}

bool phone_number_international_prefix(const char *region, char *out, size_t size) try {
    if (region == nullptr || out == nullptr) return false;
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    /* Told by a number of a country that shares its code with none: "00 81 3-1234-5678". */
    const bool is_japan = std::string(region) == "JP";
    PhoneNumber abroad;
    if (util.Parse(is_japan ? "+4930123456" : "+81312345678", "ZZ", &abroad) != PhoneNumberUtil::NO_PARSING_ERROR)
        return false;
    std::string e164, dialled;
    util.Format(abroad, PhoneNumberUtil::E164, &e164);
    util.FormatOutOfCountryCallingNumber(abroad, region, &dialled);
    std::string digits;
    for (char c : dialled)
        if (c >= '0' && c <= '9') digits += c;
    const std::string number = e164.substr(1);
    if (dialled.front() == '+' || digits.size() <= number.size()) return false;
    const size_t length = digits.size() - number.size();
    if (digits.compare(length, std::string::npos, number) != 0 || length >= size) return false;
    std::memcpy(out, digits.c_str(), length);
    out[length] = 0;
    return true;
} catch (...) {
    return false;
}
