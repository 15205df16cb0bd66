#include "screen.h"

namespace {

/* Goes over the text once, knowing only strings, comments, brackets and dots. */
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest(text) {}

    const char *run(toml_place &where) {
        while (!rest.empty()) {
            const char *objection = step();
            if (objection != nullptr) {
                where = place;
                return objection;
            }
        }
        return nullptr;
    }

private:
    std::string_view rest;
    toml_place place = {1, 1};
    unsigned brackets = 0, dots = 0;

    bool starts_with(std::string_view text) const { return rest.substr(0, text.size()) == text; }

    void skip(size_t count = 1) {
        for (; count > 0 && !rest.empty(); count--) {
            const unsigned char byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            if (byte == '\n') {
                place.line++;
                place.column = 1;
            } else if ((byte & 0xC0) != 0x80) {
                place.column++;
            }
        }
    }

    /* To the end of a string that has just begun with `quote`. A string of one line ends with the line at the latest:
     * whatever is wrong with it, toml++ says better. */
    void skip_string(std::string_view quote) {
        const bool is_basic = quote.front() == '"', is_long = quote.size() == 3;
        skip(quote.size());
        while (!rest.empty() && !starts_with(quote)) {
            if (!is_long && rest.front() == '\n') return;
            skip(is_basic && rest.front() == '\\' ? 2 : 1);
        }
        skip(quote.size());
        /* A long string may end with up to two quotes of its own. */
        for (int i = 0; is_long && i < 2 && !rest.empty() && rest.front() == quote.front(); i++) skip();
    }

    const char *step() {
        switch (rest.front()) {
        case '"': skip_string(starts_with("\"\"\"") ? "\"\"\"" : "\""); return nullptr;
        case '\'': skip_string(starts_with("'''") ? "'''" : "'"); return nullptr;
        case '#':
            while (!rest.empty() && rest.front() != '\n') skip();
            return nullptr;
        case '[':
        case '{':
            if (++brackets > TOML_DEEPEST_BRACKETS) return "nested more than 32 deep";
            dots = 0;
            break;
        case ']':
        case '}':
            if (brackets > 0) brackets--;
            dots = 0;
            break;
        case '\n':
        case '=':
        case ',': dots = 0; break;
        case '.':
            if (++dots >= TOML_DEEPEST_KEY) return "a key of more than 16 parts";
            break;
        default: break;
        }
        skip();
        return nullptr;
    }
};

}  // namespace

const char *toml_screen(std::string_view text, toml_place &where) { return Scanner(text).run(where); }
