#include "include/ctoml.h"
#include "screen.h"

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct toml_document {
    toml::table root;
    std::vector<toml_node> nodes;
};

namespace {

toml_place place_of(const toml::source_region &region) { return {region.begin.line, region.begin.column}; }

void say(toml_fault *fault, toml_place place, std::string_view message) {
    if (fault == nullptr) return;
    fault->place = place;
    size_t length = std::min(message.size(), sizeof fault->message - 1);
    /* Not in the middle of a UTF-8 sequence. */
    while (length < message.size() && length > 0 && (message[length] & 0xC0) == 0x80) length--;
    std::memcpy(fault->message, message.data(), length);
    fault->message[length] = 0;
    for (size_t i = 0; i < length; i++)
        if (static_cast<unsigned char>(fault->message[i]) < 0x20) fault->message[i] = ' ';
}

/* Appends a value and all below it. Recursion is bounded by screen(). */
void append(const toml::node &node, const toml::key *key, std::vector<toml_node> &nodes) {
    toml_node flat = {};
    flat.place = place_of(node.source());
    if (key != nullptr) {
        flat.key = key->str().data();
        flat.key_length = key->str().size();
        flat.key_place = place_of(key->source());
    }
    const size_t index = nodes.size();
    switch (node.type()) {
    case toml::node_type::table:
        flat.kind = TOML_TABLE;
        nodes.push_back(flat);
        for (auto &&[name, value] : *node.as_table()) append(value, &name, nodes);
        break;
    case toml::node_type::array:
        flat.kind = TOML_ARRAY;
        nodes.push_back(flat);
        for (const toml::node &value : *node.as_array()) append(value, nullptr, nodes);
        break;
    case toml::node_type::string: {
        const std::string &text = node.as_string()->get();
        flat.kind = TOML_STRING;
        flat.string = text.data();
        flat.string_length = text.size();
        nodes.push_back(flat);
        break;
    }
    case toml::node_type::integer:
        flat.kind = TOML_INTEGER;
        flat.integer = node.as_integer()->get();
        nodes.push_back(flat);
        break;
    case toml::node_type::floating_point:
        flat.kind = TOML_FLOAT;
        flat.real = node.as_floating_point()->get();
        nodes.push_back(flat);
        break;
    case toml::node_type::boolean:
        flat.kind = TOML_BOOLEAN;
        flat.boolean = node.as_boolean()->get();
        nodes.push_back(flat);
        break;
    default:
        flat.kind = TOML_DATE;
        nodes.push_back(flat);
        break;
    }
    nodes[index].end = nodes.size();
}

}  // namespace

toml_document *toml_document_parse(const char *text, size_t length, toml_fault *fault) try {
    if (text == nullptr || length > TOML_LONGEST_TEXT) {
        say(fault, {1, 1}, "the file is larger than 1 MiB");
        return nullptr;
    }
    const std::string_view view(text, length);
    toml_place where = {};
    if (const char *objection = toml_screen(view, where)) {
        say(fault, where, objection);
        return nullptr;
    }
    auto document = std::make_unique<toml_document>();
    document->root = toml::parse(view);
    append(document->root, nullptr, document->nodes);
    return document.release();
} catch (const toml::parse_error &error) {
    say(fault, place_of(error.source()), error.description());
    return nullptr;
} catch (...) {
    say(fault, {1, 1}, "the file could not be read: no memory");
    return nullptr;
}

void toml_document_free(toml_document *document) { delete document; }

const toml_node *toml_document_nodes(const toml_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}
